//! The shell that runs PostgreSQL beside a test process.

use std::time::Duration;

/// Runs the server until its own standard input ends, which happens when the test process does, however it ends. Until
/// then it does what it reads there, word by word, and says in a file when it has done it.
pub(crate) const GUARD: &str = r#"
begin() {
  "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
      -c synchronous_commit=off -c max_connections=400 -c shared_buffers=32MB -c autovacuum=off >>"$2/log" 2>&1 &
  server=$!
}
family() {
  echo "$server" $(ps -o pid= --ppid "$server")
}
begin "$@"
while read -r word; do
  case $word in
  stop) kill -INT "$server" && wait "$server"; server= ;;
  start) begin "$@" ;;
  pause) kill -STOP $(family) ;;
  resume) kill -CONT $(family) ;;
  esac
  echo "$word" >"$2/did"
done
if [ -n "$server" ]; then
  kill -CONT $(family)
  kill -INT "$server"
  wait "$server"
fi
rm -rf "$2"
"#;
/// How long the guard may take for a word.
pub(crate) const WORD: Duration = Duration::from_secs(60);
