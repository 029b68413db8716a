# --- The machine and what it is made of. ---

about_scan() {
  printf 'script=%s\nuid=%s\n' "$script" "$uid"
  if [ "$script" = installed ]; then
    printf 'sha256=%s\n' "$(sha256sum "$0" 2>/dev/null | cut -d ' ' -f 1)"
  fi
}

about_machine() {
  printf 'hostname=%s\n' "$(uname -n)"
  printf 'machine_id=%s\n' "$(cat /etc/machine-id 2>/dev/null)"
  printf 'boot_id=%s\n' "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
  # Process 1's start, in clock ticks after the kernel's: a container is started later than its host.
  started=$(sed 's/.*) //' /proc/1/stat 2>/dev/null | cut -d ' ' -f 20)
  booted=$(sed -n 's/^btime //p' /proc/stat)
  printf 'booted=%s\n' "$((${booted:-0} + ${started:-0} / $(getconf CLK_TCK || echo 100)))"
  if has dpkg; then
    printf 'architecture=%s\n' "$(limited 10 dpkg --print-architecture)"
  else
    printf 'architecture=%s\n' "$(uname -m)"
  fi
  printf 'cpus=%s\n' "$(getconf _NPROCESSORS_ONLN)"
  printf 'memory_kib=%s\n' "$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo)"
  if has systemd-detect-virt; then
    printf 'virtualisation=%s\n' "$(limited 10 systemd-detect-virt)"
    printf 'container=%s\n' "$(limited 10 systemd-detect-virt --container)"
  elif [ -e /.dockerenv ] || [ -e /run/.containerenv ] || [ -e /run/systemd/container ]; then
    printf 'virtualisation=container\ncontainer=container\n'
  fi
}

about_kernel() {
  printf 'release=%s\nbuild=%s\n' "$(uname -r)" "$(uname -v)"
  for image in /boot/vmlinuz-*; do
    [ ! -e "$image" ] || printf 'image=%s\n' "${image#/boot/vmlinuz-}"
  done
}

about_disks() {
  limited 10 df -Pk / || return
  [ ! -d /boot ] || limited 10 df -Pk /boot
}

about_reboot() {
  flag=/run/reboot-required
  [ -e "$flag" ] || [ ! -e "/var$flag" ] || flag=/var$flag
  if [ ! -e "$flag" ]; then
    echo flag=no
    return
  fi
  printf 'flag=yes\nsince=%s\n' "$(stat -c %Y "$flag")"
  [ ! -r "$flag.pkgs" ] || sort -u "$flag.pkgs" | sed 's/^/package=/'
}
