# shellcheck shell=bash
# Keys, and the accounts on hosts.

# The client's keys, all of which every account accepts.
make_client_keys() {
  local keys=$LAB/keys
  mkdir -p "$keys"
  chmod 700 "$keys"
  make_key_file "$keys/ed25519" ed25519 ''
  make_key_file "$keys/ecdsa" ecdsa ''
  make_key_file "$keys/rsa" rsa ''
  make_key_file "$keys/ed25519-passphrase" ed25519 "$LAB_PASSPHRASE"
}

make_key_file() { # FILE KIND PASSPHRASE
  [ -s "$1.pub" ] || ssh-keygen -q -t "$2" -N "$3" -C "lab-${1##*/}" -f "$1"
}

# A host keeps these until the lab goes down, whatever happens to its tree.
make_host_keys() { # NAME
  local keys=$LAB/hosts/$1/keys kind
  mkdir -p "$keys"
  chmod 700 "$keys"
  for kind in ed25519 ecdsa rsa; do
    [ -s "$keys/ssh_host_${kind}_key.pub" ] || ssh-keygen -q -t $kind -N '' -C "root@$1" -f "$keys/ssh_host_${kind}_key"
  done
  [ -s "$keys/machine-id" ] || tr -d - </proc/sys/kernel/random/uuid >"$keys/machine-id"
}

# Everyone may log in as root by key; beside that, hosts have the accounts that their purpose needs.
add_accounts() { # NAME TREE
  local name=$1 tree=$2
  authorize "$tree" root /root ''
  case $name in
    sudo1)
      add_sudo_user "$tree" deploy /bin/bash
      noisy_profile "$tree/home/deploy/.bashrc"
      add_user "$tree" nosudo /bin/bash ''
      add_user "$tree" drydock-look /bin/sh 'restrict '
      allow_sudo "$tree" drydock-look '(root) NOPASSWD: /usr/local/libexec/drydock-scan ""'
      mkdir -p "$tree/usr/local/libexec"
      ;;
    de1) add_sudo_user "$tree" deploy /usr/bin/fish ;;
  esac
}

add_sudo_user() { # TREE USER SHELL
  add_user "$1" "$2" "$3" ''
  allow_sudo "$1" "$2" '(ALL:ALL) NOPASSWD: ALL'
}

add_user() { # TREE USER SHELL KEY-OPTIONS
  chroot "$1" useradd --create-home --shell "$3" "$2"
  authorize "$1" "$2" "/home/$2" "$4"
}

authorize() { # TREE USER HOME KEY-OPTIONS
  local tree=$1 user=$2 dir=$1$3/.ssh options=$4
  mkdir -p "$dir"
  chmod 700 "$dir"
  sed "s/^/$options/" "$LAB"/keys/*.pub >"$dir/authorized_keys"
  chmod 600 "$dir/authorized_keys"
  chroot "$tree" chown -R "$user:$user" "$3/.ssh"
}

allow_sudo() { # TREE USER RULE
  echo "$2 ALL=$3" >"$1/etc/sudoers.d/$2"
  chmod 440 "$1/etc/sudoers.d/$2"
}

# Debian's bash reads .bashrc for commands over SSH as well; people put worse than this there.
noisy_profile() { # FILE
  cat >"$1" <<'BASHRC'
echo "*** Welcome! This server is watched. ***"
printf '\033[1;31mremember: \303\244\303\266\303\274, no changes on Fridays\033[0m\n'
echo "motd: cannot reach the message server" >&2
stty erase '^?'
BASHRC
}
