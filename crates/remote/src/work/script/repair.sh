# --- Finishes what an interrupted package manager left behind. ---

unfinished() {
  dpkg-query -W -f '${binary:Package} ${db:Status-Eflag} ${db:Status-Status}\n' |
    awk '$2 != "ok" || $3 !~ /^(installed|config-files|not-installed)$/'
}

repair() {
  wait_at_most "$lock_wait"
  wait_for_packages
  case $how in
    configure_pending) dpkg --configure -a --force-confdef --force-confold ;;
    fix_broken)
      apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        -o "DPkg::Lock::Timeout=$(seconds_left)" --fix-broken install
      ;;
  esac
  status=$?
  [ "$status" -eq 0 ] || end_with "$status"
  left=$(unfinished)
  if [ -n "$left" ]; then
    say "These packages are still unfinished:"
    printf '%s\n' "$left"
    exit 78
  fi
}

repair
