# shellcheck shell=bash
# A control group of its own for each host, in every hierarchy that systemd inside will use: without one, hosts share
# theirs, and each would see the others' processes as its own services'.

cgroup_roots() {
  local root
  for root in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    [ ! -w "$root/cgroup.procs" ] || echo "$root"
  done
}

# Moves the calling process; what it becomes or starts is inside as well.
enter_cgroup() { # NAME
  local root
  for root in $(cgroup_roots); do
    mkdir -p "$root/$(machine_of "$1")"
    echo "$BASHPID" >"$root/$(machine_of "$1")/cgroup.procs"
  done
}

cgroup_removed() { # NAME
  local root dir left=0
  for root in $(cgroup_roots); do
    dir=$root/$(machine_of "$1")
    [ -d "$dir" ] || continue
    find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ ! -d "$dir" ] || left=1
  done
  return $left
}

# Ends whatever is left of a host, then its groups.
leave_cgroup() { # NAME
  local root pid
  for root in $(cgroup_roots); do
    [ -d "$root/$(machine_of "$1")" ] || continue
    while read -r pid; do kill -9 "$pid" 2>/dev/null || true; done \
      < <(find "$root/$(machine_of "$1")" -name cgroup.procs -exec cat {} +)
  done
  wait_until 10 "the last processes of $1" cgroup_removed "$1"
}
