# shellcheck shell=bash
# Running hosts: boot, reboot, stop, and being inside.

# The process that keeps one host: boots it, and boots it again when it asked for a reboot (nspawn says so by 133).
supervise() { # NAME
  local name=$1 dir=$LAB/hosts/$1 rc pid
  while :; do
    boot "$name" </dev/null >>"$dir/console.log" 2>&1 &
    pid=$!
    remember_process "$dir/nspawn.pid" $pid
    attach_links "$name" || true
    rc=0
    wait $pid || rc=$?
    echo "$(date +%FT%T) ended with $rc" >>"$dir/boots"
    rm -f "$dir/nspawn.pid"
    leave_cgroup "$name"
    [ "$rc" = 133 ] || break
  done
}

# Becomes the host. Unregistered: the outer machine may have no systemd that keeps a list of machines.
boot() { # NAME
  local name=$1 bridge=$LAB_BRIDGE inner=()
  [ -z "$(jump_of "$name")" ] || bridge=$LAB_INNER_BRIDGE
  [ "$name" != root1 ] || inner=(--network-veth-extra="$(inner_link_of "$name"):host1")
  enter_cgroup "$name"
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec systemd-nspawn --quiet --boot --settings=no --register=no --keep-unit \
    --directory="$LAB/hosts/$name/tree" --machine="$(machine_of "$name")" --hostname="$name" \
    --network-bridge="$bridge" "${inner[@]}" --resolv-conf=off --timezone=off --link-journal=no --console=read-only \
    systemd.show_status=1
}

start_host() { # NAME
  local dir=$LAB/hosts/$1
  ! running "$dir/supervisor.pid" || return 0
  mkdir -p "$dir"
  prepare_host "$1"
  detach "$dir/supervisor.log" "$LAB_HERE/lab" _supervise "$1"
  remember_process "$dir/supervisor.pid" $!
}

# The host's own init, as the outer machine sees it.
init_of() { # NAME
  local pid init
  pid=$(pid_in "$LAB/hosts/$1/nspawn.pid") || return 1
  init=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
  init=${init%% *}
  [ -n "$init" ] && echo "$init"
}

# Ends a host as a power cut does. Its init must go first: without nspawn it would live on as an orphan.
stop_host() { # NAME
  local dir=$LAB/hosts/$1 init
  if running "$dir/supervisor.pid"; then
    init=$(init_of "$1") && kill -9 "$init" 2>/dev/null
    wait_until 20 "$1 to stop" stopped "$dir/supervisor.pid" || {
      stop_process "$dir/nspawn.pid"
      stop_process "$dir/supervisor.pid"
    }
  fi
  rm -f "$dir/supervisor.pid" "$dir/nspawn.pid"
  leave_cgroup "$1" || die "processes of $1 do not end"
  if mountpoint -q "$dir/tree"; then
    wait_until 20 "$1's tree to be free" umount "$dir/tree" || die "cannot unmount $dir/tree: something still uses it"
  fi
}

exec_in() { # NAME CMD...
  local name=$1 init
  shift
  [ $# -gt 0 ] || set -- /bin/bash
  init=$(init_of "$name") || die "$name is not running"
  (
    keep_going "$BASHPID" >/dev/null 2>&1 </dev/null &
    exec env -i HOME=/root TERM="${TERM:-dumb}" LANG="$(lang_of "$name")" \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup --root --wd -- "$@"
  )
}

# A host that goes down stops all its processes before it ends them. nsenter then stops itself, never learns that its
# child has ended, and the host waits for that for ever: so it is told to go on.
keep_going() { # PID
  local state
  while sleep 0.2 && state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null); do
    case $state in '' | Z* | X*) return 0 ;; T*) kill -CONT "$1" ;; esac
  done
}

booted() { # NAME
  case $(exec_in "$1" systemctl is-system-running 2>/dev/null) in running | degraded) return 0 ;; esac
  return 1
}

ssh_host() { # NAME [CMD...]
  local name=$1
  shift
  ssh -F "$LAB/ssh_config" "$name" "$@"
}

booted_or_dead() { booted "$1" || stopped "$LAB/hosts/$1/supervisor.pid"; }

came_up() { # NAME
  wait_until "$LAB_DEADLINE" "$1 to boot" booted_or_dead "$1" && booted "$1" || return 1
  [ -e "$LAB/hosts/$1/cut" ] || wait_until "$LAB_DEADLINE" "a log-in on $1" ssh_host "$1" true
}

# Booted, reachable by the account it is known by, and its package lists fetched; or a loud end.
wait_for_host() { # NAME
  local name=$1 dir=$LAB/hosts/$1
  came_up "$name" || {
    tail -n 30 "$dir/console.log" "$dir/supervisor.log" >&2
    die "$name did not come up; the end of its console is above, the whole is $dir/console.log"
  }
  if [ ! -e "$dir/cut" ]; then
    exec_in "$name" apt-get update -q -o APT::Update::Error-Mode=any >"$dir/update.log" 2>&1 || {
      cat "$dir/update.log" >&2
      die "$name cannot fetch its package lists"
    }
  fi
  say "$name is up: $(user_of "$name")@$(address_of "$name")$(jump_of "$name" | sed 's/^/ through /')"
}

show_console() { # NAME [-f]
  tail -n 200 ${2:+"$2"} "$LAB/hosts/$1/console.log"
}

set_timers() { # NAME on|off
  local timers="apt-daily.timer apt-daily-upgrade.timer"
  # shellcheck disable=SC2086
  case ${2:-} in
    on) exec_in "$1" sh -c "systemctl unmask $timers && systemctl start $timers" ;;
    off) exec_in "$1" sh -c "systemctl stop $timers && systemctl mask $timers" ;;
    *) die "on or off? For example: lab/lab timers $1 on" ;;
  esac
}
