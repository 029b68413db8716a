# --- Removes the directories of attempts that have ended and whose logs are stored. ---

# The attempts are one per line: step, attempt.
tidy() {
  mkdir -p "$runs" && exec 9>>"$home/fence.lock" && flock -w 30 9 || return 1
  printf '%s\n' "$attempts" | while read -r step attempt; do
    [ -n "$attempt" ] || continue
    run=$step.$attempt
    dir=$runs/$run
    unit=drydock-$run.service
    if is_alive || unit_runs; then
      printf 'running=%s %s\n' "$step" "$attempt"
      continue
    fi
    [ ! -e "$dir/after" ] || /bin/sh "$dir/after"
    forget_unit
    if [ -d "$dir" ]; then
      # A directory that is half removed must not look like an attempt.
      rm -rf -- "$runs/.old.$run"
      if ! mv -T "$dir" "$runs/.old.$run" || ! rm -rf -- "$runs/.old.$run"; then
        printf 'failed=%s %s\n' "$step" "$attempt"
        continue
      fi
    fi
    printf 'removed=%s %s\n' "$step" "$attempt"
  done
}

work() {
  exec 3>&1
  centiseconds
  deadline=$((cs + 24000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  section tidy 262144 tidy
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
