# --- The one command line of a transaction: what is simulated is what runs. ---

# transaction OPTIONS... COMMAND...: apt-get as every transaction calls it. A changed configuration file is kept, and
# nothing asks.
transaction() {
  apt_get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# changes: out of what `apt-get -s` printed, one line per package, sorted: `+ NAME OLD NEW` (`-` for none), `- NAME`.
changes() {
  LC_ALL=C awk '
    $1 == "Inst" {
      old = "-"; at = 3
      if ($3 ~ /^\[/) { old = $3; gsub(/[][]/, "", old); at = 4 }
      new = $at; gsub(/[()]/, "", new)
      print "+ " $2 " " old " " new
    }
    $1 == "Remv" || $1 == "Purg" { print "- " $2 }' | LC_ALL=C sort -u
}
