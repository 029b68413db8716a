# shellcheck shell=bash
# Where the lab lives and what it is called; everything a caller may set by environment is read here.
# shellcheck disable=SC2034

LAB=$(realpath -m "${DRYDOCK_LAB:-/var/tmp/drydock-lab}")
LAB_BUILT=$(realpath -m "${DRYDOCK_LAB_BUILT:-$LAB/built}")

# Two octets: hosts live in .0.0/24, those behind the jump host in .1.0/24.
LAB_NET=${DRYDOCK_LAB_NET:-10.77}
LAB_BRIDGE=${DRYDOCK_LAB_BRIDGE:-dl${LAB_NET#*.}}
LAB_INNER_BRIDGE=${LAB_BRIDGE}p
LAB_PORT=${DRYDOCK_LAB_PORT:-8099}

# How long a host may take to boot until a log-in works: two seconds on an idle machine.
LAB_DEADLINE=${DRYDOCK_LAB_DEADLINE:-180}

# Debian's archive; found in this machine's own apt configuration when not given (tools.sh).
LAB_ARCHIVE=${DRYDOCK_LAB_ARCHIVE:-}
LAB_SECURITY=${DRYDOCK_LAB_SECURITY:-}

LAB_SUITE=bookworm
LAB_ARCH=$(dpkg --print-architecture 2>/dev/null || echo unknown)
LAB_PASSPHRASE='lab only, not a secret'
