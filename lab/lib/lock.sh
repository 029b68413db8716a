# shellcheck shell=bash
# One command changes the lab at a time.

lock_file() { # FD FILE WHAT SECONDS
  local fd=$1 file=$2 what=$3 limit=$4 began=$SECONDS
  eval "exec $fd>>\"\$file\""
  until flock -w 10 "$fd"; do
    [ $((SECONDS - began)) -lt "$limit" ] || die "gave up waiting for $what after $limit s (held by $(cat "$file.holder" 2>/dev/null || echo unknown))"
    say "waiting for $what (held by $(cat "$file.holder" 2>/dev/null || echo unknown), $((SECONDS - began)) s so far)"
  done
  echo "process $$: ${command:-}" >"$file.holder"
}

take_lock() { lock_file 9 "$LAB/lock" "another lab command to end" 1800; }

# Two labs may share their built trees, never build them at once.
take_build_lock() { lock_file 8 "$LAB_BUILT/lock" "another build to end" 1800; }
drop_build_lock() { exec 8>&-; }

# For callers who need the hosts to themselves for longer than one command.
hold() {
  lock_file 7 "$LAB/use" "another user of the lab to end" 3600
  "$@" 7>&-
}
