# --- Whether what failed, failed because a disk is full. ---

# What went wrong stands in the step's own log, which another process writes.
disk_is_full() {
  tries=0
  while [ $tries -lt 5 ]; do
    ! grep -q -e 'No space left on device' -e "don't have enough free space" log || return 0
    sleep 0.2
    tries=$((tries + 1))
  done
  # It may be the log that did not fit.
  [ "$(df -kP . | awk 'NR == 2 { print $4 }')" -lt 64 ]
}

# end_with STATUS: ends the step with it, or with 79 where a disk is full.
end_with() {
  disk_is_full || exit "$1"
  say "A disk of this server is full:"
  df -hP / /usr /var /var/cache/apt/archives /boot 2>/dev/null | awk 'NR == 1 || !seen[$6]++'
  exit 79
}
