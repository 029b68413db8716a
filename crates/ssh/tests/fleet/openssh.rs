//! Against OpenSSH's own server, started on a free port with keys and a configuration of its own.

use crate::setup::{KEY, ask, behind, eventually, limits, login, scan, shell};
use model::{HostKey, ServerId, Transport};
use secrecy::ExposeSecret as _;
use ssh::SshKeys;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;
use world::{KeyAlgorithm, KeyPair, KeyTool, Limits, Shell, Target};

/// Says in one loud line that a test was skipped; under `DRYDOCK_REQUIRE=all` that is a failure.
#[allow(clippy::print_stderr)]
pub(crate) fn skip(why: &str) {
    let required = std::env::var("DRYDOCK_REQUIRE").is_ok_and(|what| what == "all");
    assert!(!required, "needed, and not there: {why}");
    eprintln!("SKIPPED: {why}");
}

const SSHD: &str = "/usr/sbin/sshd";

/// A key of each kind; making an RSA key takes a moment, so that one is read.
static KEYS: LazyLock<[KeyPair; 3]> = LazyLock::new(|| {
    [
        SshKeys.generate(KeyAlgorithm::Ed25519).unwrap(),
        SshKeys.generate(KeyAlgorithm::EcdsaP256).unwrap(),
        crate::key_tool::read(&crate::key_tool::file("rsa2048.pkcs1"), None).unwrap(),
    ]
});

