#!/bin/sh
# Drydock: carries out one attempt of a step, once, whatever becomes of whoever started it. Beside it lie
# `work` (what is done), `log` (what it printed), `process` (who does it) and, when it has ended, `exit`.
set -u
dir=${0%/*}
cd "$dir" || exit 71
# Whoever makes this directory does the work; it is on disk before anything is done.
mkdir claimed 2>/dev/null || {
  [ -d claimed ] && exit 0
  exit 71
}
sync claimed . || exit 71
umask 022
# Somebody else's shutdown waits for dpkg.
terminated=
trap 'terminated=yes' TERM
trap '' HUP INT
log_max=$((64 * 1024 * 1024))

say() {
  printf 'drydock: %s\n' "$*" >>log
}

# record NAME: standard input becomes a file that is whole or not there.
record() {
  cat >"$1.new" && sync "$1.new" && mv "$1.new" "$1" && sync .
}

started_of() {
  stat=$(cat "/proc/$1/stat")
  # shellcheck disable=SC2086
  set -- ${stat##*\) }
  shift 19
  printf '%s' "$1"
}

# Keeps what the work prints, up to the limit; the rest is read and counted, so that the work is never held up.
keep_log() {
  {
    (
      ulimit -f $((log_max / 512))
      trap '' XFSZ
      # shellcheck disable=SC2016
      exec /bin/sh -c 'echo $$ >keeper; exec tee -a log'
    ) 2>/dev/null
    cat
  } | wc -c >total.new
  mv total.new total
}

# Timers of apt stay quiet while packages change hands; `after` puts them back, also when this process is killed.
hold_timers() {
  [ -e hold-timers ] && [ -d /run/systemd/system ] || return 0
  for timer in apt-daily.timer apt-daily-upgrade.timer; do
    ! systemctl is-active --quiet "$timer" || echo "$timer"
  done | record timers
  # shellcheck disable=SC2046
  [ ! -s timers ] || systemctl stop $(cat timers)
}

: >log
# Room for the log of a disk that becomes full; where the file system cannot set it aside, the log may end early.
fallocate -n -l 1048576 log 2>/dev/null || :
mkfifo out
{
  printf 'pid=%s\nstarted=%s\n' $$ "$(started_of $$)"
  printf 'boot=%s\nat=%s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$(date +%s)"
} | record process
hold_timers
keep_log <out &
/bin/sh "$dir/work" >out 2>&1 </dev/null &
work=$!
while :; do
  wait "$work"
  code=$?
  # A signal ends the wait and not the work.
  kill -0 "$work" 2>/dev/null || break
  [ "$terminated" != yes ] || say "This server is being shut down; it waits until this step has ended."
  terminated=said
done

# Daemons that the work has left running may keep its output open: they are not waited for, and not cut off either.
tries=0
while [ ! -e total ] && [ $tries -lt 150 ]; do
  sleep 0.02
  tries=$((tries + 1))
done
kept=$(stat -c %s log)
# From here on there is room for what is written, whatever the work has done to the disk.
rm -f reserve
if [ -e total ]; then
  total=$(cat total)
  if [ -z "$total" ]; then
    say "The disk was full: some of what this step printed could not be kept."
  elif [ "$total" -gt "$kept" ]; then
    echo $((total - kept)) | record dropped
    [ "$kept" -ge "$log_max" ] ||
      say "The disk was full: $((total - kept)) bytes of what this step printed could not be kept."
  fi
else
  keeper=$(cat keeper 2>/dev/null)
  [ -z "$keeper" ] || kill "$keeper" 2>/dev/null
  say "Something that this step has started still runs; what it prints from here on is not kept."
fi
/bin/sh "$dir/after"
rm -f out keeper total
sync log
echo "$code" | record exit
exit "$code"
