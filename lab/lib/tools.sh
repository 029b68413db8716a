# shellcheck shell=bash
# What the outer machine needs: missing Debian packages are installed.

LAB_TOOLS="debootstrap:debootstrap systemd-nspawn:systemd-container ssh:openssh-client ip:iproute2 curl:curl jq:jq
  apt-ftparchive:apt-utils gpg:gpg gpg-agent:gpg-agent python3:python3 xz:xz-utils nsenter:util-linux"

install_tools() {
  local tool missing=()
  for tool in $LAB_TOOLS; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  refresh_lists
  run_step "$LAB/tools.log" "installing ${missing[*]}" \
    env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# A foreign source that is gone must not stop the lab: what is missing afterwards is said then.
refresh_lists() {
  run_step "$LAB/tools.log" "refreshing this machine's package lists" sh -c 'apt-get update -q || true'
}

# The addresses of Debian's archive are those this machine itself uses, unless the caller named others.
find_archive() {
  LAB_ARCHIVE=${LAB_ARCHIVE:-$(archive_in_use Debian)}
  LAB_SECURITY=${LAB_SECURITY:-$(archive_in_use Debian-Security)}
  if [ -z "$LAB_ARCHIVE" ] || [ -z "$LAB_SECURITY" ]; then
    refresh_lists
    LAB_ARCHIVE=${LAB_ARCHIVE:-$(archive_in_use Debian)}
    LAB_SECURITY=${LAB_SECURITY:-$(archive_in_use Debian-Security)}
  fi
  if [ -z "$LAB_ARCHIVE" ] || [ -z "$LAB_SECURITY" ]; then
    die "this machine's apt knows no Debian archive; name one by DRYDOCK_LAB_ARCHIVE and DRYDOCK_LAB_SECURITY"
  fi
  use_apt_proxy
}

archive_in_use() { # LABEL
  local found
  # shellcheck disable=SC2016
  found=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' "Label: $1" | sort -u | head -n 1)
  echo "${found%/}"
}

# debootstrap and the apt inside a tree know the proxy only by environment.
use_apt_proxy() {
  local proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [ -z "$proxy" ] || export http_proxy=$proxy https_proxy=$proxy
}
