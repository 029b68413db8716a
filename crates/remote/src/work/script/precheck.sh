# --- Looks whether a package manager could work now. It changes nothing. ---

# One line per place: path, where it is mounted, free and total KiB.
disks() {
  for place in / /usr /var /var/cache/apt/archives /boot; do
    [ ! -d "$place" ] || df -kP "$place" | awk -v place="$place" 'NR == 2 { print place "\t" $6 "\t" $4 "\t" $2 }'
  done
}

# The size of the running kernel's files in /boot, in bytes.
boot_files() {
  bytes=0
  for file in "/boot/vmlinuz-$(uname -r)" "/boot/initrd.img-$(uname -r)"; do
    [ ! -e "$file" ] || bytes=$((bytes + $(stat -L -c %s "$file")))
  done
  if [ "$bytes" -eq 0 ]; then
    # In a container the kernel is not among the installed ones: the newest stands for it.
    # shellcheck disable=SC2012
    for kind in vmlinuz initrd.img; do
      file=$(ls -t "/boot/$kind"-* 2>/dev/null | head -n 1)
      [ -z "$file" ] || bytes=$((bytes + $(stat -L -c %s "$file")))
    done
  fi
  printf 'bytes=%s\n' "$bytes"
}

# One line per lock that is held: lock, process, since when in seconds since 1970, command.
locks() {
  for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    pid=$(holder "$lock")
    case $pid in '' | *[!0-9]*) continue ;; esac
    printf '%s\t%s\t%s\t%s\n' "$lock" "$pid" "$(stat -c %Y "/proc/$pid" 2>/dev/null)" "$(command_of "$pid")"
  done
}

# What dpkg has left half done: packages with their state, and `journal` when dpkg itself was interrupted.
interrupted() {
  dpkg-query -W -f '${binary:Package}\t${db:Status-Eflag}\t${db:Status-Status}\n' | awk -F '\t' '
    $2 != "ok" || $3 !~ /^(installed|config-files|not-installed)$/ { print "package\t" $1 "\t" $2 " " $3 }'
  for left in /var/lib/dpkg/updates/[0-9]*; do
    [ ! -e "$left" ] || printf 'journal\n'
    break
  done
}

running() {
  systemctl list-units --all --plain --no-legend 'drydock-*.service' | awk '$4 == "running" || $4 == "start" { print $1 }'
}

# In one word, where the service manager is with its work: `starting`, `running`, `degraded`, ...
system() {
  systemctl is-system-running || :
}

# Which boot this is and how it is, for whoever waits until the server is well again.
boot() {
  printf 'id=%s\nkernel=%s\n' "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)" "$(uname -r)"
}

failed_units() {
  limited 20 systemctl list-units --failed --all --plain --no-legend --no-pager --full
}

work() {
  exec 3>&1
  centiseconds
  deadline=$((cs + 6000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  section disks 8192 disks
  section boot-files 1024 boot_files
  section locks 8192 locks
  if has dpkg-query; then section interrupted 131072 interrupted; fi
  section boot 256 boot
  if [ -d /run/systemd/system ]; then
    section running 65536 running
    section system 64 system
    section failed-units 131072 failed_units
  fi
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
