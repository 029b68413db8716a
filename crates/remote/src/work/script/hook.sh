#!/bin/sh
# Drydock: apt calls this under its lock, right before dpkg, with everything it is about to do. It ends well only if
# that is the plan.
cd "${0%/*}" || exit 1
native=$(dpkg --print-architecture)
awk -v native="$native" '
  $NF == "**CONFIGURE**" || NF < 9 { next }
  inside == 0 && $5 !~ /^[<>=]$/ { next }
  {
    arch = ($NF == "**REMOVE**") ? $3 : $7
    name = $1 ((arch == native || arch == "all" || arch == "-") ? "" : ":" arch)
    if ($NF == "**REMOVE**") print "- " name; else print "+ " name " " $2 " " $6
  }' | LC_ALL=C sort -u >about-to
cmp -s plan about-to && exit 0
: >differs
echo "drydock: apt is about to do something else than planned: nothing is touched." >&2
exit 1
