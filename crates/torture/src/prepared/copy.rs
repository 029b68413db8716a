//! A copy of what was prepared, to work on.

use super::{SERVERS, SPEED, WORLD};
use crate::disk::Disk;
use crate::drydock::{Setup, copy_folder};
use crate::prepared::LEASE_MS;
use model::Timestamp;
use std::path::{Path, PathBuf};
use store::{Place, Store};
use tempfile::TempDir;
use testdb::PostgresDatabase;
use world::{Clock, SystemClock};

/// A copy to work on; removed with this value, unless it is kept.
#[derive(Debug)]
pub(crate) struct Copy {
    /// The disk of the data folder, where it has one of its own; it goes before the folder does.
    pub(crate) disk: Option<Disk>,
    pub(super) folder: Option<TempDir>,
    pub(super) path: PathBuf,
    pub(crate) database: Option<PostgresDatabase>,
    /// How many microseconds later than the machine's clock it is here.
    pub(super) shift: i64,
    pub(super) binary: PathBuf,
}

impl Copy {
    /// How a Drydock is started on it, with a gate.
    pub(crate) fn setup(&self, gate: &Path) -> Setup {
        let mut environment = vec![
            ("DRYDOCK_LOG".to_owned(), "info".to_owned()),
            ("DRYDOCK_TORTURE_GATE".to_owned(), gate.display().to_string()),
            ("DRYDOCK_TORTURE_LEASE_MS".to_owned(), LEASE_MS.to_string()),
            ("DRYDOCK_TORTURE_SHIFT_US".to_owned(), self.shift.to_string()),
        ];
        if let Some(database) = &self.database {
            environment.push(("DRYDOCK_DATABASE_URL".to_owned(), database.url()));
        }
        Setup {
            binary: self.binary.clone(),
            data: self.data(),
            arguments: vec![
                "--demo".to_owned(),
                format!("--demo-servers={SERVERS}"),
                format!("--demo-speed={SPEED}"),
            ],
            environment,
            log: self.path.join("drydock.log"),
        }
    }

    /// Gives the data folder a small disk of its own. The simulated world, which is not Drydock's, stays outside.
    pub(super) fn onto_a_small_disk(&mut self) -> anyhow::Result<()> {
        let (data, aside) = (self.data(), self.path.join("aside"));
        std::fs::rename(&data, &aside)?;
        std::fs::create_dir(&data)?;
        let mut bytes = 0;
        for entry in std::fs::read_dir(&aside)? {
            bytes += entry?.metadata()?.len();
        }
        self.disk = Some(Disk::mount(&data, bytes)?);
        copy_folder(&aside, &data)?;
        let world = self.path.join(WORLD);
        std::fs::rename(aside.join(WORLD), &world)?;
        std::fs::remove_file(data.join(WORLD))?;
        std::os::unix::fs::symlink(world, data.join(WORLD))?;
        Ok(std::fs::remove_dir_all(aside)?)
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Where gates and logs are.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the simulated world.
    pub(crate) fn world_file(&self) -> PathBuf {
        self.data().join(WORLD)
    }

    /// The simulated world, as the servers in it know it.
    pub(crate) fn world(&self) -> anyhow::Result<simfleet::SimWorld> {
        let clock = std::sync::Arc::new(Shifted(self.shift));
        let layout = simfleet::LayoutKind::Scale(SERVERS);
        Ok(simfleet::SimWorld::open(
            &self.world_file(),
            layout,
            66,
            SPEED,
            clock,
        )?)
    }

    /// The database; on SQLite no Drydock may run meanwhile.
    pub(crate) async fn store(&self) -> anyhow::Result<Store> {
        let place = match &self.database {
            Some(database) => Place::Postgres(database.url()),
            None => Place::Folder(self.data()),
        };
        let sealer = store::Sealer::from_text(&testdb::SECRET_KEY.into())?;
        Ok(Store::open(&place, sealer).await?)
    }

    /// Keeps the folder for whoever wants to look.
    pub(crate) fn keep(&mut self) -> PathBuf {
        // What is on a disk of its own goes with the disk.
        if let Some(disk) = self.disk.take() {
            if let Err(error) = copy_folder(&self.data(), &self.path.join("data-kept")) {
                eprintln!("  the data folder could not be kept: {error:#}");
            }
            drop(disk);
        }
        if let Some(folder) = self.folder.take() {
            return folder.keep();
        }
        self.path.clone()
    }
}

/// The machine's clock, some microseconds later.
struct Shifted(i64);

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().micros() + self.0)
    }
}
