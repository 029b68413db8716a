# --- What apt would do: for each wanted set the free simulation, and that of the pinned line an install would run. ---

concerned=
tab=$(printf '\t')

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
  concerned="$concerned $(printf '%s\n' "$words" | sed -e 's/=.*//' -e 's/-$//' -e 's/:.*//' | tr '\n' ' ')"
  # The words are apt's own names and versions: they hold no spaces and nothing that a shell expands.
  set -f
  # shellcheck disable=SC2086
  set -- install --mark-auto $words
  section "pinned-$number" 1048576 simulated "$@"
  section "uris-$number" 1048576 transaction --print-uris -o Debug::NoLocking=1 "$@"
  set +f
}

# Which running units the packages of all transactions concern, one per line: unit, package, `ships` or `uses`. A package
# ships a unit's file, or one of its libraries is mapped by a process of the unit.
units() {
  set -f
  # shellcheck disable=SC2086
  lists_of=$(printf '%s\n' $concerned | sort -u | while read -r one; do
    for list in "/var/lib/dpkg/info/$one.list" "/var/lib/dpkg/info/$one:$architecture.list"; do
      [ ! -e "$list" ] || printf '%s\n' "$list"
    done
  done)
  set +f
  [ -n "$lists_of" ] || return 0
  # shellcheck disable=SC2086
  LC_ALL=C awk '
    function package(file) { sub(/.*\//, "", file); sub(/\.list$/, "", file); sub(/:.*/, "", file); return file }
    $0 ~ /^(\/usr)?\/lib\/systemd\/system\/[^\/]+\.(service|socket)$/ {
      unit = $0; sub(/.*\//, "", unit); print unit "\t" package(FILENAME) "\tships" }' $lists_of |
    while IFS="$tab" read -r shipped package how; do
      ! systemctl is-active --quiet "$shipped" || printf '%s\t%s\t%s\n' "$shipped" "$package" "$how"
    done
  # Processes end while they are read, which grep does not mind.
  # shellcheck disable=SC2086
  grep -H '/.*\.so' /proc/[0-9]*/maps 2>/dev/null | LC_ALL=C awk '
    function package(file) { sub(/.*\//, "", file); sub(/\.list$/, "", file); sub(/:.*/, "", file); return file }
    FILENAME != "-" {
      if ($0 ~ /\.so(\.[0-9.]+)?$/) { library[$0] = package(FILENAME); if ($0 ~ /^\/lib/) library["/usr" $0] = package(FILENAME) }
      next }
    $6 in library { split($1, part, "/"); print part[3] "\t" library[$6] }' $lists_of - |
    sort -u | while IFS="$tab" read -r process package; do
      group=$(sed -n 's/^0:://p; s/^[0-9]*:name=systemd://p' "/proc/$process/cgroup" 2>/dev/null |
        grep -F /system.slice/ | head -n 1)
      case $group in
        */system.slice/*.service*)
          group=${group#*/system.slice/}
          used=$(printf '%s\n' "$group" | tr / '\n' | grep '\.service$' | head -n 1)
          [ -z "$used" ] || printf '%s\t%s\tuses\n' "$used" "$package"
          ;;
      esac
    done | sort -u
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
  if [ -d /run/systemd/system ]; then section units 131072 units; fi
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
