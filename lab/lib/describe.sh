# shellcheck shell=bash
# Bringing the lab up and down, and telling callers what is there.

up() { # [N | NAME...]
  local chosen names name
  chosen=$(chosen_hosts "$@")
  mapfile -t names <<<"$chosen"
  build_all
  net_up
  serve_packages
  make_client_keys
  for name in "${names[@]}"; do start_host "$name"; done
  describe
  for name in "${names[@]}"; do wait_for_host "$name"; done
  say "described in $LAB/hosts.json"
}

down() {
  local name stopping=()
  for name in $(started_hosts); do
    stop_host "$name" &
    stopping+=("$name:$!")
  done
  for name in "${stopping[@]}"; do
    wait "${name#*:}" || die "${name%:*} did not stop; the rest is left for another lab/lab down"
    rm -rf "$LAB/hosts/${name%:*}"
    say "${name%:*} is gone"
  done
  stop_process "$LAB/http.pid"
  net_down
  take_build_lock
  clear_broken_builds
  drop_build_lock
  rm -rf "$LAB"/{hosts,www,keys,hosts.json,known_hosts,ssh_config,http.log,use,use.holder,tools.log}
}

# Pristine again, on the packages of FLAVOUR.
remake_host() { # NAME FLAVOUR
  local dir=$LAB/hosts/$1
  [ "$2" != archive ] || [ -d "$(archive_layer)" ] ||
    die "the real archive's updates are not here yet: lab/lab build --archive"
  stop_host "$1"
  rm -rf "$dir"/{up,work,tree,prepared,cut,console.log}
  echo "$2" >"$dir/flavour"
  serve_packages
  start_host "$1"
  describe
  wait_for_host "$1"
}

started_hosts() { find "$LAB/hosts" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort; }

status() {
  local name state
  printf '%-8s %-8s %-8s %-14s %s\n' NAME STATE PACKAGES ADDRESS LOGIN
  for name in $(started_hosts); do
    state=off
    ! init_of "$name" >/dev/null || state=up
    [ ! -e "$LAB/hosts/$name/cut" ] || state=$state,cut
    printf '%-8s %-8s %-8s %-14s %s%s\n' "$name" "$state" "$(cat "$LAB/hosts/$name/flavour")" "$(address_of "$name")" \
      "$(user_of "$name")" "$(jump_of "$name" | sed 's/^/ through /')"
  done
}

# known_hosts, ssh_config and hosts.json of everything that is started.
describe() {
  local name
  : >"$LAB/known_hosts.new"
  printf '%s\n' 'Host *' "  UserKnownHostsFile $LAB/known_hosts" '  StrictHostKeyChecking yes' "  IdentityFile $LAB/keys/ed25519" \
    '  IdentitiesOnly yes' '  ConnectTimeout 5' '  LogLevel ERROR' >"$LAB/ssh_config.new"
  for name in $(started_hosts); do
    host_key_lines "$name" >>"$LAB/known_hosts.new"
    printf '%s\n' "Host $name" "  HostName $(address_of "$name")" "  User $(user_of "$name")" >>"$LAB/ssh_config.new"
    jump_of "$name" | sed 's/^/  ProxyJump /' >>"$LAB/ssh_config.new"
  done
  mv "$LAB/known_hosts.new" "$LAB/known_hosts"
  mv "$LAB/ssh_config.new" "$LAB/ssh_config"
  for name in $(started_hosts); do host_json "$name"; done | lab_json >"$LAB/hosts.json.new"
  mv "$LAB/hosts.json.new" "$LAB/hosts.json"
}

host_key_lines() { # NAME
  sed "s/^/$(address_of "$1") /; s/ root@.*//" "$LAB/hosts/$1"/keys/ssh_host_*_key.pub
}

host_json() { # NAME
  jq -n --arg name "$1" --arg address "$(address_of "$1")" --arg user "$(user_of "$1")" --arg jump "$(jump_of "$1")" \
    --arg key "$LAB/keys/ed25519" --arg lang "$(lang_of "$1")" --arg shell "$(shell_of "$1")" \
    --arg packages "$(packages_of "$1")" --arg flavour "$(cat "$LAB/hosts/$1/flavour")" \
    --arg machine "$(cat "$LAB/hosts/$1/keys/machine-id")" --arg keys "$(host_key_lines "$1")" '
    {name: $name, address: $address, port: 22, user: $user, jump: (if $jump == "" then null else $jump end),
     private_key: $key, host_keys: ($keys / "\n"), machine_id: $machine, lang: $lang, shell: $shell,
     packages: {flavour: $flavour, url: $packages},
     accounts: ([{user: "root", may: "everything"}]
       + (if $name == "sudo1" or $name == "de1" then [{user: "deploy", may: "sudo"}] else [] end)
       + (if $name == "sudo1" then [{user: "drydock-look", may: "look"}, {user: "nosudo", may: "nothing"}] else [] end))}'
}

lab_json() {
  jq -s --arg keys "$LAB/keys" --arg passphrase "$LAB_PASSPHRASE" --arg packages "$(packages_of root1)" \
    --arg known "$LAB/known_hosts" --arg config "$LAB/ssh_config" '
    {packages_url: $packages, known_hosts: $known, ssh_config: $config,
     client_keys: {
       ed25519: {private: ($keys + "/ed25519"), public: ($keys + "/ed25519.pub"), passphrase: null},
       ecdsa: {private: ($keys + "/ecdsa"), public: ($keys + "/ecdsa.pub"), passphrase: null},
       rsa: {private: ($keys + "/rsa"), public: ($keys + "/rsa.pub"), passphrase: null},
       ed25519_passphrase: {private: ($keys + "/ed25519-passphrase"), public: ($keys + "/ed25519-passphrase.pub"), passphrase: $passphrase}},
     hosts: .}'
}
