# --- Reads the package lists anew. A source that fails, fails the step. ---

refresh() {
  wait_at_most "$lock_wait"
  while :; do
    # DPkg::Lock::Timeout does not cover the lock of the lists.
    wait_for_locks /var/lib/apt/lists/lock
    rm -f update.said
    {
      apt-get -q update -o APT::Update::Error-Mode=any 2>&1
      echo $? >update.status
    } | tee update.said
    status=$(cat update.status)
    # Somebody else may have been quicker.
    [ "$status" -ne 0 ] || break
    grep -q 'Could not get lock /var/lib/apt/lists/lock' update.said || break
  done
  if [ "$status" -eq 0 ] && grep -q -e '^Err:' -e '^W: Failed to fetch' -e '^W: Some index files failed' update.said; then
    # Before Error-Mode was there (apt 2.1), a dead source ended with status 0.
    status=100
  fi
  rm -f update.said update.status
  [ "$status" -eq 0 ] || exit "$status"
  mkdir -p /var/lib/drydock && : >/var/lib/drydock/apt-refreshed
}

refresh
