# --- The scan. It begins on the last line, so that a script that did not arrive whole does nothing. ---

scan() {
  exec 3>&1
  uid=$(id -u)
  [ "$uid" -ne 0 ] || HOME=/root
  # Eight minutes in all; what comes later is not asked any more, and says so.
  centiseconds
  deadline=$((cs + 48000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  section scan 4096 about_scan
  section machine 8192 about_machine
  section os-release 8192 cat /etc/os-release
  section kernel 65536 about_kernel
  section disks 8192 about_disks
  section reboot 65536 about_reboot
  if has dpkg-query; then
    architecture=$(limited 10 dpkg --print-architecture)
    section packages 2097152 installed_packages
  fi
  if has apt-get; then
    if lists_are_old; then section refresh 131072 refresh_lists; fi
    section lists 262144 about_lists
    section targets 262144 targets
    section releases 262144 limited 60 apt-cache policy
    list_upgradable
    section upgradable 1048576 upgradable
    section versions 2097152 pending_versions
    section holds 65536 limited 20 apt-mark showhold
    section upgrade 1048576 simulated upgrade
    section upgrade-with-new 1048576 simulated upgrade --with-new-pkgs
    section full-upgrade 1048576 simulated dist-upgrade
    section apt-settings 65536 apt_settings
  fi
  if [ -d /run/systemd/system ]; then
    if has apt-get; then section apt-timers 8192 apt_timers; fi
    section failed-units 131072 failed_units
    section active-units 262144 active_units
  fi
  if [ "$uid" -eq 0 ]; then
    if has needrestart; then
      section needrestart 131072 limited 60 needrestart -b -l
    else
      section deleted-libraries 131072 deleted_libraries
    fi
  fi
  section sockets 524288 limited 20 ss -lntupH
  if has docker; then section containers 524288 containers; fi
  section components 65536 components
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

scan </dev/null
