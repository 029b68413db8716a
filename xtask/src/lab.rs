//! The lab's machines, for the tests that want real servers.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command};

use anyhow::{Context, bail};

use crate::command::run;
use crate::places::Places;
use crate::test::skip;

/// What `script/lab` ends with where the machine cannot have a lab.
const NOT_HERE: i32 = 3;

/// The lab, from the building of its machines to their end.
pub(crate) struct Lab {
    tool: PathBuf,
    building: Child,
    log: PathBuf,
    was_up: bool,
}

impl Lab {
    /// Starts to build the machines in the background; `None` where there can be no lab.
    ///
    /// # Errors
    /// When the lab's script does not work; where nothing may be skipped, also when there can be no lab.
    pub(crate) fn begin(places: &Places) -> anyhow::Result<Option<Self>> {
        let tool = places.root.join("script/lab");
        let check = Command::new(&tool).arg("check").output();
        let check = check.context("could not start script/lab")?;
        let said = String::from_utf8_lossy(&check.stderr);
        if check.status.code() == Some(NOT_HERE) {
            skip(&format!("no tests on real machines: {}", said.trim()))?;
            return Ok(None);
        }
        if !check.status.success() {
            bail!("script/lab check ended with {}: {}", check.status, said.trim());
        }
        let state = std::env::var_os("DRYDOCK_LAB").unwrap_or_else(|| "/var/tmp/drydock-lab".into());
        let was_up = PathBuf::from(state).join("hosts.json").exists();
        let log = places.cache.join("lab-build.log");
        let out = File::create(&log)?;
        let building = Command::new(&tool)
            .args(["build", "--archive"])
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .context("could not start script/lab")?;
        Ok(Some(Lab {
            tool,
            building,
            log,
            was_up,
        }))
    }

    /// Waits for the building and starts the machines.
    ///
    /// # Errors
    /// Where nothing may be skipped: when the machines do not come up.
    pub(crate) fn up(&mut self) -> anyhow::Result<()> {
        let built = self.building.wait()?;
        if !built.success() {
            // Without the real archive's updates, which are built last, the machines may come up all the same.
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let tail = log.lines().rev().take(20).collect::<Vec<_>>();
            eprintln!("building the lab failed; the end of {}:", self.log.display());
            tail.iter().rev().for_each(|line| eprintln!("    {line}"));
        }
        match run(Command::new(&self.tool).arg("up")) {
            Ok(()) => Ok(()),
            Err(error) => skip(&format!("no tests on real machines: {error}")),
        }
    }

    /// Stops the machines, unless somebody had started them before.
    ///
    /// # Errors
    /// When something of them is left.
    pub(crate) fn down(&self) -> anyhow::Result<()> {
        if self.was_up {
            return Ok(());
        }
        // Not under the feet of another test run.
        run(Command::new(&self.tool).arg("hold").arg(&self.tool).arg("down"))
    }
}
