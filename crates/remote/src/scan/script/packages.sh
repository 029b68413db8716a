# --- Packages: what is installed, what is pending, what would happen. ---

# simulated WORDS...: the transaction of an apt-get command. It takes no lock and changes nothing.
simulated() {
  limited 60 apt-get -s -q -o Debug::NoLocking=1 "$@"
}

# Sets pending to what apt lists as upgradable.
list_upgradable() {
  pending=$(limited 60 apt list --upgradable 2>/dev/null)
  pending_status=$?
}

upgradable() {
  if [ "$pending_status" -eq 0 ]; then
    printf '%s\n' "$pending"
  else
    # Once more, for what it says about its failure.
    limited 60 apt list --upgradable
  fi
}

# Every version of every pending package, with its sources. The names are apt's own, so they hold no spaces.
pending_versions() {
  names=$(printf '%s\n' "$pending" | awk -F '[/ ]' -v native="$architecture" '
    /upgradable from:/ { print ($4 == native || $4 == "all") ? $1 : $1 ":" $4 }')
  [ -n "$names" ] || return 0
  # shellcheck disable=SC2086
  limited 60 apt-cache policy $names
}

# Indexes that apt is configured for, one per line.
targets() {
  # shellcheck disable=SC2016
  limited 30 apt-get indextargets --format \
    '$(FILENAME)|$(METAKEY)|$(SITE)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(LABEL)|$(SUITE)|$(CODENAME)' \
    'Created-By: Packages'
}

# What apt is told about updating by itself, and about expired lists.
apt_settings() {
  settings=$(limited 20 apt-config dump) || return
  printf '%s\n' "$settings" | grep -E '^(APT::Periodic|Unattended-Upgrade|Acquire::Check-Valid-Until)(::| )' || true
}

installed_packages() {
  # shellcheck disable=SC2016
  limited 60 dpkg-query -W -f '${binary:Package}\t${Version}\t${db:Status-Abbrev}\n'
}
