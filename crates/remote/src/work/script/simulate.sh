# --- What apt would do: for each wanted set the free simulation, and that of the pinned line an install would run. ---

apt_get() {
  limited 120 apt-get "$@"
}

simulated() {
  transaction -s -o Debug::NoLocking=1 "$@"
}

tell() {
  printf '%s\n' "$said"
}

# pins EXCLUDED: the words of the pinned line, out of changes.
pins() {
  LC_ALL=C awk -v excluded="$1" '
    BEGIN { n = split(excluded, list, " "); for (i = 1; i <= n; i++) left_out[list[i]] = 1 }
    { name = $2; sub(/:.*/, "", name); if ($2 in left_out || name in left_out) next }
    $1 == "+" { print $2 "=" $4 }
    $1 == "-" { print $2 "-" }'
}

# survey NUMBER EXCLUDED COMMAND...
survey() {
  number=$1
  excluded=$2
  shift 2
  if said=$(simulated "$@" 2>/dev/null); then
    section "free-$number" 1048576 tell
  else
    # Once more, for what it says about its failure.
    section "free-$number" 1048576 simulated "$@"
    return
  fi
  words=$(tell | changes | pins "$excluded")
  [ -n "$words" ] || return 0
  # The words are apt's own names and versions: they hold no spaces and nothing that a shell expands.
  set -f
  # shellcheck disable=SC2086
  set -- install --mark-auto $words
  section "pinned-$number" 1048576 simulated "$@"
  section "uris-$number" 1048576 transaction --print-uris -o Debug::NoLocking=1 "$@"
  set +f
}

about() {
  printf 'architecture=%s\nnow=%s\nrefreshed=%s\n' "$architecture" "$(date +%s)" "$(refreshed_at)"
}

work() {
  exec 3>&1
  uid=$(id -u)
  # For the lists' own functions.
  # shellcheck disable=SC2034
  architecture=$(limited 10 dpkg --print-architecture)
  centiseconds
  deadline=$((cs + 60000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  if lists_are_old; then section refresh 131072 refresh_lists; fi
  section about 1024 about
  surveys
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
