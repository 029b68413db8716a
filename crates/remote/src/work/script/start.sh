# --- Starts an attempt of a step, once, for whoever asks and however often. ---

fence_says() {
  sed -n "s/^$1=//p" "$home/fence" 2>/dev/null | head -n 1
}

write_fence() {
  printf 'instance=%s\nnumber=%s\nsince=%s\n' "$instance" "$fence" "$since" >"$home/fence.new" &&
    sync "$home/fence.new" && mv -T "$home/fence.new" "$home/fence" && sync "$home"
}

# Lets nobody through but the newest worker of the one instance that has this server. Prints what refuses.
pass_fence() {
  holder=$(fence_says instance)
  highest=$(fence_says number)
  since=$(fence_says since)
  case $highest in '' | *[!0-9]*) highest=0 ;; esac
  if [ -e "$home/fence" ] && [ "$holder" != "$instance" ]; then
    if [ "$take_over" != yes ]; then
      printf 'outcome=other_instance\nholder=%s\nsince=%s\n' "$holder" "$since"
      return 1
    fi
    since=
  fi
  if [ "$fence" -lt "$highest" ]; then
    printf 'outcome=overtaken\nnumber=%s\n' "$highest"
    return 1
  fi
  if [ "$holder" != "$instance" ] || [ "$fence" -gt "$highest" ] || [ ! -e "$home/fence" ]; then
    [ -n "$since" ] || since=$(date +%s)
    if ! write_fence; then
      printf 'outcome=failed\n'
      return 1
    fi
  fi
}

# Fills the directory under another name, so that it is whole or not there. `reserve` keeps room for the attempt's end on
# a disk that becomes full under it; it does not compress.
fill() {
  rm -rf -- "$runs"/.new.*
  new=$runs/.new.$run
  mkdir -m 700 "$new" && put_files "$new" && head -c 1048576 /dev/urandom >"$new/reserve" && sync "$new"/* "$new" && mv -T "$new" "$dir" && sync "$runs"
}

# put FOLDER NAME MODE TEXT
put() {
  printf '%s' "$4" >"$1/$2" && chmod "$3" "$1/$2"
}

# No limit in time, and nothing but the attempt's own process is ever told to stop: the defaults would kill what a
# maintainer script has left running, and dpkg itself when somebody reboots.
launch() {
  # shellcheck disable=SC2086
  if by_systemd && has systemd-run; then
    systemd-run --quiet --unit="drydock-$run" --description="Drydock: step $run" \
      --property=Type=exec --property=KillMode=process --property=TimeoutStopSec=1800 --property=RemainAfterExit=yes \
      --property="ExecStopPost=-/bin/sh $dir/after" \
      /usr/bin/env -i $surroundings /bin/sh "$dir/wrapper" 9>&-
  else
    setsid env -i $surroundings /bin/sh "$dir/wrapper" >/dev/null 2>&1 9>&- &
  fi
}

start() {
  umask 077
  if ! mkdir -p "$runs" || ! chmod 700 "$runs"; then
    printf 'outcome=failed\n'
    return
  fi
  exec 9>>"$home/fence.lock"
  flock -w 30 9 || {
    printf 'outcome=busy\n'
    return
  }
  pass_fence || return 0
  if [ -d "$dir/claimed" ]; then
    printf 'outcome=already\n'
    return
  fi
  if ! unit_runs; then
    is_forgotten || forget_unit
    [ -d "$dir" ] || fill || {
      printf 'outcome=failed\n'
      return
    }
    launch || {
      printf 'outcome=failed\n'
      return
    }
  fi
  tries=0
  while [ ! -d "$dir/claimed" ]; do
    tries=$((tries + 1))
    # What ended without the claim has done nothing.
    if [ "$tries" -gt 1000 ] || { by_systemd && [ "$tries" -gt 50 ] && ! unit_runs && [ ! -d "$dir/claimed" ]; }; then
      printf 'outcome=failed\n'
      return
    fi
    sleep 0.02
  done
  printf 'outcome=started\n'
}

work() {
  exec 3>&1
  centiseconds
  deadline=$((cs + 12000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  section start 8192 start
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
