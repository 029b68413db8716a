# --- Sends the log of an attempt from a byte on, until the attempt has ended and all of it was sent. ---

log_bytes() {
  stat -c %s "$dir/log" 2>/dev/null || echo 0
}

# ending WORD: the last line. The log cannot hold it: the nonce is of this call alone.
ending() {
  printf '\036DRYDOCK-FOLLOW v1 END %s %s %s\n' "$nonce" "$(log_bytes)" "$1"
}

# Sets code to the exit status of an attempt that has ended. Only a number is an end.
has_ended() {
  code=$(noted_exit)
  case $code in '' | *[!0-9]* | ??????????*) return 1 ;; esac
}

follow() {
  printf '\nDRYDOCK-FOLLOW v1 BEGIN %s %s %s\n' "$nonce" "$(boot_id)" "$(log_bytes)"
  if [ ! -d "$dir/claimed" ]; then
    ending not_started
    return
  fi
  tries=0
  while [ ! -e "$dir/process" ] && [ $tries -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.05
  done
  if [ "$(log_bytes)" -lt "$offset" ]; then
    ending shorter
    return
  fi
  if is_alive; then
    tail -c "+$((offset + 1))" -f -s 0.02 --pid="$pid" "$dir/log" 2>/dev/null
  elif [ -e "$dir/log" ]; then
    tail -c "+$((offset + 1))" "$dir/log" 2>/dev/null
  fi
  if has_ended; then ending "ended $code"; elif is_alive; then ending interrupted; else ending gone; fi
}

follow </dev/null
