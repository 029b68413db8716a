# --- Daily unattended security upgrades: set up, and proved. ---

settings=/etc/apt/apt.conf.d/52drydock-unattended
periodic=/etc/apt/apt.conf.d/20auto-upgrades
timers="apt-daily.timer apt-daily-upgrade.timer"

# put FILE: standard input becomes the file, whole or not at all.
put() {
  cat >"$1.drydock-new" && chmod 644 "$1.drydock-new" && sync "$1.drydock-new" && mv "$1.drydock-new" "$1"
}

# The security origins of this distribution, as unattended-upgrades matches them.
origins() {
  # shellcheck disable=SC2016
  case $distribution in
    ubuntu)
      printf '  "%s";\n' 'origin=${distro_id},archive=${distro_codename}-security' \
        'origin=${distro_id}ESMApps,archive=${distro_codename}-apps-security' \
        'origin=${distro_id}ESM,archive=${distro_codename}-infra-security'
      ;;
    *) printf '  "%s";\n' 'origin=Debian,codename=${distro_codename}-security,label=Debian-Security' ;;
  esac
}

configure() {
  {
    echo '// Written by Drydock: security origins only, and never a reboot. Remove this file to undo it.'
    echo '#clear Unattended-Upgrade::Allowed-Origins;'
    echo '#clear Unattended-Upgrade::Origins-Pattern;'
    echo 'Unattended-Upgrade::Origins-Pattern {'
    origins
    echo '};'
    echo 'Unattended-Upgrade::Automatic-Reboot "false";'
  } | put "$settings" || exit 1
  {
    echo "APT::Periodic::Update-Package-Lists \"$daily\";"
    echo "APT::Periodic::Unattended-Upgrade \"$daily\";"
  } | put "$periodic" || exit 1
}

unproved() {
  say "Not proved: $*"
  exit 78
}

# expect NAME VALUE: what apt itself reads out of all its files.
expect() {
  found=$(printf '%s\n' "$dump" | sed -n "s/^$1 \"\(.*\)\";$/\1/p" | tail -n 1)
  [ "$found" = "$2" ] || unproved "apt reads $1 as '$found' and not as '$2': another file in /etc/apt/apt.conf.d says so."
}

prove() {
  dump=$(apt-config dump) || unproved "apt-config failed."
  printf '%s\n' "$dump" | grep -E '^(APT::Periodic|Unattended-Upgrade)(::| )'
  expect APT::Periodic::Update-Package-Lists "$daily"
  expect APT::Periodic::Unattended-Upgrade "$daily"
  expect Unattended-Upgrade::Automatic-Reboot false
  allowed=$(printf '%s\n' "$dump" | sed -n -e 's/^Unattended-Upgrade::Origins-Pattern:: "\(.*\)";$/  "\1";/p' \
    -e 's/^Unattended-Upgrade::Allowed-Origins:: "\(.*\)";$/  "\1";/p')
  [ "$allowed" = "$(origins)" ] || unproved "apt allows other origins than the security ones: $allowed"
  [ "$daily" = 1 ] || return 0
  # shellcheck disable=SC2086
  systemctl list-timers --all --no-pager $timers
  for timer in $timers; do
    systemctl is-enabled --quiet "$timer" || unproved "$timer is not enabled."
    systemctl is-active --quiet "$timer" || unproved "$timer does not run."
    case $(systemctl list-timers --all --no-legend --no-pager "$timer") in
      '' | -* | n/a*) unproved "$timer has no next time." ;;
    esac
  done
  wait_for_packages
  unattended-upgrade --dry-run --verbose || unproved "unattended-upgrade --dry-run failed."
}

unattended() {
  wait_at_most "$lock_wait"
  # shellcheck source=/dev/null
  distribution=$(. /etc/os-release && echo "$ID")
  if [ "$install" = yes ]; then
    wait_for_packages
    apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
      -o "DPkg::Lock::Timeout=$(seconds_left)" install unattended-upgrades || exit $?
  fi
  command -v unattended-upgrade >/dev/null || unproved "unattended-upgrades is not installed."
  configure
  if [ "$daily" = 1 ]; then
    # shellcheck disable=SC2086
    systemctl unmask $timers && systemctl enable --now $timers || exit 1
  fi
  prove
  say "Proved."
}

unattended
