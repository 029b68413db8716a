# shellcheck shell=bash
# Layers over the base tree, and everything that is built before a host can start. A built tree's folder carries the
# fingerprint of the scripts that made it (their comments aside), so a changed recipe is a new tree and nothing is ever half up to date.

fingerprint() { # SCRIPT... (of lib/)
  (cd "$LAB_HERE/lib" && sed "/^ *#/d" "$@" && echo "$LAB_SUITE $LAB_ARCH") | sha256sum | cut -c -10
}

# with_tree UPPER LOWER COMMAND...: mounts LOWER with UPPER on top, runs COMMAND with the mounted tree as its last word.
with_tree() {
  local upper=$1 lower=$2 work rc
  shift 2
  work=$(mktemp -d "$LAB_BUILT/work-XXXXXX")
  mkdir -p "$upper" "$work/work" "$work/tree"
  mount -t overlay drydock-lab -o "lowerdir=$lower,upperdir=$upper,workdir=$work/work" "$work/tree"
  mount -t proc proc "$work/tree/proc"
  # Not `|| rc=$?`: that would let COMMAND go on after its own failures.
  set +e
  (set -e; "$@" "$work/tree")
  rc=$?
  set -e
  umount "$work/tree/proc"
  umount "$work/tree"
  rm -rf "$work"
  return $rc
}

# What hosts of a flavour stand on, for overlayfs.
lower_of() { # FLAVOUR
  case $1 in
    lab) echo "$(lab_layer)/up:$(base_tree)" ;;
    archive) echo "$(archive_layer)/up:$(base_tree)" ;;
  esac
}

build_all() {
  case ${1:-} in '' | --archive) ;; *) die "build knows only --archive" ;; esac
  if [ ! -d "$(base_tree)" ] || [ ! -d "$(lab_layer)" ]; then
    [ -z "$(started_hosts)" ] || die "the lab's recipe changed while hosts are up: lab/lab down first"
  fi
  take_build_lock
  clear_broken_builds
  install_tools
  build_base
  build_lab_layer
  if [ "${1:-}" = --archive ]; then build_archive; fi
  remove_outdated
  drop_build_lock
  say "built"
}

# What a build that was killed left behind.
clear_broken_builds() {
  local mounted
  awk -v below="$LAB_BUILT/" 'index($2, below) == 1 {print $2}' /proc/mounts | sort -r |
    while read -r mounted; do umount "$mounted"; done
  rm -rf --one-file-system "$LAB_BUILT"/{work,package,new}-*
}

# Trees of older recipes, unless a host still stands on them.
remove_outdated() {
  local tree
  for tree in "$LAB_BUILT"/{base,lab,archive}-*; do
    [ -d "$tree" ] || continue
    case $tree in "$(base_tree)" | "$(lab_layer)" | "$(archive_layer)") continue ;; esac
    ! grep -qF "$tree" /proc/mounts || continue
    rm -rf "$tree"
  done
}
