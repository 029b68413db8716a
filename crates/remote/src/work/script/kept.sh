# --- Configuration files that were kept while an attempt worked, and how the packages' own versions differ from them. ---

tab=$(printf '\t')
# Bytes of differences that are printed of one file, and of all.
one_max=16384
all_max=65536

# Whether every account of this server may read a file, and everything on the way to it.
is_public() {
  case $(stat -c %A -- "$1" 2>/dev/null) in ???????r*) ;; *) return 1 ;; esac
  above=$1
  while above=${above%/*} && [ -n "$above" ]; do
    case $(stat -c %A -- "$above" 2>/dev/null) in *[xt]) ;; *) return 1 ;; esac
  done
}

is_text() {
  [ ! -s "$1" ] || grep -qI '' "$1"
}

# Why the difference between two files is not shown; nothing when it may be.
hidden() {
  if [ ! -f "$1" ]; then
    echo gone
  elif ! is_public "$1" || ! is_public "$2"; then
    echo private
  elif ! is_text "$1" || ! is_text "$2"; then
    echo binary
  elif [ "$all_max" -le 0 ]; then
    echo many
  fi
}

difference() {
  diff -u --label "$1" --label "$2" -- "$3" "$2" | LC_ALL=C awk -v most="$one_max" '
    over || NR > 200 || (size += length($0) + 2) > most { over = 1; more++; next }
    { print " " substr($0, 1, 1000) }
    END { if (more) print "more\t" more }'
}

kept() {
  # What lies beside a kept file came into being with the attempt.
  find /etc -xdev -type f \( -name '*.dpkg-dist' -o -name '*.dpkg-new' -o -name '*.ucf-dist' \) \
    -cnewer "$dir/process" 2>/dev/null | LC_ALL=C sort | head -n 50 | while read -r new; do
    kept=${new%.*}
    case $new in *"$tab"*) continue ;; esac
    [ -f "$new" ] || continue
    printf 'file\t%s\t%s\n' "$kept" "$new"
    is=$(readlink -f -- "$kept")
    why=$(hidden "$is" "$new")
    if [ -n "$why" ]; then
      printf 'hidden\t%s\n' "$why"
      continue
    fi
    text=$(difference "$kept" "$new" "$is")
    all_max=$((all_max - ${#text}))
    [ "$all_max" -ge "$one_max" ] || one_max=$all_max
    [ -z "$text" ] || printf '%s\n' "$text"
  done
}

work() {
  exec 3>&1
  centiseconds
  deadline=$((cs + 6000))
  printf '\nDRYDOCK-SCAN v1 BEGIN %s %s\n' "$nonce" "$(clock)"
  section kept 262144 kept
  printf 'DRYDOCK-SCAN v1 END %s %s %s\n' "$nonce" "$sections" "$(clock)"
}

work </dev/null
