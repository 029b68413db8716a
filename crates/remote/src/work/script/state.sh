# --- What became of an attempt. It changes nothing. ---

about_attempt() {
  tries=0
  # Between its last acts an attempt looks like one that died: it gets a moment to make the next one.
  while [ -d "$dir/claimed" ] && [ $tries -lt 20 ]; do
    if is_alive || unit_runs; then
      [ -e "$dir/exit" ] || break
    else
      [ ! -e "$dir/exit" ] || break
    fi
    tries=$((tries + 1))
    sleep 0.05
  done
  yes_or_no directory test -d "$dir"
  yes_or_no claimed test -d "$dir/claimed"
  yes_or_no alive is_alive
  yes_or_no unit_runs unit_runs
  printf 'exit=%s\n' "$(noted_exit)"
  printf 'pid=%s\npid_boot=%s\npid_at=%s\n' "$(noted pid)" "$(noted boot)" "$(noted at)"
  printf 'boot=%s\nnow=%s\n' "$(boot_id)" "$(date +%s)"
  printf 'log_bytes=%s\n' "$(stat -c %s "$dir/log" 2>/dev/null)"
  printf 'log_at=%s\n' "$(stat -c %Y "$dir/log" 2>/dev/null)"
  printf 'dropped=%s\n' "$(head -c 20 "$dir/dropped" 2>/dev/null | head -n 1)"
}

yes_or_no() {
  key=$1
  shift
  if "$@"; then printf '%s=yes\n' "$key"; else printf '%s=no\n' "$key"; fi
}

about_unit() {
  systemctl show --property=LoadState,ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,InvocationID,CPUUsageNSec \
    "$unit"
}

# The processes of the attempt: those of the unit's control group, or of its session where there is no systemd.
pids() {
  if by_systemd; then
    group=$(unit_says ControlGroup)
    [ -n "$group" ] || return 0
    for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
      [ -d "$root$group" ] || continue
      find "$root$group" -name cgroup.procs -exec cat {} + 2>/dev/null
      return 0
    done
  else
    leader=$(noted pid)
    [ -n "$leader" ] || return 0
    cat /proc/[0-9]*/stat 2>/dev/null | LC_ALL=C awk -v leader="$leader" '
      { pid = $1; sub(/.*\) /, ""); if ($4 == leader) print pid }'
  fi
}

# One process per line: id, parent, state, what it waits on in the kernel, start in seconds since 1970, command.
processes() {
  pids | sort -n | head -n 200 | while read -r one; do
    stat=$(cat "/proc/$one/stat" 2>/dev/null) || continue
    # shellcheck disable=SC2086
    set -- ${stat##*\) }
    command=$(tr '\000-\037\177' ' ' <"/proc/$one/cmdline" 2>/dev/null | head -c 400)
    [ -n "$command" ] || command=$(tr -d '\000-\037\177' <"/proc/$one/comm" 2>/dev/null)
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$one" "$2" "$1" "$(tr -cd 'a-zA-Z0-9_' <"/proc/$one/wchan" 2>/dev/null)" \
      "$(stat -c %Y "/proc/$one" 2>/dev/null)" "$command"
  done
}

work() {
  exec 3>&1
  centiseconds
  deadline=$((cs + 6000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  section attempt 8192 about_attempt
  if by_systemd; then section unit 8192 about_unit; fi
  section processes 131072 processes
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
