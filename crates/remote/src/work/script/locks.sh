# --- Who holds the package manager's locks. ---

# holder FILE: the process that has it locked as apt and dpkg do, or nothing.
holder() {
  inode=$(stat -c %i "$1" 2>/dev/null) || return 0
  awk -v inode="$inode" '
    $2 == "POSIX" && $4 == "WRITE" { n = split($6, part, ":"); if (part[n] == inode) { print $5; exit } }
  ' /proc/locks 2>/dev/null
}

command_of() {
  tr '\000-\037\177' ' ' <"/proc/$1/cmdline" 2>/dev/null | head -c 200 | sed 's/ *$//'
}
