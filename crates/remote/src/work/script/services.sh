# --- Restarts services, each one, whatever becomes of the others. ---

restart() {
  failed=
  for unit in "$@"; do
    say "Restarting $unit"
    systemctl restart -- "$unit" || failed="$failed $unit"
  done
  for unit in "$@"; do
    case $(systemctl show --property=ActiveState --value -- "$unit") in
      active | reloading) ;;
      # One that has done its work and ended well is well.
      inactive) [ "$(systemctl show --property=Result --value -- "$unit")" = success ] || failed="$failed $unit" ;;
      *) failed="$failed $unit" ;;
    esac
  done
  [ -n "$failed" ] || return 0
  # Names of units hold no spaces.
  # shellcheck disable=SC2086
  failed=$(printf '%s\n' $failed | sort -u)
  say "Not running after the restart:"
  for unit in $failed; do
    systemctl status --no-pager --lines=20 -- "$unit"
  done
  exit 1
}
