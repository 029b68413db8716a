# --- Versions of the software that Drydock knows by name. ---

# component NAME COMMAND...: the first line with a digit that the command prints, when there is such a command.
component() {
  word=$1
  shift
  has "$1" || return 0
  line=$(limited 10 "$@" 2>&1 | sed -n '/[0-9]/ { p; q; }')
  [ -z "$line" ] || printf '%s|%s\n' "$word" "$line"
}

components() {
  component docker docker version --format '{{.Server.Version}}'
  component containerd containerd --version
  if has weave; then
    printf 'weave|%s\n' "$(sed -n 's/^SCRIPT_VERSION="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$(command -v weave)" | head -n 1)"
  fi
  component nginx nginx -v
  component apache apache2 -v
  component apache httpd -v
  component haproxy haproxy -v
  component ruby ruby --version
  component passenger passenger-config --version
  component node node --version
  component redis redis-server --version
  component mysql mysqld --version
  component mysql mariadbd --version
  for postgres in /usr/lib/postgresql/*/bin/postgres; do
    component postgresql "$postgres" --version
  done
  component openssl openssl version
  component systemd systemctl --version
  component openssh ssh -V
}
