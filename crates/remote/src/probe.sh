# Proves that an account can log in, and says what it may do. It changes nothing.
# Arguments of the whole: $script is the path of the look-only script.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
probe() {
  printf '\nDRYDOCK-PROBE v1 BEGIN\n'
  printf 'uid=%s\n' "$(id -u)"
  printf 'system=%s\n' "$(uname -s)"
  printf 'kernel=%s\n' "$(uname -r)"
  if [ -e "$script" ]; then
    printf 'script_sha256=%s\n' "$(sha256sum "$script" 2>/dev/null | cut -d ' ' -f 1)"
    printf 'script_owner=%s\n' "$(stat -c '%u %a' "$script" 2>/dev/null)"
  fi
  if [ "$(id -u)" -ne 0 ]; then
    # Listing a command asks whether it would be allowed; it does not run it.
    if sudo -n -l "$script" >/dev/null 2>&1; then echo sudo_script=yes; else echo sudo_script=no; fi
    if sudo -n -l /bin/sh -c : >/dev/null 2>&1; then echo sudo_anything=yes; else echo sudo_anything=no; fi
  fi
  printf 'DRYDOCK-PROBE v1 END\n'
}
probe </dev/null
