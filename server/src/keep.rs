//! `drydock backup FILE`, `drydock restore FILE`, and `drydock schedule on|off`.

use crate::config::{Config, Flags};
use anyhow::{Context, bail};
use secrecy::SecretString;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use store::{BackupKey, Place, RestoredKey};

#[derive(clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    flags: Flags,
    /// The file to write; it must not be there yet.
    file: PathBuf,
    /// Put the secret key into the backup, sealed under a passphrase that is asked for.
    #[arg(long)]
    with_key: bool,
}

#[derive(clap::Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    flags: Flags,
    /// The backup.
    file: PathBuf,
    /// Take the secret key out of the backup; its passphrase is asked for.
    #[arg(long)]
    with_key: bool,
}

/// Whether Drydock scans by itself. A restored instance does not until somebody says so: the lost one may come back.
#[derive(clap::Args)]
pub(crate) struct Schedule {
    #[command(flatten)]
    flags: Flags,
    /// Whether scheduled scans happen.
    state: Switch,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Schedule {
    /// Switches the schedule on or off. On SQLite Drydock must be stopped, since it owns the data folder.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = Config::read(&self.flags)?;
        let store = crate::parts::open_store(&config).await?;
        let reason = match self.state {
            Switch::On => None,
            Switch::Off => Some("It was switched off at the terminal."),
        };
        let written: Result<(), store::StoreError> = store
            .write(move |tx| Box::pin(async move { tx.set_scheduler_off(reason).await }))
            .await;
        written.context("the schedule could not be switched")?;
        store.close().await;
        let said = if reason.is_none() { "on" } else { "off" };
        Ok(writeln!(std::io::stdout(), "Scheduled scans are {said}.")?)
    }
}

impl Backup {
    /// Makes the backup and says what is in it.
    ///
    /// # Errors
    /// Each says what to do; then there is no file.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = Config::read(&self.flags)?;
        let key = match self.with_key {
            true => BackupKey::Sealed {
                file: config.secret_key(),
                passphrase: ask_passphrase(true)?,
            },
            false => BackupKey::LeftOut,
        };
        let made = store::backup(&crate::parts::place(&config), &self.file, &key).await?;
        let mut out = std::io::stdout();
        writeln!(out, "Wrote {} ({} KiB).", made.file.display(), made.bytes / 1024)?;
        if !made.with_key {
            writeln!(
                out,
                "The secret key is not in it: keep a copy of {} in another place. Without it the SSH keys in the \
                 backup cannot be opened.",
                config.secret_key().display()
            )?;
        }
        Ok(())
    }
}

impl Restore {
    /// Restores the backup and says what is left to do.
    ///
    /// # Errors
    /// Each says what to do; then the folder has no database.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = Config::read(&self.flags)?;
        let Place::Folder(folder) = crate::parts::place(&config) else {
            bail!("this Drydock uses PostgreSQL: restore the dump with pg_restore");
        };
        let passphrase = if self.with_key {
            Some(ask_passphrase(false)?)
        } else {
            None
        };
        let restored = store::restore(&self.file, &folder, passphrase).await?;
        let mut out = std::io::stdout();
        writeln!(
            out,
            "Restored into {} as a new instance, {}.",
            folder.display(),
            restored.instance
        )?;
        if restored.runs_ended > 0 {
            writeln!(
                out,
                "{} checks that were open in the backup were ended.",
                restored.runs_ended
            )?;
        }
        if restored.key == RestoredKey::Missing {
            writeln!(
                out,
                "Put the secret key to {} before you start Drydock.",
                config.secret_key().display()
            )?;
        }
        writeln!(
            out,
            "Scheduled scans are off. Switch them on with `drydock schedule on` before you start Drydock."
        )?;
        Ok(())
    }
}

/// Asks for a passphrase; without a terminal it is the first line of standard input, for scripts.
fn ask_passphrase(new: bool) -> anyhow::Result<SecretString> {
    let first = ask("Passphrase")?;
    if new && std::io::stdin().is_terminal() && ask("Again")? != first {
        bail!("the two passphrases differ");
    }
    if first.is_empty() {
        bail!("a passphrase is needed");
    }
    Ok(SecretString::from(first))
}

fn ask(what: &str) -> anyhow::Result<String> {
    let terminal = std::io::stdin().is_terminal();
    if terminal {
        return rpassword::prompt_password(format!("{what}: ")).context("the passphrase could not be read");
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("the passphrase could not be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
