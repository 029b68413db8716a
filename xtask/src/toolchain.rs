//! The compiler for WebAssembly: the host's own where it has that target, else one put together from a
//! distribution's packages (docs/adr/0003).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use crate::command::{output, run};
use crate::places::Places;

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A compiler that can build for [`TARGET`].
pub(crate) enum WasmToolchain {
    /// The host's rustc has the target.
    Installed,
    /// A distribution's rustc with a sysroot of ours.
    Assembled {
        sysroot: PathBuf,
        linker: PathBuf,
        clippy: Option<PathBuf>,
    },
}

impl WasmToolchain {
    /// Finds the compiler; puts the private sysroot together if it is the only way (about a minute, once).
    ///
    /// # Errors
    /// When there is neither the target nor a distribution's compiler with its library's source.
    pub(crate) fn find(places: &Places) -> anyhow::Result<Self> {
        let installed = output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
        if Path::new(installed.trim()).is_dir() {
            return Ok(WasmToolchain::Installed);
        }
        let rustc = Path::new("/usr/bin/rustc");
        let rustlib = Path::new("/usr/lib/rustlib");
        if !rustc.exists() || !rustlib.join("src/rust/library/Cargo.toml").exists() {
            bail!("no compiler for {TARGET}: run script/bootstrap");
        }
        let version = output(Command::new(rustc).arg("-vV"))?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("rustc -vV names no host")?;
        let linker = linker(host)?;
        let key = hex::encode(Sha256::digest(&version));
        let sysroot = places.cache.join(format!("wasm-sysroot-{}", &key[..16]));
        if !sysroot.exists() {
            assemble(&sysroot, rustc, rustlib, host, &linker)?;
        }
        let clippy = Some(PathBuf::from("/usr/bin/clippy-driver")).filter(|driver| driver.exists());
        Ok(WasmToolchain::Assembled {
            sysroot,
            linker,
            clippy,
        })
    }

    /// Sets what cargo needs to compile with this toolchain.
    pub(crate) fn configure(&self, cargo: &mut Command) {
        if let WasmToolchain::Assembled { sysroot, linker, .. } = self {
            cargo
                .env("RUSTC", sysroot.join("bin/rustc"))
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }

    /// Compiles the workspace's crates through clippy.
    ///
    /// # Errors
    /// When this toolchain has no clippy.
    pub(crate) fn configure_clippy(&self, cargo: &mut Command) -> anyhow::Result<()> {
        match self {
            WasmToolchain::Installed => {
                cargo.env("RUSTC_WORKSPACE_WRAPPER", host_clippy()?);
            }
            WasmToolchain::Assembled { sysroot, clippy, .. } => {
                let clippy = clippy
                    .as_ref()
                    .context("no clippy beside the distribution's rustc: run script/bootstrap")?;
                cargo
                    .env("RUSTC_WORKSPACE_WRAPPER", clippy)
                    .env("SYSROOT", sysroot);
            }
        }
        Ok(())
    }

    /// Where cargo puts what it compiles for WebAssembly. One compiler may share a folder with itself, and then
    /// builds macros once; two may not.
    pub(crate) fn target_folder(&self, places: &Places) -> PathBuf {
        match self {
            WasmToolchain::Installed => places.target.clone(),
            WasmToolchain::Assembled { sysroot, .. } => {
                places.target.join(sysroot.file_name().unwrap_or_default())
            }
        }
    }
}

/// The clippy that belongs to the host's rustc.
///
/// # Errors
/// When it is not installed.
pub(crate) fn host_clippy() -> anyhow::Result<PathBuf> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let driver = Path::new(sysroot.trim()).join("bin/clippy-driver");
    if !driver.exists() {
        bail!("no {}: run script/bootstrap", driver.display());
    }
    Ok(driver)
}

/// The linker that rustup's toolchain brings, else a distribution's.
fn linker(host: &str) -> anyhow::Result<PathBuf> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let bundled = Path::new(sysroot.trim()).join(format!("lib/rustlib/{host}/bin/rust-lld"));
    if bundled.exists() {
        return Ok(bundled);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join("wasm-ld"))
        .find(|linker| linker.exists())
        .context("no linker for WebAssembly: install your distribution's lld")
}

/// Compiles the standard library from the distribution's source and lays a sysroot around it.
fn assemble(sysroot: &Path, rustc: &Path, rustlib: &Path, host: &str, linker: &Path) -> anyhow::Result<()> {
    eprintln!("    compiling the standard library for WebAssembly (once, about 1 min)");
    let making = sysroot.with_extension(format!("making-{}", std::process::id()));
    let empty = making.join("empty");
    std::fs::create_dir_all(empty.join("src"))?;
    std::fs::write(empty.join("src/lib.rs"), "")?;
    std::fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    run(Command::new("cargo")
        .args([
            "build",
            "--quiet",
            "--release",
            "-Zbuild-std=std,panic_abort,test,proc_macro",
            "--target",
            TARGET,
        ])
        .current_dir(&empty)
        .env("RUSTC", rustc)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
        .env("CARGO_TARGET_DIR", empty.join("target"))
        .env_remove("RUSTC_WORKSPACE_WRAPPER"))?;

    let ours = making.join("sysroot/lib/rustlib");
    let wasm = ours.join(TARGET).join("lib");
    std::fs::create_dir_all(&wasm)?;
    for entry in std::fs::read_dir(empty.join("target").join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            std::fs::copy(&path, wasm.join(name))?;
        }
    }
    std::fs::create_dir_all(ours.join(host).join("bin"))?;
    std::os::unix::fs::symlink(rustlib.join(host).join("lib"), ours.join(host).join("lib"))?;
    std::os::unix::fs::symlink(linker, ours.join(host).join("bin/rust-lld"))?;
    for shared in ["etc", "src"] {
        std::os::unix::fs::symlink(rustlib.join(shared), ours.join(shared))?;
    }
    let wrapper = making.join("sysroot/bin/rustc");
    std::fs::create_dir_all(making.join("sysroot/bin"))?;
    std::fs::write(
        &wrapper,
        format!(
            "#!/bin/sh\nexec {} --sysroot {} \"$@\"\n",
            rustc.display(),
            sysroot.display()
        ),
    )?;
    std::fs::set_permissions(&wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    // The finished folder appears whole or not at all.
    if let Err(error) = std::fs::rename(making.join("sysroot"), sysroot)
        && !sysroot.exists()
    {
        return Err(error).with_context(|| format!("could not make {}", sysroot.display()));
    }
    std::fs::remove_dir_all(&making)?;
    Ok(())
}
