# shellcheck shell=bash
# Processes that outlive the command which started them, known by pid and start time: a pid alone may belong to
# another process by the time it is used.

started_at() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

remember_process() { # FILE PID
  echo "$2 $(started_at "$2")" >"$1"
}

# Prints the pid that FILE names if that very process still runs.
pid_in() {
  local pid start
  [ -s "$1" ] && read -r pid start <"$1" && [ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ] && echo "$pid"
}

running() { pid_in "$1" >/dev/null; }
stopped() { ! running "$1"; }

stop_process() { # FILE
  local pid
  pid=$(pid_in "$1") || { rm -f "$1"; return 0; }
  kill "$pid" 2>/dev/null || true
  wait_until 5 "process $pid to end" stopped "$1" || kill -9 "$pid" 2>/dev/null || true
  rm -f "$1"
}

# Runs COMMAND as a process of its own that keeps neither the caller's terminal nor its locks.
detach() { # LOG COMMAND...
  local log=$1
  shift
  setsid "$@" </dev/null >>"$log" 2>&1 8>&- 9>&- &
}