/// A running sshd, which ends with the test.
struct Sshd {
    child: Child,
    folder: TempDir,
    port: u16,
    user: String,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

async fn start(more: &str) -> Option<Sshd> {
    if !Path::new(SSHD).exists() {
        skip(&format!("{SSHD} is not installed"));
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut configuration = String::new();
    for pair in KEYS.iter() {
        let path = at(&pair.algorithm);
        write_private(&path, pair.private.expose_secret());
        configuration.push_str(&format!("HostKey {}\n", path.display()));
    }
    let authorized: String = KEYS
        .iter()
        .chain([&*KEY])
        .map(|pair| format!("restrict {}\n", pair.public))
        .collect();
    write_private(&at("authorized_keys"), &authorized);
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    configuration.push_str(&format!(
        "ListenAddress 127.0.0.1:{port}\nPidFile none\nStrictModes no\nUsePAM no\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n\
         MaxStartups 100\nAuthorizedKeysFile {}\n{more}\n",
        at("authorized_keys").display()
    ));
    write_private(&at("sshd_config"), &configuration);
    let log = std::fs::File::create(at("log")).unwrap();
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    if user.trim() == "root" {
        // Where sshd drops its privileges before log-in; Debian's unit makes it at boot.
        std::fs::create_dir_all("/run/sshd").unwrap();
    }
    let child = Command::new(SSHD)
        .args(["-D", "-e", "-f"])
        .arg(at("sshd_config"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let sshd = Sshd {
        child,
        folder,
        port,
        user: user.trim().to_owned(),
    };
    eventually("sshd listens", || TcpStream::connect(("127.0.0.1", port)).is_ok()).await;
    Some(sshd)
}

fn pin(pair: &KeyPair) -> HostKey {
    let (algorithm, base64) = pair.public.split_once(' ').unwrap();
    remote::host_key(algorithm, base64).unwrap()
}

impl Sshd {
    /// As the account that runs the test, with this log-in key, pinned to this host key.
    fn target(&self, log_in: &KeyPair, host: &KeyPair) -> Target {
        let mut login = login(log_in);
        login.user.clone_from(&self.user);
        Target {
            server: ServerId::from_uuid(uuid::Uuid::from_u128(1)),
            name: "openssh".into(),
            transport: Transport::Ssh,
            host: "127.0.0.1".into(),
            port: self.port,
            login: Some(login),
            pinned: vec![pin(host)],
            jump: None,
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

/// The account's shell gets the operation's script as it would on a real server, but this machine must not be
/// scanned or changed by a test: `ForceCommand` runs this instead.
const ECHO: &str = "ForceCommand cat; echo done >&2; exit 3";

#[tokio::test(flavor = "multi_thread")]
async fn openssh_answers_every_kind_of_key() {
    let Some(sshd) = start(ECHO).await else { return };
    for log_in in KEYS.iter() {
        for host in KEYS.iter() {
            let answer = ask(&shell(), &sshd.target(log_in, host))
                .await
                .unwrap_or_else(|error| {
                    panic!(
                        "{} to {}: {error}\n{}",
                        log_in.algorithm,
                        host.algorithm,
                        sshd.log()
                    )
                });
            assert_eq!(answer.stdout, remote::render(&scan()).stdin);
            assert!(answer.stderr.ends_with(b"done\n"));
            assert_eq!(answer.exit, Some(3));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openssh_names_all_its_keys_and_proves_the_unpinned_ones() {
    let Some(sshd) = start("ForceCommand cat >/dev/null; sleep 0.3").await else {
        return;
    };
    let shell = shell();
    let target = sshd.target(&KEY, &KEYS[0]);
    let mut all: Vec<HostKey> = KEYS.iter().map(pin).collect();
    assert_eq!(shell.offered_keys(&target, limits()).await.unwrap(), all);

    let mut more = ask(&shell, &target).await.unwrap().more_host_keys;
    more.sort();
    all.remove(0);
    all.sort();
    assert_eq!(more, all, "{}", sshd.log());

    // Keys that are pinned are no news.
    let pinned = Target {
        pinned: KEYS.iter().map(pin).collect(),
        ..target
    };
    assert!(ask(&shell, &pinned).await.unwrap().more_host_keys.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn openssh_carries_connections_as_a_jump_host() {
    let Some(inner) = start(ECHO).await else { return };
    // `restrict` in authorized_keys forbids forwarding, as it should on every server but a jump host.
    let Some(outer) = start(ECHO).await else { return };
    let through = |jump: Target| behind(jump, inner.target(&KEY, &KEYS[0]));
    let error = ask(&shell(), &through(outer.target(&KEY, &KEYS[1])))
        .await
        .unwrap_err();
    assert_eq!(error.reach, model::Reach::JumpFailed, "{error}");

    let forwarding = format!("restrict,port-forwarding {}\n", KEY.public);
    write_private(&outer.folder.path().join("authorized_keys"), &forwarding);
    let shell = shell();
    let answer = ask(&shell, &through(outer.target(&KEY, &KEYS[1]))).await.unwrap();
    assert_eq!(answer.stdout, remote::render(&scan()).stdin);

    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nowhere = Target {
        port: free,
        ..inner.target(&KEY, &KEYS[0])
    };
    let error = ask(&shell, &behind(outer.target(&KEY, &KEYS[1]), nowhere))
        .await
        .unwrap_err();
    assert_eq!(error.reach, model::Reach::Refused, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn openssh_sends_fifty_megabytes() {
    let Some(sshd) = start("ForceCommand cat >/dev/null; head -c 50000000 /dev/zero").await else {
        return;
    };
    let large = Limits {
        stdout_bytes: 50_000_000,
        ..limits()
    };
    let shell = shell();
    let target = sshd.target(&KEY, &KEYS[0]);
    let answer = shell.exec(&target, &scan(), large).await.unwrap();
    assert_eq!((answer.stdout.len(), answer.exit), (50_000_000, Some(0)));
    let error = ask(&shell, &target).await.unwrap_err();
    assert_eq!(error.reach, model::Reach::TooMuchOutput);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_still_run_do_not_use_up_the_sessions_of_openssh() {
    let folder = tempfile::tempdir().unwrap();
    let flag = folder.path().join("running");
    let command = format!(
        "ForceCommand touch {0}; cat >/dev/null; while test -e {0}; do sleep 0.1; done",
        flag.display()
    );
    let Some(sshd) = start(&command).await else { return };
    let shell = shell();
    let target = sshd.target(&KEY, &KEYS[0]);
    let asking = tokio::spawn({
        let (shell, target) = (shell.clone(), target.clone());
        async move { ask(&shell, &target).await }
    });
    eventually("the command runs", || flag.exists()).await;
    asking.abort();
    // More than sshd's MaxSessions: it counts a command until it ends, whatever becomes of its channel.
    let hasty = Limits {
        answer: std::time::Duration::from_millis(50),
        ..limits()
    };
    for _ in 0..12 {
        let error = shell.exec(&target, &scan(), hasty).await.unwrap_err();
        assert_eq!(error.reach, model::Reach::ScanTimedOut, "{error}\n{}", sshd.log());
    }
}
