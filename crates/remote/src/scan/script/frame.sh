# --- The frame: one document of sections, as crates/remote/src/scan/document.rs describes it. ---

case $nonce in
  *[!0-9a-f]* | '') nonce= ;;
esac
if [ ${#nonce} -ne 32 ]; then
  echo "drydock-scan: the nonce is not 32 hexadecimal digits" >&2
  exit 64
fi

unset ENV BASH_ENV CDPATH IFS APT_CONFIG
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin
LC_ALL=C.UTF-8
LANGUAGE=
TERM=dumb
NO_COLOR=1
SYSTEMD_COLORS=0
SYSTEMD_PAGER=
DEBIAN_FRONTEND=noninteractive
APT_LISTCHANGES_FRONTEND=none
NEEDRESTART_MODE=l
export PATH LC_ALL LANGUAGE TERM NO_COLOR SYSTEMD_COLORS SYSTEMD_PAGER DEBIAN_FRONTEND APT_LISTCHANGES_FRONTEND
export NEEDRESTART_MODE
umask 022
newline='
'
sections=0
deadline=

# Sets cs to the hundredths of a second since the machine was started.
centiseconds() {
  read -r cs _ </proc/uptime || cs=0.00
  cs=${cs%.*}${cs#*.}
  while [ "${#cs}" -gt 1 ] && [ "${cs#0}" != "$cs" ]; do cs=${cs#0}; done
}

# Prints the clock in nanoseconds since 1970; to the second where date knows no better.
clock() {
  clock_ns=$(date +%s%N 2>/dev/null)
  case $clock_ns in
    '' | *[!0-9]*) clock_ns=$(date +%s)000000000 ;;
  esac
  printf '%s' "$clock_ns"
}

# has COMMAND: whether there is such a command.
has() {
  command -v "$1" >/dev/null 2>&1
}

# limited SECONDS COMMAND...: runs it for at most that long, and never beyond what the whole scan may take.
limited() {
  limit=$1
  shift
  centiseconds
  left=$(((deadline - cs) / 100 + 1))
  [ "$limit" -le "$left" ] || limit=$left
  [ "$limit" -ge 1 ] || limit=1
  if has timeout; then
    timeout -k 5 "$limit" "$@"
  else
    "$@"
  fi
}

# prefixed BYTES: marks each line as output, without the credentials of any address; fails when there was more.
prefixed() {
  head -c "$1" | LC_ALL=C awk -v most="$1" '
    { seen += length($0) + 1; gsub(/:\/\/[^\/@ \t"]*@/, "://"); print "|" $0 }
    END { exit (seen >= most) }'
}

# section NAME BYTES COMMAND...: one section of the document. Standard error is kept up to 2,000 bytes.
section() {
  name=$1
  most=$2
  shift 2
  sections=$((sections + 1))
  printf '>%s\n' "$name"
  centiseconds
  began=$cs
  if [ "$began" -ge "$deadline" ]; then
    printf '<%s - 0 kept\n' "$name"
    return
  fi
  # Descriptor 3 is the real standard output, 4 collects errors and statuses.
  ending=$(
    {
      {
        "$@" 3>&- 4>&-
        printf '\n@exit %s\n' "$?" >&4
      } 2>&4 | prefixed "$most" 2>/dev/null >&3 4>&-
      printf '@cut %s\n' "$?" >&4
    } 4>&1 | tail -c 2000
  )
  cut=${ending##*@cut }
  ending=${ending%@cut *}
  status=${ending##*@exit }
  status=${status%%"$newline"*}
  errors=${ending%@exit *}
  case $errors in
    *[!"$newline"]*)
      printf '%s\n' "$errors" | LC_ALL=C awk '
        /[^ \t]/ { gsub(/:\/\/[^\/@ \t"]*@/, "://"); print "!" $0 }' ;;
  esac
  case $status in
    '' | *[!0-9]*) status=255 ;;
  esac
  whole=kept
  [ "$cut" = 0 ] || whole="cut"
  centiseconds
  printf '<%s %s %s %s\n' "$name" "$status" "$(((cs - began) * 10))" "$whole"
}
