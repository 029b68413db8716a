//! Keys that are made, and keys that people paste. The files under `keys/` were made by ssh-keygen and openssl for
//! these tests alone.

use crate::setup::{ask, login, settings, shell, target};
use russh::keys::ssh_key::private::{KeypairData, SkEd25519};
use russh::keys::ssh_key::{LineEnding, PrivateKey, public};
use secrecy::{ExposeSecret, SecretString};
use simfleet::sshd::{Accepted, Behaviour, Fleet};
use ssh::SshKeys;
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use world::{KeyAlgorithm, KeyError, KeyPair, KeyTool};

const PASSPHRASE: &str = "correct horse";

pub(crate) fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fleet/keys")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn read(text: &str, passphrase: Option<&str>) -> Result<KeyPair, KeyError> {
    SshKeys.read(
        &SecretString::from(text),
        passphrase.map(SecretString::from).as_ref(),
    )
}

#[test]
fn every_format_that_people_have_is_read() {
    let all = [
        ("ed25519.openssh", None),
        ("ed25519-encrypted.openssh", Some(PASSPHRASE)),
        ("ed25519.pkcs8", None),
        ("ecdsa256-gcm.openssh", Some(PASSPHRASE)),
        ("ecdsa384.sec1", None),
        ("ecdsa521.pkcs8", None),
        ("rsa2048.pkcs1", None),
        ("rsa2048-encrypted.pkcs1", Some(PASSPHRASE)),
        ("rsa2048.pkcs8", None),
        ("rsa2048-encrypted.pkcs8", Some(PASSPHRASE)),
        ("rsa2048-chacha.openssh", Some(PASSPHRASE)),
    ];
    for (name, passphrase) in all {
        let pair = read(&file(name), passphrase).unwrap_or_else(|error| panic!("{name}: {error}"));
        let public = file(&format!("{name}.pub"));
        let words: Vec<&str> = public.split_whitespace().take(2).collect();
        assert_eq!(pair.public, words.join(" "), "{name}");
        assert_eq!(pair.algorithm, words[0], "{name}");
        let key = remote::host_key(words[0], words[1]).unwrap();
        assert_eq!(pair.fingerprint, key.fingerprint, "{name}");

        // What is stored opens without a passphrase and is the same key.
        let again = read(pair.private.expose_secret(), None).unwrap();
        assert_eq!(again.public, pair.public, "{name}");
        assert_eq!(
            again.private.expose_secret(),
            pair.private.expose_secret(),
            "{name}"
        );
        assert!(!pair.private.expose_secret().contains("someone"));

        if passphrase.is_some() {
            assert_eq!(
                read(&file(name), None).unwrap_err(),
                KeyError::NeedsPassphrase,
                "{name}"
            );
            assert_eq!(
                read(&file(name), Some("wrong")).unwrap_err(),
                KeyError::WrongPassphrase,
                "{name}"
            );
        } else {
            // A passphrase that is not needed does no harm.
            assert_eq!(
                read(&file(name), Some("any")).unwrap().public,
                pair.public,
                "{name}"
            );
        }
    }
}

#[test]
fn stray_spaces_of_a_paste_do_no_harm() {
    let text = file("ed25519.openssh");
    let pasted: String = text.lines().flat_map(|line| ["  ", line, " \r\n"]).collect();
    assert_eq!(
        read(&pasted, None).unwrap().public,
        read(&text, None).unwrap().public
    );
}

#[test]
fn keys_that_cannot_be_used_say_why() {
    let reason = |name: &str, passphrase: Option<&str>| match read(&file(name), passphrase) {
        Err(KeyError::Unusable(why)) => why,
        other => panic!("{name}: {other:?}"),
    };
    assert!(reason("rsa1024.openssh", None).contains("1024 bits"));
    assert!(reason("dsa.openssh", None).contains("DSA"));
    assert!(reason("dsa.pkcs8", None).contains("DSA"));
    assert!(reason("ecdsa256-encrypted.sec1", Some(PASSPHRASE)).contains("ssh-keygen -p"));
    assert!(reason("rsa2048-pbes1.pkcs8", Some(PASSPHRASE)).contains("ssh-keygen -p"));
    assert!(reason("ed25519-many-rounds.openssh", Some("x")).contains("2000 rounds"));
}

#[test]
fn security_keys_are_refused() {
    let public = public::SkEd25519::new(public::Ed25519PublicKey([7; 32]), "ssh:");
    let pair = SkEd25519::new(public, 1, vec![1, 2, 3]).unwrap();
    let key = PrivateKey::new(KeypairData::SkEd25519(pair), "").unwrap();
    match read(&key.to_openssh(LineEnding::LF).unwrap(), None) {
        Err(KeyError::Unusable(why)) => assert!(why.contains("security key"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_private_key_is_told_so_and_not_quoted() {
    let public = file("ed25519.openssh.pub");
    let whole = file("ed25519.openssh");
    let half = &whole[..whole.len() / 2];
    let large = "x".repeat(100_000);
    for text in [
        "",
        "hello",
        public.as_str(),
        half,
        large.as_str(),
        "-----BEGIN CERTIFICATE-----\nAAAA\n",
    ] {
        let error = read(text, None).unwrap_err();
        assert_eq!(error, KeyError::NotAKey);
        assert!(text.is_empty() || !error.to_string().contains(text));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn made_keys_of_all_kinds_log_in() {
    let mut settings = settings(&[Behaviour::Answer]);
    let pairs: Vec<KeyPair> = [
        KeyAlgorithm::Ed25519,
        KeyAlgorithm::EcdsaP256,
        KeyAlgorithm::Rsa4096,
    ]
    .into_iter()
    .map(|algorithm| SshKeys.generate(algorithm).unwrap())
    .collect();
    let algorithms: Vec<&str> = pairs.iter().map(|pair| pair.algorithm.as_str()).collect();
    assert_eq!(algorithms, ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]);
    settings.accepted = Accepted::Keys(HashSet::from_iter(pairs.iter().map(|pair| pair.public.clone())));
    let fleet = Fleet::start(settings).await.unwrap();
    for pair in &pairs {
        let mut target = target(&fleet.hosts()[0]);
        target.login = Some(login(pair));
        ask(&shell(), &target)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", pair.algorithm));
    }
}

/// ssh-keygen, where the machine has it, agrees on what was made.
#[test]
fn ssh_keygen_reads_what_was_made() {
    let folder = tempfile::tempdir().unwrap();
    for algorithm in [KeyAlgorithm::Ed25519, KeyAlgorithm::EcdsaP256] {
        let pair = SshKeys.generate(algorithm).unwrap();
        let path = folder.path().join(&pair.algorithm);
        std::fs::write(&path, pair.private.expose_secret()).unwrap();
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
        std::fs::set_permissions(&path, permissions).unwrap();
        let output = match Command::new("ssh-keygen").arg("-y").arg("-f").arg(&path).output() {
            Ok(output) => output,
            Err(error) => return crate::openssh::skip(&format!("ssh-keygen: {error}")),
        };
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), pair.public);
    }
}
