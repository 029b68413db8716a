# --- What runs: units, sockets, containers, and who still runs libraries that are gone. ---

failed_units() {
  limited 20 systemctl list-units --failed --all --plain --no-legend --no-pager --full
}

# One active service or socket per line: name, invocation, state, state of its file.
active_units() {
  limited 20 systemctl show --no-pager -p Id -p InvocationID -p ActiveState -p SubState -p UnitFileState \
    '*.service' '*.socket' | LC_ALL=C awk '
    function tell() {
      if (is["ActiveState"] == "active" && is["InvocationID"] != "")
        print is["Id"] "\t" is["InvocationID"] "\t" is["SubState"] "\t" is["UnitFileState"]
      split("", is)
    }
    $0 == "" { tell(); next }
    { at = index($0, "="); is[substr($0, 1, at - 1)] = substr($0, at + 1); any = 1 }
    END { tell(); exit !any }'
}

apt_timers() {
  limited 20 systemctl show --no-pager -p Id -p LoadState -p UnitFileState -p ActiveState \
    apt-daily.timer apt-daily-upgrade.timer
}

# Control groups of the processes that map a library which is no longer on disk, for machines without needrestart. In
# a container the groups of the old hierarchy may all be `/`; those of the new one are its own.
deleted_libraries() {
  limited 60 grep -lsE ' /(usr|lib|lib64|opt)/[^ ]*\.so[^ ]* \(deleted\)$' /proc/[0-9]*/maps | while read -r maps; do
    sed -n 's/^0:://p; s/^[0-9]*:name=systemd://p' "${maps%/maps}/cgroup" | grep -v '^/$' | head -n 1
  done 2>/dev/null | sort -u
}

containers() {
  limited 20 docker ps -a --format '{{.Names}}|{{.Image}}|{{.Status}}'
}
