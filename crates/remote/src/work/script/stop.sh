# --- Lets systemd forget an attempt that has ended. ---

stop() {
  if is_alive || unit_runs; then
    printf 'outcome=running\n'
    return
  fi
  forget_unit
  if by_systemd && [ "$(unit_says LoadState)" != not-found ]; then
    printf 'outcome=failed\n'
    return
  fi
  printf 'outcome=stopped\n'
}

work() {
  exec 3>&1
  centiseconds
  deadline=$((cs + 12000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  section stop 8192 stop
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
