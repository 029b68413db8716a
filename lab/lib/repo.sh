# shellcheck shell=bash
# The lab's own package repository, signed by its own key, and the layer of hosts that start with its old versions.

lab_layer() { echo "$LAB_BUILT/lab-$(fingerprint base.sh packages.sh repo.sh)"; }

build_lab_layer() {
  local layer new
  layer=$(lab_layer)
  [ ! -d "$layer" ] || return 0
  new=$LAB_BUILT/new-lab
  rm -rf "$new"
  mkdir -p "$new/www"
  : >"$LAB_BUILT/repo.log"
  run_step "$LAB_BUILT/repo.log" "making the lab's packages" make_packages "$new/packages"
  run_step "$LAB_BUILT/repo.log" "making the lab's repository" make_repository "$new"
  run_step "$LAB_BUILT/repo.log" "installing the old versions" \
    with_tree "$new/up" "$(base_tree)" install_old_versions "$new"
  mv "$new" "$layer"
}

make_repository() { # LAYER
  local layer=$1
  make_key "$layer"
  publish_suite "$layer" main lab "$LAB_SUITE" Lab Lab stable
  publish_suite "$layer" security lab-security "$LAB_SUITE-security" Debian Debian-Security oldstable-security
}

make_key() { # LAYER
  local home
  home=$(mktemp -d)
  export GNUPGHOME=$home
  gpg --batch --quiet --passphrase '' --quick-generate-key 'Lab repository <lab@lab.invalid>' ed25519 sign never
  gpg --batch --quiet --export >"$1/lab-archive.gpg"
  gpg --batch --quiet --export-secret-keys >"$1/signing-key.gpg"
  gpgconf --kill all
  rm -rf "$home"
  unset GNUPGHOME
  chmod 600 "$1/signing-key.gpg"
}

# publish_suite LAYER PACKAGES FOLDER CODENAME ORIGIN LABEL SUITE: one suite of one component, indexed and signed.
publish_suite() {
  local layer=$1 packages=$2 root=$1/www/$3 codename=$4 origin=$5 label=$6 suite=$7 dist index home
  dist=$root/dists/$codename
  index=$dist/main/binary-$LAB_ARCH
  rm -rf "$root"
  mkdir -p "$root/pool/main" "$index"
  cp "$layer/packages/$packages"/*.deb "$root/pool/main/"
  (cd "$root" && apt-ftparchive packages pool/main >"$index/Packages")
  xz -k "$index/Packages"
  apt-ftparchive -o "APT::FTPArchive::Release::Origin=$origin" -o "APT::FTPArchive::Release::Label=$label" \
    -o "APT::FTPArchive::Release::Suite=$suite" -o "APT::FTPArchive::Release::Codename=$codename" \
    -o "APT::FTPArchive::Release::Version=12" -o "APT::FTPArchive::Release::Architectures=$LAB_ARCH" \
    -o "APT::FTPArchive::Release::Components=main" release "$dist" >"$root/Release"
  mv "$root/Release" "$dist/Release"
  home=$(mktemp -d)
  gpg --homedir "$home" --batch --quiet --import "$layer/signing-key.gpg"
  gpg --homedir "$home" --batch --quiet --clearsign -o "$dist/InRelease" "$dist/Release"
  gpgconf --homedir "$home" --kill all
  rm -rf "$home"
}

install_old_versions() { # LAYER TREE
  local layer=$1 tree=$2
  cp "$layer/packages/installed"/*.deb "$tree/tmp/"
  cp "$layer/lab-archive.gpg" "$tree/usr/share/keyrings/"
  chroot "$tree" sh -ec '
    export DEBIAN_FRONTEND=noninteractive
    dpkg -i /tmp/*.deb
    rm /tmp/*.deb
    apt-mark auto liblab linux-image-'"$LAB_OLD_KERNEL"'
    apt-mark hold lab-held'
  rm -rf "$tree"/run/reboot-required*
}
