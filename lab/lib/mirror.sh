# shellcheck shell=bash
# The real archive's pending updates, frozen: its own signed indexes, and only the packages that are pending.

LAB_REAL_KERNEL=linux-image-cloud-$LAB_ARCH

archive_layer() { echo "$LAB_BUILT/archive-$(fingerprint base.sh mirror.sh)"; }

build_archive() {
  local layer new
  layer=$(archive_layer)
  if [ -d "$layer" ] && still_valid "$layer"; then return 0; fi
  ! grep -qF "$layer" /proc/mounts || die "the frozen mirror is out of date, and a host stands on it: lab/lab down first"
  find_archive
  new=$LAB_BUILT/new-archive
  rm -rf "$new"
  mkdir -p "$new/www"
  : >"$LAB_BUILT/archive.log"
  run_step "$LAB_BUILT/archive.log" "installing the archive's kernel of the release (1 minute)" \
    with_tree "$new/up" "$(base_tree)" install_real_kernel
  run_step "$LAB_BUILT/archive.log" "fetching the pending updates (35 to 200 MB)" \
    with_tree "$new/scratch" "$new/up:$(base_tree)" freeze_pending "$new/www"
  rm -rf "$new/scratch" "$layer"
  mv "$new" "$layer"
}

# The security suite's index says until when it may be used; half a day is kept in hand.
still_valid() { # LAYER
  local until
  until=$(sed -n 's/^Valid-Until: //p' "$1/www/debian-security/dists/$LAB_SUITE-security/InRelease")
  [ -z "$until" ] || [ "$(date -d "$until" +%s)" -gt $(($(date +%s) + 43200)) ]
}

install_real_kernel() { # TREE
  local tree=$1
  reach_archive "$tree" "deb $LAB_ARCHIVE $LAB_SUITE main"
  chroot "$tree" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$LAB_REAL_KERNEL"
  chroot "$tree" apt-get clean
  forget_archive "$tree"
  rm -rf "$tree"/run/reboot-required*
}

freeze_pending() { # WWW TREE
  local www=$1 tree=$2
  # As downloaded, so that what is served still has the sums that the archive signed.
  echo 'Acquire::GzipIndexes "true"; Acquire::IndexTargets::deb::Packages::KeepCompressedAs "xz";' \
    >"$tree/etc/apt/apt.conf.d/90freeze"
  reach_archive "$tree" "deb $LAB_ARCHIVE $LAB_SUITE main" "deb $LAB_SECURITY $LAB_SUITE-security main"
  freeze_suite "$tree" "$LAB_ARCHIVE" "$www/debian" "$LAB_SUITE"
  freeze_suite "$tree" "$LAB_SECURITY" "$www/debian-security" "$LAB_SUITE-security"
  chroot "$tree" apt-get -y --print-uris dist-upgrade | sed -n "s/^'\([^']*\)' \([^ ]*\) .*/\1 \2/p" >"$www/pending"
  [ -s "$www/pending" ] || { echo "nothing is pending in the archive"; return 1; }
  chroot "$tree" env DEBIAN_FRONTEND=noninteractive apt-get -y -d dist-upgrade
  keep_pending "$www" "$tree/var/cache/apt/archives" <"$www/pending"
  rm "$www/pending"
}

reach_archive() { # TREE SOURCE...
  local tree=$1
  shift
  cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
  printf '%s\n' "$@" >"$tree/etc/apt/sources.list"
  chroot "$tree" apt-get update -o APT::Update::Error-Mode=any -o Acquire::Languages=none
}

forget_archive() { # TREE
  : >"$1/etc/apt/sources.list"
  : >"$1/etc/resolv.conf"
  rm -rf "${1:?}"/var/lib/apt/lists/* "${1:?}"/var/log/apt/* "${1:?}"/var/cache/apt/*.bin
}

# Copies one suite's signed index and package list out of apt's own lists, which apt has verified.
freeze_suite() { # TREE ADDRESS TO CODENAME
  local tree=$1 address=$2 dist=$3/dists/$4 suite=$4 prefix list sum
  prefix=$(sed 's,^[a-z]*://,,; s,/,_,g' <<<"$address")_dists_$suite
  list=$dist/main/binary-$LAB_ARCH
  mkdir -p "$list/by-hash/SHA256"
  cp "$tree/var/lib/apt/lists/${prefix}_InRelease" "$dist/InRelease"
  cp "$tree/var/lib/apt/lists/${prefix}_main_binary-${LAB_ARCH}_Packages.xz" "$list/Packages.xz"
  sum=$(sha256sum <"$list/Packages.xz" | cut -d' ' -f1)
  grep -q "$sum" "$dist/InRelease" || { echo "the package list of $suite is not the one that was signed"; return 1; }
  ln "$list/Packages.xz" "$list/by-hash/SHA256/$sum"
}

keep_pending() { # WWW DEBS; reads lines of address and file name
  local www=$1 debs=$2 address file root path
  while read -r address file; do
    root=debian path=${address#"$LAB_ARCHIVE"/}
    if [ "${address#"$LAB_SECURITY"/}" != "$address" ]; then root=debian-security path=${address#"$LAB_SECURITY"/}; fi
    path=$(printf '%b' "${path//%/\\x}")
    mkdir -p "$www/$root/$(dirname "$path")"
    cp "$debs/$file" "$www/$root/$path"
  done
}
