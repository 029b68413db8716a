# shellcheck shell=bash
# The small packages of the lab's own repository, in old and new versions. Which suite offers what:
#
#   package                       installed   main (Lab)   security (Debian-Security)   so it is
#   liblab                        1.0-1       1.0-1        1.0-1+deb12u1                a security update, automatically installed
#   labweb                        1:2.0-1     1:2.1-1                                   a normal update; runs, and maps liblab
#   labworker                     1.0-1       1.0-1                                     up to date; runs, and maps liblab
#   lab-held                      1.0-1       1.1-1                                     held
#   lab-kept                      1.0-1       1.1-1 (needs lab-kept-data, not installed) kept back by plain upgrade
#   lab-via-updates               1.0-1       1.0-2        1.0-1+deb12u1                security, though main has the newest
#   lab-phased                    1.0-1       1.1-1 (phased to 0 %)                     deferred by phasing
#   linux-image-lab-ARCH          6.1.98-1                 6.1.99-1 (needs a new kernel) a kernel: kept back by plain upgrade
#
# And packages that no host has, for tests of installing: lab-fails (its postinst fails while /run/lab-fails exists),
# lab-asks (its postinst reads an answer), lab-slow (its postinst waits for /run/lab-go, at most a minute), lab-conf in two
# versions (it has the configuration file /etc/lab.conf).

LAB_OLD_KERNEL=6.1.0-98-lab-$LAB_ARCH
LAB_NEW_KERNEL=6.1.0-99-lab-$LAB_ARCH

# make_packages DIR: DIR/installed holds what hosts start with, DIR/main and DIR/security what the suites offer.
make_packages() {
  local dir=$1
  mkdir -p "$dir"/{installed,main,security}
  liblab_package "$dir/installed" 1.0-1
  liblab_package "$dir/main" 1.0-1
  liblab_package "$dir/security" 1.0-1+deb12u1
  labweb_package "$dir/installed" 1:2.0-1
  labweb_package "$dir/main" 1:2.1-1
  labworker_package "$dir/installed" 1.0-1
  labworker_package "$dir/main" 1.0-1
  plain_package "$dir/installed" lab-held 1.0-1
  plain_package "$dir/main" lab-held 1.1-1
  plain_package "$dir/installed" lab-kept 1.0-1
  plain_package "$dir/main" lab-kept 1.1-1 "Depends: lab-kept-data"
  plain_package "$dir/main" lab-kept-data 1.1-1
  plain_package "$dir/installed" lab-via-updates 1.0-1
  plain_package "$dir/security" lab-via-updates 1.0-1+deb12u1
  plain_package "$dir/main" lab-via-updates 1.0-2
  plain_package "$dir/installed" lab-phased 1.0-1
  plain_package "$dir/main" lab-phased 1.1-1 "Phased-Update-Percentage: 0"
  kernel_packages "$dir/installed" 6.1.98-1 "$LAB_OLD_KERNEL"
  kernel_packages "$dir/security" 6.1.99-1 "$LAB_NEW_KERNEL"
  bad_packages "$dir/main"
}

