//! Sealing, and the key file.

use crate::support::*;
use secrecy::{ExposeSecret as _, SecretString};
use store::{SealError, Sealer, Slot};

const HERE: Slot<'static> = Slot {
    table: "t",
    row: "r",
    column: "c",
};

#[test]
fn a_secret_opens_in_its_own_place_only() {
    let sealer = testdb::sealer();
    let sealed = sealer.seal(HERE, b"hush").unwrap();
    assert_eq!(sealer.open(HERE, &sealed).unwrap().expose_secret(), b"hush");
    assert_ne!(
        sealed,
        sealer.seal(HERE, b"hush").unwrap(),
        "no two ciphertexts are the same"
    );
    for elsewhere in [
        Slot {
            table: "tr",
            row: "",
            ..HERE
        },
        Slot { row: "x", ..HERE },
        Slot { column: "d", ..HERE },
    ] {
        assert!(
            matches!(sealer.open(elsewhere, &sealed), Err(SealError::Tampered)),
            "{elsewhere:?}"
        );
    }
    let last = if sealed.ends_with('A') { "B" } else { "A" };
    let flipped = format!("{}{last}", &sealed[..sealed.len() - 1]);
    for broken in [flipped.as_str(), "", "s1.", "s2.x.y", "hush"] {
        assert!(sealer.open(HERE, broken).is_err(), "{broken}");
    }
}

#[test]
fn an_older_key_still_opens_and_a_missing_one_is_named() {
    let line = |byte: u8| {
        use base64::Engine as _;
        format!(
            "k1 {}",
            base64::engine::general_purpose::STANDARD_NO_PAD.encode([byte; 32])
        )
    };
    let sealer = |text: String| Sealer::from_text(&SecretString::from(text)).unwrap();
    let (old, new, both) = (
        sealer(line(1)),
        sealer(line(2)),
        sealer(format!("# keys\n\n{}\n{}\n", line(2), line(1))),
    );
    let sealed = old.seal(HERE, b"hush").unwrap();
    assert_eq!(both.open(HERE, &sealed).unwrap().expose_secret(), b"hush");
    let Err(SealError::UnknownKey(id)) = new.open(HERE, &sealed) else {
        panic!("the key is not there")
    };
    assert!(sealed.contains(&id));
    assert!(
        new.open(HERE, &both.seal(HERE, b"x").unwrap()).is_ok(),
        "the first key seals"
    );
    assert!(!format!("{both:?}").contains(&line(2)[3..]));
    for bad in ["", "# nothing", "k1 AAAA", "k2 x", "hello"] {
        assert!(
            matches!(
                Sealer::from_text(&SecretString::from(bad)),
                Err(SealError::Malformed { .. })
            ),
            "{bad}"
        );
    }
}

#[cfg(unix)]
#[test]
fn the_key_file_is_made_once_and_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let sealer = Sealer::of_folder(folder.path()).unwrap();
    let path = folder.path().join("secret.key");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let sealed = sealer.seal(HERE, b"hush").unwrap();
    assert!(
        Sealer::of_folder(folder.path())
            .unwrap()
            .open(HERE, &sealed)
            .is_ok(),
        "the same key is read again"
    );
    assert!(Sealer::create(&path).is_err(), "it is never overwritten");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no draft is left"
    );
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    assert!(matches!(Sealer::from_file(&path), Err(SealError::Exposed(_))));
    std::fs::remove_file(&path).unwrap();
    std::fs::write(folder.path().join("drydock.db"), "").unwrap();
    assert!(
        matches!(Sealer::of_folder(folder.path()), Err(SealError::Missing(_))),
        "a lost key is not replaced in silence"
    );
}

testdb::on_both! {
    async fn what_is_stored_of_a_key_is_sealed(db: TestStore) {
        let id = db.write(|tx| Box::pin(async move { tx.insert_key(&new_key("main"), NOW).await })).await.map_err(show).unwrap();
        assert_eq!(db.private_key(id).await.unwrap().unwrap().expose_secret(), new_key("x").private.expose_secret());
        let stored = db.key(id).await.unwrap().unwrap();
        assert_eq!((stored.name.as_str(), stored.public.as_str(), stored.generated, stored.servers), ("main", "ssh-ed25519 AAAA", true, 0));
        if let store::Place::Folder(folder) = db.place() {
            let everything: Vec<u8> = ["drydock.db", "drydock.db-wal"].iter().flat_map(|name| std::fs::read(folder.join(name)).unwrap_or_default()).collect();
            let has = |needle: &[u8]| everything.windows(needle.len()).any(|window| window == needle);
            assert!(has(b"ssh-ed25519 AAAA") && !has(b"OPENSSH PRIVATE"), "the file holds no open key");
        }
    }
}
