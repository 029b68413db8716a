//! What is stored of a level, and where.

use std::fs;
use std::path::{Path, PathBuf};
use testdb::{EmptyDatabase, Kind};

/// The largest stored database, in bytes.
const MAX: usize = 200_000;

/// One level's database on one kind.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) kind: Kind,
    folder: PathBuf,
}

/// A stored database unpacked, with what a Drydock needs beside it.
pub(super) struct Unpacked {
    pub(super) data: tempfile::TempDir,
    pub(super) postgres: Option<EmptyDatabase>,
}

impl Unpacked {
    pub(super) fn url(&self) -> Option<String> {
        self.postgres.as_ref().map(EmptyDatabase::url)
    }
}

/// A data folder with the secret key that every stored database was made with.
pub(super) fn data_folder() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    #[cfg(unix)]
    fs::set_permissions(data.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    private(
        &data.path().join("secret.key"),
        b"k1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n",
    );
    data
}

/// The numbers of all migrations.
pub(super) fn migrations() -> Vec<u32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/sqlite");
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let number = |name: std::ffi::OsString| name.to_string_lossy()[..4].parse().unwrap();
    let mut numbers: Vec<u32> = names.map(number).collect();
    numbers.sort_unstable();
    numbers
}

impl Stored {
    pub(super) fn of(level: u32, kind: Kind) -> Self {
        let name = match kind {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/levels");
        Self {
            kind,
            folder: root.join(format!("{level:04}")).join(name),
        }
    }

    /// Keeps a database, the simulated fleet's file and the id of the run that is under way in it.
    pub(super) fn keep(&self, database: &[u8], world: &[u8], run: Option<&str>) {
        fs::create_dir_all(&self.folder).unwrap();
        for (name, bytes) in [("database.zst", database), ("world.zst", world)] {
            let packed = zstd::encode_all(bytes, 19).unwrap();
            assert!(packed.len() <= MAX, "{name} has {} bytes", packed.len());
            fs::write(self.folder.join(name), packed).unwrap();
        }
        if let Some(run) = run {
            fs::write(self.folder.join("run"), format!("{run}\n")).unwrap();
        }
    }

    /// The run that is under way in it, in levels that have runs.
    pub(super) fn run(&self) -> Option<String> {
        let run = fs::read_to_string(self.folder.join("run")).ok()?;
        Some(run.trim().to_owned())
    }

    /// Puts it where this build finds it; `None` without PostgreSQL.
    pub(super) fn unpack(&self) -> Option<Unpacked> {
        let data = data_folder();
        let file = |name: &str| {
            let packed = fs::read(self.folder.join(name));
            let packed =
                packed.unwrap_or_else(|error| panic!("{}: {error}", self.folder.join(name).display()));
            assert!(packed.len() <= MAX, "{name} has {} bytes", packed.len());
            zstd::decode_all(packed.as_slice()).unwrap()
        };
        private(&data.path().join("simulated-world.jsonl"), &file("world.zst"));
        let postgres = match self.kind {
            Kind::Sqlite => {
                private(&data.path().join("drydock.db"), &file("database.zst"));
                None
            }
            Kind::Postgres => {
                let database = testdb::empty_postgres()?;
                database.load(&file("database.zst"));
                Some(database)
            }
        };
        Some(Unpacked { data, postgres })
    }
}

fn private(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}
