# shellcheck shell=bash
# Whether this machine can run the lab at all. Both print the reason and fail, or succeed without a word.

why_not_here() {
  [ "$(uname -s)" = Linux ] || { echo "the lab needs Linux; this is $(uname -s)"; return 1; }
  [ "$(id -u)" = 0 ] || { echo "the lab needs root: it mounts, makes network bridges and boots systems"; return 1; }
  command -v apt-get >/dev/null || { echo "the lab needs a machine with apt (Debian or Ubuntu)"; return 1; }
  [[ $LAB_NET =~ ^[0-9]{1,3}\.[0-9]{1,3}$ ]] ||
    { echo "DRYDOCK_LAB_NET must be two numbers such as 10.77, not $LAB_NET"; return 1; }
  [ ${#LAB_BRIDGE} -le 6 ] || { echo "the bridge's name $LAB_BRIDGE is too long: six letters at most"; return 1; }
  [[ $LAB$LAB_BUILT =~ ^[A-Za-z0-9/._-]+$ ]] ||
    { echo "the lab's folders may have letters, digits, dots and dashes in their names, not: $LAB $LAB_BUILT"; return 1; }
  [ -n "$(cgroup_roots)" ] || { echo "there is no control group hierarchy that the lab may write to"; return 1; }
  mkdir -p "$LAB" "$LAB_BUILT" || { echo "cannot make $LAB"; return 1; }
}

# Makes, and removes, one of each thing that a restricted machine refuses.
why_not_really() {
  local trial rc=0
  trial=$(mktemp -d "$LAB/trial-XXXXXX")
  mkdir "$trial"/{lower,upper,work,tree}
  if mount -t overlay drydock-lab -o "lowerdir=$trial/lower,upperdir=$trial/upper,workdir=$trial/work" "$trial/tree"; then
    umount "$trial/tree"
  else
    echo "overlayfs cannot be used in $LAB; set DRYDOCK_LAB to a folder on a plain disk, or run where mounting is allowed"
    rc=1
  fi
  rm -rf "$trial"
  [ $rc = 0 ] || return $rc
  command -v ip >/dev/null || return 0
  ip link add "${LAB_BRIDGE}t" type bridge || { echo "network bridges cannot be made here"; return 1; }
  ip link del "${LAB_BRIDGE}t"
}
