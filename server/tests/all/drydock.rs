//! A running `drydock`, and the few words of HTTP/1.1 that the tests speak to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(60);

/// A process that is ended with the test.
pub(crate) struct Drydock {
    child: Child,
    pub(crate) address: String,
    /// The first-run token it printed, when it did.
    pub(crate) token: Option<String>,
}

/// The binary that these tests were built with.
pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_drydock"))
}

/// The binary with a data folder; nothing of the caller's environment configures it.
pub(crate) fn command(data: &Path, words: &[&str]) -> Command {
    command_of(binary(), data, words)
}

/// As [`command`], of any binary.
pub(crate) fn command_of(binary: &Path, data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DRYDOCK_")) {
        command.env_remove(name);
    }
    command.args(words).arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// Runs a command of the binary to its end.
pub(crate) fn run(data: &Path, words: &[&str]) -> Output {
    command(data, words).output().unwrap()
}

impl Drydock {
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_of(binary(), data, None, more)
    }

    /// Any binary, on the database at this address instead of the data folder's.
    pub(crate) fn start_of(binary: &Path, data: &Path, database: Option<&str>, more: &[&str]) -> Self {
        let mut words = vec!["serve", "--listen", "127.0.0.1:0"];
        words.extend(more);
        let mut command = command_of(binary, data, &words);
        if let Some(database) = database {
            command.env("DRYDOCK_DATABASE_URL", database);
        }
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("it says where it listens").unwrap();
        let address = first.rsplit_once("http://").expect("an address").1.to_owned();
        let mut drydock = Self {
            child,
            address,
            token: None,
        };
        let begun = Instant::now();
        while drydock.get("/healthz", "").0 != 200 {
            assert!(begun.elapsed() < DEADLINE, "not healthy in time");
            std::thread::sleep(Duration::from_millis(20));
        }
        if drydock.get("/login", "").0 == 302 || drydock.get("/first-run", "").1.contains("One-time token") {
            let link = lines
                .map_while(Result::ok)
                .find(|line| line.contains("first-run?token="))
                .unwrap();
            drydock.token = link.rsplit_once('=').map(|(_, token)| token.trim().to_owned());
        }
        drydock
    }

    /// Sends a request; gives the status and everything that came back, headers included.
    pub(crate) fn request(&self, head: &str, body: &str) -> (u16, String) {
        let Ok(mut stream) = TcpStream::connect(&self.address) else {
            return (0, String::new());
        };
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let length = body.len();
        let host = if head.contains("\r\nhost:") {
            String::new()
        } else {
            format!("\r\nhost: {}", self.address)
        };
        write!(
            stream,
            "{head}{host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .unwrap_or(0);
        (status, answer)
    }

    pub(crate) fn get(&self, path: &str, headers: &str) -> (u16, String) {
        self.request(&format!("GET {path} HTTP/1.1{headers}"), "")
    }

    /// Posts a form from Drydock's own page, as a browser without scripts does.
    pub(crate) fn post(&self, path: &str, headers: &str, form: &str) -> (u16, String) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nsec-fetch-site: same-origin\r\naccept: text/html\r\n\
             content-type: application/x-www-form-urlencoded{headers}"
        );
        self.request(&head, form)
    }

    /// Makes the first admin and gives the session's cookie as a header.
    pub(crate) fn first_run(&self) -> String {
        let token = self.token.as_deref().expect("it is the first run");
        let form = format!("token={token}&name=ada&password=correct+horse+battery");
        let (status, answer) = self.post("/do/first_run", "", &form);
        assert_eq!(status, 302, "{answer}");
        cookie(&answer)
    }

    /// Ends it as a person would, and says whether it ended well.
    pub(crate) fn end(mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            assert!(begun.elapsed() < DEADLINE, "it did not end in time");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Drydock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The session cookie that an answer sets, as a request's header.
pub(crate) fn cookie(answer: &str) -> String {
    let line = answer
        .lines()
        .find(|line| line.to_lowercase().starts_with("set-cookie: drydock="));
    let value = line.expect("a session").split_once(": ").unwrap().1;
    format!("\r\ncookie: {}", value.split(';').next().unwrap())
}
