# --- Installs exactly the planned transaction, or nothing. ---

apt_get() {
  apt-get "$@"
}

# pinned OPTIONS...: the one line that is simulated and runs.
pinned() {
  # shellcheck disable=SC2086
  transaction "$@" install --mark-auto $pins
}

# differs FILE: says how what apt would do differs from the plan, and ends the step untouched.
differs() {
  # What could not be written differs, too.
  ! disk_is_full || end_with 73
  say "This server has changed since the plan was made. Nothing was touched; preview again. The difference:"
  LC_ALL=C comm -23 plan "$1" | sed -e 's/^+ \([^ ]*\) \([^ ]*\) /planned and not offered: \1 \2 → /' \
    -e 's/^- /planned and not removed: /'
  LC_ALL=C comm -13 plan "$1" | sed -e 's/^+ \([^ ]*\) \([^ ]*\) /offered and not planned: \1 \2 → /' \
    -e 's/^- /removed and not planned: /'
  exit 73
}

manual() {
  apt-mark showmanual | LC_ALL=C sort
}

# What is installed of the plan's packages, in the plan's own lines.
installed() {
  dpkg-query -W -f '${binary:Package} ${Version} ${db:Status-Status}\n' | awk -v native=":$native" '
    FILENAME == "-" { sub(native "$", "", $1); if ($3 == "installed") has[$1] = $2; next }
    $1 == "+" && has[$2] != $4 { print $2 " is " (($2 in has) ? has[$2] : "not installed") ", planned was " $4 }
    $1 == "-" && ($2 in has) { print $2 " is still installed" }' - plan
}

# Naming a package must not turn one that was installed automatically into one that was asked for.
keep_marks() {
  manual >marks.after
  turned=$(LC_ALL=C comm -13 marks.before marks.after)
  # shellcheck disable=SC2086
  [ -z "$turned" ] || apt-mark auto $turned >/dev/null
  lost=$(LC_ALL=C comm -23 marks.before marks.after | while read -r one; do
    grep -qxF -e "- $one" plan || printf '%s\n' "$one"
  done)
  # shellcheck disable=SC2086
  [ -z "$lost" ] || apt-mark manual $lost >/dev/null
  [ -n "$turned$lost" ] || return 0
  # shellcheck disable=SC2086
  say "apt had changed which packages count as asked for; that was put back:" $turned $lost
}

install() {
  set -f
  wait_at_most "$lock_wait"
  wait_for_packages
  printf '%s\n' "$planned" | sed '/^$/d' | LC_ALL=C sort >plan
  native=$(dpkg --print-architecture)
  manual >marks.before
  say "Simulating the planned transaction."
  if ! pinned -s -o Debug::NoLocking=1 >simulated 2>simulated.said; then
    status=$?
    cat simulated simulated.said
    if grep -q -e ' was not found' -e 'Unable to locate package' -e 'no installation candidate' simulated.said; then
      say "This server's package archive has changed since the plan was made. Nothing was touched; preview again."
      exit 73
    fi
    exit "$status"
  fi
  changes <simulated >offered
  cmp -s plan offered || differs offered
  say "The transaction is the planned one."
  rm -f about-to
  pinned -o "DPkg::Lock::Timeout=$(seconds_left)" \
    -o "DPkg::Pre-Install-Pkgs::=$PWD/hook" -o "DPkg::Tools::Options::$PWD/hook::Version=3"
  status=$?
  # apt asks `hook` under its lock, right before dpkg.
  [ ! -e differs ] || differs about-to
  keep_marks
  [ "$status" -eq 0 ] || end_with "$status"
  wrong=$(installed)
  if [ -n "$wrong" ]; then
    say "The packages are not as planned:"
    printf '%s\n' "$wrong"
    exit 78
  fi
}

install
