# shellcheck shell=bash
# The tree under every host: a plain Debian from the release's main suite alone, so that everything the security suite
# has since then is pending.

LAB_BASE_PACKAGES=systemd,systemd-sysv,dbus,openssh-server,iproute2,ca-certificates,unattended-upgrades,needrestart,python3,sudo,procps,curl,locales,fish

base_tree() { echo "$LAB_BUILT/base-$(fingerprint base.sh)"; }

build_base() {
  local tree new
  tree=$(base_tree)
  [ ! -d "$tree" ] || return 0
  find_archive
  new=$LAB_BUILT/new-base
  rm -rf "$new"
  : >"$LAB_BUILT/base.log"
  run_step "$LAB_BUILT/base.log" "making a Debian $LAB_SUITE tree (1 to 3 minutes)" \
    debootstrap --variant=minbase --include="$LAB_BASE_PACKAGES" "$LAB_SUITE" "$new" "$LAB_ARCHIVE"
  echo "de_DE.UTF-8 UTF-8" >"$new/etc/locale.gen"
  run_step "$LAB_BUILT/base.log" "generating the German locale" chroot "$new" locale-gen
  # Each host gets its own of these; what names this machine or its archive goes.
  rm -f "$new"/etc/ssh/ssh_host_* "$new/etc/machine-id" "$new/var/lib/dbus/machine-id" "$new/var/log/bootstrap.log"
  rm -rf "${new:?}"/var/lib/apt/lists/* "${new:?}"/var/cache/apt/archives/*.deb "${new:?}"/run/reboot-required*
  : >"$new/etc/apt/sources.list"
  : >"$new/etc/resolv.conf"
  mv "$new" "$tree"
}
