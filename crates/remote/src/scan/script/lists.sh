# --- The package lists: how old they are, and a refresh when that is too old. ---

lists=/var/lib/apt/lists
refreshed=/var/lib/drydock/apt-refreshed
never=4294967295

# Prints when the lists were last refreshed in full by Drydock, in seconds since 1970, or nothing.
refreshed_at() {
  stat -c %Y "$refreshed" 2>/dev/null
}

# Succeeds when the lists are to be refreshed. A clock that ran ahead, a source that was added and lists that were
# thrown away make them old, whatever the time of the last refresh says.
lists_are_old() {
  [ "$uid" -eq 0 ] && has apt-get && [ "$refresh_after" -lt "$never" ] || return 1
  [ "$refresh_after" -gt 0 ] || return 0
  last=$(refreshed_at)
  [ -n "$last" ] || return 0
  now=$(date +%s)
  [ "$last" -le "$now" ] && [ $((now - last)) -lt "$refresh_after" ] || return 0
  [ -z "$(find /etc/apt/sources.list /etc/apt/sources.list.d -newer "$refreshed" 2>/dev/null | head -n 1)" ] || return 0
  [ -z "$(find "$lists" -maxdepth 1 -name '*Release' 2>/dev/null | head -n 1)" ]
}

# Prints the process that holds the lists' lock, its command and since when it runs, or nothing.
lock_holder() {
  inode=$(stat -c %i "$lists/lock" 2>/dev/null) || return 0
  pid=$(awk -v inode="$inode" '
    $2 == "POSIX" && $4 == "WRITE" { n = split($6, part, ":"); if (part[n] == inode) { print $5; exit } }
  ' /proc/locks 2>/dev/null)
  case $pid in '' | 0 | *[!0-9]*) return 0 ;; esac
  printf 'holder=%s\nholder_since=%s\nholder_command=%s\n' "$pid" "$(stat -c %Y "/proc/$pid" 2>/dev/null)" \
    "$(tr '\000\n' '  ' <"/proc/$pid/cmdline" 2>/dev/null | head -c 200)"
}

# Refreshes the lists and prints all that apt says. Ends with apt's status, or with 75 when another process kept the
# lists locked for a minute: DPkg::Lock::Timeout does not cover that lock.
refresh_lists() {
  centiseconds
  give_up=$((cs + 6000))
  while :; do
    said=$(
      {
        limited 240 apt-get -q update -o APT::Update::Error-Mode=any 2>&1
        printf '\n@exit %s' "$?"
      } | tail -c 100000
    )
    status=${said##*@exit }
    said=${said%"$newline"@exit *}
    case $said in
      *"Could not get lock $lists/lock"*) ;;
      *) break ;;
    esac
    centiseconds
    if [ "$cs" -ge "$give_up" ]; then
      lock_holder
      printf '%s\n' "$said"
      return 75
    fi
    sleep 2
  done
  printf '%s\n' "$said"
  [ "$status" -eq 0 ] || return "$status"
  # Before Error-Mode was there (apt 2.1), a dead source ended with status 0.
  case $newline$said in
    *"$newline"Err:* | *"${newline}W: Failed to fetch"* | *"${newline}W: Some index files failed"*) return 100 ;;
  esac
  mkdir -p "${refreshed%/*}" && : >"$refreshed"
}

# signed_sizes FILE: the sizes that a Release file names for the package lists of this architecture.
signed_sizes() {
  LC_ALL=C awk -v native="/binary-$architecture/" '
    /^[^ ]/ { inside = /^SHA(256|512):/ }
    inside && NF == 3 && $3 ~ /(^|\/)Packages$/ && $3 !~ /debian-installer/ &&
      ($3 !~ /\/binary-/ || index($3, native) || index($3, "/binary-all/")) { print "signed=" $2 " " $3 }
  ' "$1" | sort -u
}

about_lists() {
  printf 'now=%s\nrefreshed=%s\n' "$(date +%s)" "$(refreshed_at)"
  for file in "$lists"/*_InRelease "$lists"/*_Release; do
    [ -e "$file" ] || continue
    printf 'release=%s\n' "${file##*/}"
    head -n 40 "$file" | sed -n 's/^Date: /date=/p; s/^Valid-Until: /valid_until=/p'
    signed_sizes "$file"
  done
  for file in "$lists"/*_Packages*; do
    [ ! -e "$file" ] || printf 'packages=%s\nbytes=%s\n' "${file##*/}" "$(stat -c %s "$file")"
  done
}
