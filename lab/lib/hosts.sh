# shellcheck shell=bash
# A host's tree: the layers of its flavour, and on top what is its own.

# Mounts NAME's tree, and fills it in when it is new.
prepare_host() { # NAME
  local name=$1 dir=$LAB/hosts/$1 flavour
  flavour=$(cat "$dir/flavour" 2>/dev/null || echo lab)
  [ "$flavour" != archive ] || [ -d "$(archive_layer)" ] ||
    die "the real archive's updates are not here yet: lab/lab build --archive"
  mkdir -p "$dir"/{up,work,tree}
  echo "$flavour" >"$dir/flavour"
  make_host_keys "$name"
  mountpoint -q "$dir/tree" ||
    mount -t overlay drydock-lab -o "lowerdir=$(lower_of "$flavour"),upperdir=$dir/up,workdir=$dir/work" "$dir/tree"
  [ ! -e "$dir/prepared" ] || return 0
  name_host "$name" "$dir/tree"
  connect_host "$name" "$dir/tree"
  add_accounts "$name" "$dir/tree"
  point_apt "$name" "$dir/tree" "$flavour"
  touch "$dir/prepared"
}

name_host() { # NAME TREE
  local name=$1 tree=$2 keys=$LAB/hosts/$1/keys
  echo "$name" >"$tree/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost\n' "$name" >"$tree/etc/hosts"
  install -m 444 "$keys/machine-id" "$tree/etc/machine-id"
  install -m 600 "$keys"/ssh_host_*_key "$tree/etc/ssh/"
  install -m 644 "$keys"/ssh_host_*_key.pub "$tree/etc/ssh/"
  echo "LANG=$(lang_of "$name")" >"$tree/etc/default/locale"
  if [ "$name" = de1 ]; then
    ln -sfn /usr/share/zoneinfo/Europe/Berlin "$tree/etc/localtime"
    echo Europe/Berlin >"$tree/etc/timezone"
  fi
}

# No gateway and no name server: hosts have no way out.
connect_host() { # NAME TREE
  local name=$1 tree=$2 units=$2/etc/systemd/system
  mkdir -p "$tree/etc/systemd/network"
  network_file host0 "$(address_of "$name")" >"$tree/etc/systemd/network/10-host0.network"
  ln -sfn /lib/systemd/system/systemd-networkd.service "$units/multi-user.target.wants/systemd-networkd.service"
  [ "$name" = root1 ] || return 0
  network_file host1 "$LAB_NET.1.1" >"$tree/etc/systemd/network/10-host1.network"
  # Hosts behind the jump host fetch packages through it; it forwards nothing else.
  printf '%s\n' '[Unit]' 'Description=Packages for the inner network' '[Socket]' "ListenStream=$LAB_NET.1.1:$LAB_PORT" \
    'FreeBind=yes' '[Install]' 'WantedBy=sockets.target' >"$units/inner-packages.socket"
  printf '%s\n' '[Unit]' 'Description=Packages for the inner network' '[Service]' \
    "ExecStart=/lib/systemd/systemd-socket-proxyd $LAB_NET.0.1:$LAB_PORT" >"$units/inner-packages.service"
  mkdir -p "$units/sockets.target.wants"
  ln -sfn ../inner-packages.socket "$units/sockets.target.wants/inner-packages.socket"
}

network_file() { # LINK ADDRESS
  printf '%s\n' '[Match]' "Name=$1" '[Network]' "Address=$2/24" 'LLMNR=no' 'LinkLocalAddressing=no' 'IPv6AcceptRA=no'
}

point_apt() { # NAME TREE FLAVOUR
  local url tree=$2 timer
  url=$(packages_of "$1")
  : >"$tree/etc/apt/sources.list"
  case $3 in
    lab)
      printf '%s\n' "deb [signed-by=/usr/share/keyrings/lab-archive.gpg] $url/lab $LAB_SUITE main" \
        "deb [signed-by=/usr/share/keyrings/lab-archive.gpg] $url/lab-security $LAB_SUITE-security main" \
        >"$tree/etc/apt/sources.list.d/lab.list"
      # apt draws from 0 to 100, both included, by the machine id, and defers when that exceeds the percentage: without
      # this, one machine in 101 gets what is phased to 0 %.
      echo 'APT::Get::Never-Include-Phased-Updates "true";' >"$tree/etc/apt/apt.conf.d/99lab" ;;
    archive)
      printf '%s\n' "deb $url/debian $LAB_SUITE main" "deb $url/debian-security $LAB_SUITE-security main" \
        >"$tree/etc/apt/sources.list"
      # The frozen mirror holds no translations.
      echo 'Acquire::Languages "none";' >"$tree/etc/apt/apt.conf.d/99lab" ;;
  esac
  for timer in apt-daily.timer apt-daily-upgrade.timer; do
    ln -sfn /dev/null "$tree/etc/systemd/system/$timer"
  done
}
