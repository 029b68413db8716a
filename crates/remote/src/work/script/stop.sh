# --- Lets systemd forget an attempt that has ended. ---

stop() {
  if is_alive || unit_runs; then
    printf 'outcome=running\n'
    return
  fi
  if forget_unit; then printf 'outcome=stopped\n'; else printf 'outcome=failed\n'; fi
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
