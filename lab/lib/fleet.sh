# shellcheck shell=bash
# Which hosts there are, and what is particular about each.

LAB_DEFAULT_HOSTS="root1 sudo1 hop1 de1"

# The hosts a caller means: a number takes the default ones first, then plain h1, h2, …
chosen_hosts() {
  local wanted=("$@") name i
  if [ $# = 0 ]; then
    read -ra wanted <<<"$LAB_DEFAULT_HOSTS"
  elif [ $# = 1 ] && [[ $1 =~ ^[0-9]+$ ]]; then
    read -ra wanted <<<"$LAB_DEFAULT_HOSTS"
    for ((i = 1; ${#wanted[@]} < $1; i++)); do wanted+=("h$i"); done
    wanted=("${wanted[@]:0:$1}")
  fi
  for name in "${wanted[@]}"; do
    host_number "$name" >/dev/null || die "no such host: $name (there are $LAB_DEFAULT_HOSTS and h1 to h99)"
    [ -z "$(jump_of "$name")" ] || jump_of "$name"
    echo "$name"
  done | awk '!seen[$0]++'
}

host_number() {
  case $1 in
    root1) echo 11 ;;
    sudo1) echo 12 ;;
    hop1) echo 13 ;;
    de1) echo 14 ;;
    h[1-9] | h[1-9][0-9]) echo $((100 + ${1#h})) ;;
    *) return 1 ;;
  esac
}

# The host through which NAME is reached; nothing for most.
jump_of() { if [ "$1" = hop1 ]; then echo root1; fi; }

address_of() {
  if [ -n "$(jump_of "$1")" ]; then echo "$LAB_NET.1.$(host_number "$1")"; else echo "$LAB_NET.0.$(host_number "$1")"; fi
}

# Where NAME fetches packages: hosts behind the jump host do so through it.
packages_of() {
  if [ -n "$(jump_of "$1")" ]; then echo "http://$LAB_NET.1.1:$LAB_PORT"; else echo "http://$LAB_NET.0.1:$LAB_PORT"; fi
}

user_of() { case $1 in sudo1 | de1) echo deploy ;; *) echo root ;; esac; }
lang_of() { case $1 in de1) echo de_DE.UTF-8 ;; *) echo C.UTF-8 ;; esac; }
shell_of() { case $1 in de1) echo /usr/bin/fish ;; *) echo /bin/bash ;; esac; }

# What the outer machine calls it: unique among labs, short enough for an interface name (15 with its prefix).
machine_of() { echo "$LAB_BRIDGE-$1"; }
link_of() { echo "vb-$(machine_of "$1")"; }
inner_link_of() { echo "vp-$(machine_of "$1")"; }
