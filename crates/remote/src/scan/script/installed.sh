#!/bin/sh
# Drydock's look-only script, installed as /usr/local/libexec/drydock-scan, owned by root.
# It takes no arguments, reads one line (a nonce of 32 hexadecimal digits) and prints what Drydock shows about this
# machine. It changes nothing but the package lists, which it refreshes when they are older than twelve hours.
if [ $# -ne 0 ]; then
  echo "drydock-scan: takes no arguments" >&2
  exit 64
fi
IFS= read -r nonce || nonce=
refresh_after=43200
script=installed