bad_packages() { # DIR
  conf_package "$1" 1.0-1
  conf_package "$1" 1.1-1
  package_with_postinst "$1" lab-fails <<'SH'
echo "lab-fails is being configured"
if [ -e /run/lab-fails ]; then
  echo "lab-fails cannot be configured" >&2
  exit 7
fi
SH
  package_with_postinst "$1" lab-asks <<'SH'
printf 'Overwrite everything? [y/N] '
read -r answer || answer=nobody
echo "the answer was: $answer"
SH
  package_with_postinst "$1" lab-slow <<'SH'
echo "lab-slow is being configured"
tries=0
while [ ! -e /run/lab-go ] && [ $tries -lt 600 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
echo "lab-slow is configured"
SH
}

conf_package() { # DIR VERSION
  local tree
  tree=$(new_tree lab-conf "$2" all)
  mkdir -p "$tree/etc"
  echo "version = $2" >"$tree/etc/lab.conf"
  echo /etc/lab.conf >"$tree/DEBIAN/conffiles"
  finish_package "$tree" "$1"
}

package_with_postinst() { # DIR NAME; standard input is what it does when it is configured
  local tree
  tree=$(new_tree "$2" 1.0-1 all)
  {
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/sh' 'set -e' '[ "$1" = configure ] || exit 0'
    cat
  } >"$tree/DEBIAN/postinst"
  chmod 755 "$tree/DEBIAN/postinst"
  finish_package "$tree" "$1"
}

# new_tree NAME VERSION ARCH [FIELD...]: prints a fresh folder with DEBIAN/control in it.
new_tree() {
  local name=$1 version=$2 arch=$3 tree
  shift 3
  tree=$(mktemp -d "$LAB_BUILT/package-XXXXXX")
  chmod 755 "$tree"
  mkdir -p "$tree/DEBIAN" "$tree/usr/share/doc/$name"
  echo "$name $version" >"$tree/usr/share/doc/$name/README"
  {
    printf '%s\n' "Package: $name" "Version: $version" "Architecture: $arch" "Maintainer: Lab <lab@lab.invalid>" \
      "Section: misc" "Priority: optional"
    [ $# = 0 ] || printf '%s\n' "$@"
    printf '%s\n' "Description: part of the test lab" " $name exists for tests alone."
  } >"$tree/DEBIAN/control"
  echo "$tree"
}

finish_package() { # TREE DIR
  dpkg-deb --root-owner-group -Zgzip --build "$1" "$2" >/dev/null
  rm -rf "$1"
}

plain_package() { # DIR NAME VERSION [FIELD...]
  local dir=$1 tree
  shift
  tree=$(new_tree "$1" "$2" all "${@:3}")
  finish_package "$tree" "$dir"
}

liblab_package() { # DIR VERSION
  local tree
  tree=$(new_tree liblab "$2" "$LAB_ARCH")
  mkdir -p "$tree/usr/lib/lab"
  # Mapped by labweb as a library is; nothing executes it.
  head -c 8192 /dev/zero | tr '\0' L >"$tree/usr/lib/lab/liblab.so.1"
  echo "$2" >>"$tree/usr/lib/lab/liblab.so.1"
  finish_package "$tree" "$1"
}

labweb_package() { # DIR VERSION
  local tree
  tree=$(new_tree labweb "$2" all "Depends: liblab, python3")
  mkdir -p "$tree/usr/sbin"
  {
    mapping_program
    sed "s/@VERSION@/$2/" <<'PYTHON'
import http.server


class Version(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"labweb @VERSION@\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", 8080), Version).serve_forever()
PYTHON
  } >"$tree/usr/sbin/labweb"
  add_service "$tree" labweb
  finish_package "$tree" "$1"
}

labworker_package() { # DIR VERSION
  local tree
  tree=$(new_tree labworker "$2" all "Depends: liblab, python3")
  mkdir -p "$tree/usr/sbin"
  {
    mapping_program
    printf '%s\n' 'import signal' '' 'while True:' '    signal.pause()'
  } >"$tree/usr/sbin/labworker"
  add_service "$tree" labworker
  finish_package "$tree" "$1"
}

# The head of a program that keeps liblab mapped, as a service keeps its libraries.
mapping_program() {
  cat <<'PYTHON'
#!/usr/bin/python3
import mmap

library = open("/usr/lib/lab/liblab.so.1", "rb")
mapped = mmap.mmap(library.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)

PYTHON
}

# A unit for /usr/sbin/NAME, enabled and restarted by the package's postinst as Debian's packages do.
add_service() { # TREE NAME
  local tree=$1 name=$2
  chmod 755 "$tree/usr/sbin/$name"
  mkdir -p "$tree/lib/systemd/system"
  printf '%s\n' '[Unit]' "Description=A small service of the test lab ($name)" '[Service]' "ExecStart=/usr/sbin/$name" \
    'DynamicUser=yes' '[Install]' 'WantedBy=multi-user.target' >"$tree/lib/systemd/system/$name.service"
  sed "s/@NAME@/$name/" >"$tree/DEBIAN/postinst" <<'SH'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  deb-systemd-helper enable @NAME@.service >/dev/null
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload
    deb-systemd-invoke restart @NAME@.service
  fi
fi
SH
  chmod 755 "$tree/DEBIAN/postinst"
}

# A kernel and the meta package that pulls it. Its postinst runs the machine's kernel hooks as Debian's kernels do; the
# hook of unattended-upgrades is what writes /run/reboot-required.
kernel_packages() { # DIR VERSION KERNEL
  local tree
  tree=$(new_tree "linux-image-$3" "$2" "$LAB_ARCH")
  mkdir -p "$tree/boot" "$tree/lib/modules/$3"
  echo "not a kernel: $3" >"$tree/boot/vmlinuz-$3"
  sed "s/@KERNEL@/$3/" >"$tree/DEBIAN/postinst" <<'SH'
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /etc/kernel/postinst.d ]; then
  DEB_MAINT_PARAMS="$*" run-parts --report --exit-on-error --arg=@KERNEL@ --arg=/boot/vmlinuz-@KERNEL@ \
    /etc/kernel/postinst.d
fi
SH
  chmod 755 "$tree/DEBIAN/postinst"
  finish_package "$tree" "$1"
  plain_arch_package "$1" "linux-image-lab-$LAB_ARCH" "$2" "Depends: linux-image-$3 (= $2)"
}

plain_arch_package() { # DIR NAME VERSION [FIELD...]
  local dir=$1 tree
  shift
  tree=$(new_tree "$1" "$2" "$LAB_ARCH" "${@:3}")
  finish_package "$tree" "$dir"
}
