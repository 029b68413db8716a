# shellcheck shell=bash
# The lab's network: a bridge with an address of ours for hosts and packages, and a second one without any, where hosts
# behind the jump host live.

net_up() {
  if ! ip link show "$LAB_BRIDGE" >/dev/null 2>&1; then
    ip link add "$LAB_BRIDGE" type bridge
    ip addr add "$LAB_NET.0.1/24" dev "$LAB_BRIDGE"
    ip link set "$LAB_BRIDGE" up
  fi
  if ! ip link show "$LAB_INNER_BRIDGE" >/dev/null 2>&1; then
    ip link add "$LAB_INNER_BRIDGE" type bridge
    ip link set "$LAB_INNER_BRIDGE" up
  fi
  # This machine must not look for those hosts elsewhere: nothing of the lab may leave it.
  ip route replace unreachable "$LAB_NET.1.0/24"
}

net_down() {
  ip route del unreachable "$LAB_NET.1.0/24" 2>/dev/null || true
  ip link del "$LAB_INNER_BRIDGE" 2>/dev/null || true
  ip link del "$LAB_BRIDGE" 2>/dev/null || true
}

packages_answer() { curl -fsS --noproxy '*' -o /dev/null "$(packages_of root1)/lab/dists/$LAB_SUITE/InRelease"; }

serve_packages() {
  mkdir -p "$LAB/www"
  ln -sfnT "$(lab_layer)/www/lab" "$LAB/www/lab"
  ln -sfnT "$(lab_layer)/www/lab-security" "$LAB/www/lab-security"
  if [ -d "$(archive_layer)" ]; then
    ln -sfnT "$(archive_layer)/www/debian" "$LAB/www/debian"
    ln -sfnT "$(archive_layer)/www/debian-security" "$LAB/www/debian-security"
  fi
  running "$LAB/http.pid" && return 0
  detach "$LAB/http.log" python3 -m http.server --bind "$LAB_NET.0.1" --directory "$LAB/www" "$LAB_PORT"
  remember_process "$LAB/http.pid" $!
  wait_until 30 "the package server" packages_answer ||
    { tail -n 5 "$LAB/http.log" >&2; die "the package server does not answer at $(packages_of root1)"; }
}

# Puts a started host's links where they belong; a host that was cut stays cut. nspawn makes the links anew at each boot.
attach_links() { # NAME
  local name=$1 dir=$LAB/hosts/$1
  if [ "$name" = root1 ]; then
    wait_until 30 "$name's second link" ip link show "$(inner_link_of "$name")" || return 1
    ip link set "$(inner_link_of "$name")" master "$LAB_INNER_BRIDGE"
    ip link set "$(inner_link_of "$name")" up
  fi
  if [ -e "$dir/cut" ]; then
    wait_until 30 "$name's link" ip link show "$(link_of "$name")" || return 1
    ip link set "$(link_of "$name")" down
  fi
}

cut_host() { # NAME
  touch "$LAB/hosts/$1/cut"
  ip link set "$(link_of "$1")" down
  say "$1 is cut off"
}

join_host() { # NAME
  rm -f "$LAB/hosts/$1/cut"
  ip link set "$(link_of "$1")" up
  say "$1 is joined again"
}
