//! One PostgreSQL cluster per test process: socket only, without fsync, gone with the process.

use crate::binaries::{self, User, program};
use crate::guard::{GUARD, WORD};
use crate::stale::remove_stale;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use store::{Place, Store};

/// What the folders of clusters are called, before the number of their test process.
pub(crate) const PREFIX: &str = "drydock-postgres-";
const TEMPLATE: &str = "migrated";
const ACCOUNT: &str = "drydock";

/// A running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    programs: PathBuf,
    user: User,
    folder: PathBuf,
    /// Its standard input is what the guard reads; it is never closed before the process ends.
    guard: Mutex<Child>,
}

/// A database of a cluster, dropped with this value.
#[derive(Debug)]
pub(crate) struct Database {
    cluster: &'static Cluster,
    name: String,
}

/// The process's cluster, started at the first call; `None` when there is no PostgreSQL.
pub(crate) fn get() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let (Some(programs), Some(user)) = (binaries::folder(), binaries::user()) else {
            let required = std::env::var("DRYDOCK_REQUIRE").is_ok_and(|it| it == "all");
            assert!(
                !required,
                "DRYDOCK_REQUIRE=all, and this machine has no PostgreSQL to test on"
            );
            // Not by a macro: the test harness would keep it to itself.
            let line = "SKIPPED: no PostgreSQL (initdb, postgres, createdb, dropdb, psql, pg_dump) on this machine; \
                        every store test ran on SQLite alone.\n";
            std::io::stderr()
                .write_all(line.as_bytes())
                .expect("standard error takes a line");
            return None;
        };
        Some(Cluster::start(programs, user))
    });
    cluster.as_ref()
}

impl Cluster {
    fn start(programs: PathBuf, user: User) -> Self {
        remove_stale(user);
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        std::fs::create_dir(&folder).expect("the cluster's folder can be made");
        #[cfg(unix)]
        std::os::unix::fs::chown(&folder, Some(user.uid), Some(user.gid))
            .expect("the folder can be given away");
        let data = folder.join("data");
        let mut initdb = program(programs.join("initdb"), user);
        initdb.args([
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "--no-instructions",
        ]);
        succeed(initdb.arg("--username").arg(ACCOUNT).arg("--pgdata").arg(&data));
        let mut guard = program("sh", user);
        guard
            .arg("-c")
            .arg(GUARD)
            .arg("guard")
            .arg(&programs)
            .arg(&folder);
        guard
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Away from the terminal's Ctrl-C: the guard ends after us, not with us.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut guard, 0);
        let guard = guard.spawn().expect("the guard starts");
        let cluster = Self {
            programs,
            user,
            folder,
            guard: Mutex::new(guard),
        };
        cluster.make_template();
        cluster
    }

