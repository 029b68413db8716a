# shellcheck shell=bash
# Talking to whoever called, and waiting in the open.

say() { printf 'lab: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# wait_until SECONDS WHAT COMMAND...: polls until COMMAND succeeds; says what it waits for when that takes a while.
# Returns 1 at the deadline.
wait_until() {
  local limit=$1 what=$2 began=$SECONDS told=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1 </dev/null; do
    [ $((SECONDS - began)) -lt "$limit" ] || return 1
    if [ $((SECONDS - told)) -ge 5 ]; then
      say "waiting for $what ($((SECONDS - began)) s of at most $limit s)"
      told=$SECONDS
    fi
    sleep 0.1
  done
}

# run_step LOG WHAT COMMAND...: runs a long command with its output in LOG, shows a sign of life every ten seconds
# (the log's last line), and on failure the log's tail.
run_step() {
  local log=$1 what=$2 began=$SECONDS told=$SECONDS pid
  shift 2
  say "$what"
  "$@" >>"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    if [ $((SECONDS - told)) -ge 10 ]; then
      say "  $((SECONDS - began)) s: $(tail -n 1 "$log" | cut -c -100)"
      told=$SECONDS
    fi
    sleep 0.2
  done
  wait "$pid" || { tail -n 20 "$log" >&2; die "failed: $what (the whole log is $log)"; }
}
