# --- Restarts the machine, once, and only the boot that was meant. ---

frontend=/var/lib/dpkg/lock-frontend

refuse() {
  say "$*"
  [ -z "${keeper:-}" ] || kill "$keeper" 2>/dev/null
  exit "$refusal"
}

# Prints what works on this server and must not be cut off: package managers, and other steps of Drydock.
working() {
  for process in /proc/[0-9]*; do
    read -r comm <"$process/comm" || continue
    case $comm in
      apt | apt-get | aptitude | dpkg | dpkg-deb) printf 'process %s (%s)\n' "${process#/proc/}" "$comm" ;;
    esac
  done 2>/dev/null
  if [ -d /run/systemd/system ]; then
    systemctl list-units --plain --no-legend 'drydock-*.service' apt-daily.service apt-daily-upgrade.service |
      awk -v own="$own" '$1 != own && ($4 == "running" || $4 == "start") { print $1 }'
  fi
}

# Takes dpkg's frontend lock as apt does, for a process that outlives this one: nothing may begin to install while the
# machine goes down. It holds nothing for more than ten minutes.
# shellcheck disable=SC2016
keep_frontend() {
  perl -e '
    use Fcntl qw(F_SETLK F_WRLCK SEEK_SET);
    my ($file, $seconds) = @ARGV;
    open(my $lock, "+>>", $file) or exit 1;
    my $layout = (`uname -m` =~ /^i.86/) ? "s s q q l" : "s s x![q] q q l x![q]";
    for (0 .. 5 * $seconds) {
      if (fcntl($lock, F_SETLK, pack($layout, F_WRLCK, SEEK_SET, 0, 0, 0))) {
        open(my $kept, ">", "frontend.kept") and close($kept);
        sleep 600;
        exit 0;
      }
      select(undef, undef, undef, 0.2);
    }
    open(my $failed, ">", "frontend.failed") and close($failed);
  ' "$frontend" "$(seconds_left)" </dev/null >/dev/null 2>&1 &
  keeper=$!
  until [ -e frontend.kept ]; do
    [ ! -e frontend.failed ] || {
      wait_for_packages
      refusal=75
      refuse "The package manager's lock could not be taken. Nothing was done."
    }
    sleep 0.1
  done
}

restart() {
  refusal=77
  booted=$(cat /proc/sys/kernel/random/boot_id)
  [ "$boot_id" != any ] || boot_id=$booted
  printf '%s\n' "$booted" >boot.ended
  sync boot.ended
  [ "$boot_id" = "$booted" ] || refuse "This server was restarted meanwhile (boot $booted, not $boot_id). Nothing was done."
  wait_at_most "$lock_wait"
  if [ -d /var/lib/dpkg ]; then
    command -v perl >/dev/null || refuse "perl is not installed, so the package manager's lock cannot be taken. Nothing was done."
    rm -f frontend.kept frontend.failed
    wait_for_packages
    keep_frontend
  fi
  while :; do
    busy=$(working)
    [ -n "$busy" ] || break
    refusal=75
    busy=$(printf '%s' "$busy" | tr '\n' ' ')
    [ "$(uptime_seconds)" -lt "$give_up" ] || refuse "Still at work here: $busy. Nothing was done."
    [ "$busy" = "${told_busy:-}" ] || say "Waiting for $busy"
    told_busy=$busy
    sleep 0.5
  done
  refusal=1
  say "Restarting this server: boot $booted ends."
  sync
  if [ -d /run/systemd/system ]; then
    systemctl --no-wall reboot || refuse "The restart was refused."
  else
    reboot || refuse "The restart was refused."
  fi
}

restart