    /// A migrated database to copy. Where PostgreSQL has ICU it sorts text by a language, as an operator's may, so
    /// that a missing COLLATE shows.
    fn make_template(&self) {
        let icu = [
            "--locale-provider=icu",
            "--icu-locale=en-US",
            "--template=template0",
            TEMPLATE,
        ];
        let plain = ["--template=template0", TEMPLATE];
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let tries = [&icu[..], &plain[..]].map(|args| self.client("createdb").args(args).output());
            let [first, second] = tries.map(|output| output.expect("createdb can be run"));
            if first.status.success() || second.status.success() {
                break;
            }
            assert!(
                Instant::now() < deadline,
                "PostgreSQL does not start: {}{}",
                said(&second),
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        let place = Place::Postgres(self.url(TEMPLATE));
        crate::aside(async move {
            let store = Store::open(&place, crate::sealer())
                .await
                .expect("the template can be migrated");
            store.close().await;
        });
    }

    /// A copy of the template.
    pub(crate) fn new_database(&'static self, name: &str) -> Database {
        let mut createdb = self.client("createdb");
        createdb.args(["--strategy=file_copy", "--template", TEMPLATE, name]);
        succeed(&mut createdb);
        Database {
            cluster: self,
            name: name.to_owned(),
        }
    }

    /// A database with nothing in it.
    pub(crate) fn empty_database(&'static self, name: &str) -> Database {
        succeed(self.client("createdb").args(["--template=template0", name]));
        Database {
            cluster: self,
            name: name.to_owned(),
        }
    }

    /// Has the guard do something, and waits until it has.
    pub(crate) fn does(&self, word: &str) {
        let did = self.folder.join("did");
        drop(std::fs::remove_file(&did));
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        let input = guard.stdin.as_mut().expect("the guard reads");
        writeln!(input, "{word}").expect("the guard is there");
        let deadline = Instant::now() + WORD;
        let done = || std::fs::read_to_string(&did).is_ok_and(|it| it.trim() == word);
        while !done() {
            assert!(
                Instant::now() < deadline,
                "PostgreSQL did not {word}: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until it answers.
    pub(crate) fn answers(&self) {
        let deadline = Instant::now() + WORD;
        loop {
            let mut psql = self.client("psql");
            psql.args(["--no-psqlrc", "--quiet", "--command=SELECT", "--dbname", TEMPLATE]);
            if psql.output().expect("psql can be run").status.success() {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "PostgreSQL is not back: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn client(&self, name: &str) -> Command {
        let mut client = program(self.programs.join(name), self.user);
        client
            .arg("--host")
            .arg(&self.folder)
            .args(["--username", ACCOUNT]);
        client
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user={ACCOUNT}&sslmode=disable",
            self.folder.display()
        )
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Database {
    pub(crate) const fn cluster(&self) -> &'static Cluster {
        self.cluster
    }

    pub(crate) fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// Runs a dump as `pg_dump` writes it.
    pub(crate) fn load(&self, sql: &[u8]) {
        let mut psql = self.cluster.client("psql");
        psql.args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--dbname"])
            .arg(&self.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut psql = psql.spawn().expect("psql can be run");
        let mut input = psql.stdin.take().expect("psql reads");
        let sent = input.write_all(sql);
        drop(input);
        let output = psql.wait_with_output().expect("psql ends");
        assert!(output.status.success(), "psql failed: {}", said(&output));
        sent.expect("psql read all of it");
    }

    /// All that is in it, as SQL.
    pub(crate) fn dump(&self) -> Vec<u8> {
        let mut dump = self.cluster.client("pg_dump");
        dump.args(["--no-owner", "--no-privileges", "--no-comments"])
            .arg(&self.name);
        let output = dump.output().expect("pg_dump can be run");
        assert!(output.status.success(), "pg_dump failed: {}", said(&output));
        let text = String::from_utf8(output.stdout).expect("a dump is text");
        // What another version of psql would not take.
        let kept = text
            .lines()
            .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
        kept.flat_map(|line| [line, "\n"])
            .collect::<String>()
            .into_bytes()
    }

    /// A copy. The backends of processes that were killed take a moment to leave.
    pub(crate) fn copy(&self, name: &str) -> Self {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let mut createdb = self.cluster.client("createdb");
            createdb.args(["--strategy=file_copy", "--template", &self.name, name]);
            let output = createdb.output().expect("createdb can be run");
            if output.status.success() {
                return Self {
                    cluster: self.cluster,
                    name: name.to_owned(),
                };
            }
            assert!(
                Instant::now() < deadline,
                "{createdb:?} failed: {}",
                said(&output)
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The whole cluster goes with the process; this only keeps it small meanwhile.
        drop(
            self.cluster
                .client("dropdb")
                .args(["--force", "--if-exists", &self.name])
                .output(),
        );
    }
}

fn succeed(command: &mut Command) {
    let output = command.output().expect("PostgreSQL's programs can be run");
    assert!(output.status.success(), "{command:?} failed: {}", said(&output));
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
