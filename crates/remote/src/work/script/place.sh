# --- Where a step's attempt lives on a server. ---

runs=$home/runs
run=$step.$attempt
dir=$runs/$run
unit=drydock-$run.service

by_systemd() {
  [ -d /run/systemd/system ] && has systemctl
}

# unit_says PROPERTY: one property of the attempt's unit; what is not loaded is `inactive`.
unit_says() {
  systemctl show --property="$1" --value "$unit" 2>/dev/null
}

# Whether the unit's own process runs.
unit_runs() {
  by_systemd || return 1
  case $(unit_says MainPID) in '' | 0) return 1 ;; esac
}

# Whether systemd knows nothing of the unit.
is_forgotten() {
  ! by_systemd || [ "$(unit_says LoadState)" = not-found ]
}

# Lets systemd forget a unit that has ended; fails when it still knows it. Only ever called when nothing of the attempt
# runs.
forget_unit() {
  by_systemd || return 0
  systemctl stop "$unit" 2>/dev/null
  is_forgotten && return 0
  systemctl reset-failed "$unit" 2>/dev/null
  is_forgotten
}

# started_of PID: when a process started, in ticks since the machine did. With the boot id it names a process for ever.
started_of() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*\) }
  [ $# -ge 20 ] || return 1
  shift 19
  printf '%s' "$1"
}

boot_id() {
  cat /proc/sys/kernel/random/boot_id 2>/dev/null
}

# noted KEY: a value out of the file `process` of the attempt.
noted() {
  sed -n "s/^$1=//p" "$dir/process" 2>/dev/null | head -n 1
}

# What the attempt has noted as its exit status; nothing while it has not ended.
noted_exit() {
  head -c 20 "$dir/exit" 2>/dev/null | head -n 1
}

# Whether the attempt's own process still runs.
is_alive() {
  pid=$(noted pid)
  [ -n "$pid" ] && [ "$(noted boot)" = "$(boot_id)" ] && [ "$(started_of "$pid")" = "$(noted started)" ] || return 1
  # A process that has ended and was not waited for yet does nothing any more.
  case $(sed -n 's/^State:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null) in '' | Z* | X*) return 1 ;; esac
}
