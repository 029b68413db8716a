# --- Waiting for other package managers, aloud. ---

say() {
  printf 'drydock: %s\n' "$*"
}

uptime_seconds() {
  read -r up _ </proc/uptime
  printf '%s' "${up%.*}"
}

# Sets the moment until which locks are waited for.
wait_at_most() {
  give_up=$(($(uptime_seconds) + $1))
}

# Prints how many seconds are left of that, at least 1.
seconds_left() {
  left=$((give_up - $(uptime_seconds)))
  [ "$left" -ge 1 ] || left=1
  printf '%s' "$left"
}

# describe PID: who that is and since when.
describe() {
  printf '“%s” (process %s), since %s' "$(command_of "$1")" "$1" \
    "$(date -d "@$(stat -c %Y "/proc/$1" 2>/dev/null || echo 0)" '+%Y-%m-%d %H:%M:%S %Z')"
}

# wait_for_locks FILE...: until nobody holds any of them. Ends the step with 75 when that takes too long.
wait_for_locks() {
  told=
  told_at=0
  while :; do
    held=
    for lock in "$@"; do
      pid=$(holder "$lock")
      case $pid in '' | *[!0-9]*) continue ;; esac
      held="$lock $pid"
      break
    done
    [ -n "$held" ] || return 0
    now=$(uptime_seconds)
    if [ "$now" -ge "$give_up" ]; then
      say "Gave up waiting: $lock is held by $(describe "$pid"). Nothing was changed."
      exit 75
    fi
    if [ "$held" != "$told" ] || [ $((now - told_at)) -ge 30 ]; then
      say "Waiting for $lock, held by $(describe "$pid"). Giving up in $((give_up - now)) s."
      told=$held
      told_at=$now
    fi
    sleep 0.5
  done
}

wait_for_packages() {
  wait_for_locks /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/cache/apt/archives/lock
}
