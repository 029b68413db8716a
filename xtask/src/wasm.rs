//! The front end's code: Rust to WebAssembly, its JavaScript bindings, and `wasm-opt`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo::{cargo, deny_warnings};
use crate::command::output;
use crate::places::{Places, Profile};
use crate::toolchain::{TARGET, WasmToolchain};
use crate::unused::drop_unused;

/// The bundles that are served. Each is a crate of its own, `frontend-<name>` in `frontend/<name>/`: cargo names a module
/// after its crate alone, so that one crate with two choices of features would be made anew in turn.
const BUNDLES: [&str; 4] = ["fleet", "deploy", "runs", "settings"];

/// A bundle as the compiler made it.
pub(crate) struct Module {
    pub(crate) bundle: &'static str,
    pub(crate) path: PathBuf,
}

/// What the browser loads of a bundle.
pub(crate) struct Code {
    pub(crate) bundle: &'static str,
    pub(crate) js: String,
    pub(crate) wasm: Vec<u8>,
}

/// Compiles the bundles, one after the other: cargo would give crates that it compiles together the features of both.
///
/// # Errors
/// When one does not compile, or, through clippy, when it has a warning.
pub(crate) fn compile(places: &Places, profile: Profile, lint: bool) -> anyhow::Result<Vec<Module>> {
    let toolchain = WasmToolchain::find(places)?;
    let (cargo_profile, folder) = match profile {
        Profile::Dev => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    };
    let target = toolchain.target_folder(places);
    let compile = |bundle| {
        let mut command = cargo(places, "build");
        command
            .args(["--package", &format!("frontend-{bundle}"), "--lib", "--locked"])
            .args(["--target", TARGET, "--profile", cargo_profile])
            .env("CARGO_TARGET_DIR", &target);
        toolchain.configure(&mut command);
        if lint {
            toolchain.configure_clippy(&mut command)?;
            deny_warnings(&mut command);
        }
        crate::command::run(&mut command)?;
        let path = target
            .join(TARGET)
            .join(folder)
            .join(format!("frontend_{bundle}.wasm"));
        Ok(Module { bundle, path })
    };
    BUNDLES.into_iter().map(compile).collect()
}

/// Turns the raw module into what browsers load. A release module also goes through `wasm-opt`, whose result is
/// kept by the hash of its input.
///
/// # Errors
/// When a program fails, or when a dependency wants JavaScript files of its own, which nothing here serves.
pub(crate) fn finish(places: &Places, profile: Profile, module: &Module) -> anyhow::Result<Code> {
    let mut output = Bindgen::new()
        .input_path(&module.path)
        .out_name(module.bundle)
        .web(true)?
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen refused the module")?;
    let snippets = output.snippets().iter().find(|(_, files)| !files.is_empty());
    ensure!(
        snippets.is_none(),
        "a dependency brings inline JavaScript: {snippets:?}"
    );
    ensure!(
        output.local_modules().is_empty(),
        "a dependency brings JavaScript modules"
    );
    let js = match profile {
        Profile::Dev => output.js().to_owned(),
        Profile::Release => bare(output.js()),
    };
    drop_unused(output.wasm_mut())?;
    let wasm = output.wasm_mut().emit_wasm();
    let wasm = if profile == Profile::Release {
        optimise(places, &wasm)?
    } else {
        wasm
    };
    let bundle = module.bundle;
    Ok(Code { bundle, js, wasm })
}

/// The bindings without indentation and comments. Lines stay lines, so that nothing changes its meaning.
fn bare(js: &str) -> String {
    let kept = js
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !["*", "/*", "//"].iter().any(|begin| line.starts_with(begin)));
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// What `wasm-opt` does. Nothing is inlined at first and all is flattened in between: there are more bytes then, and they
/// are more alike, so that 3 % less are sent after packing.
const PASSES: [&str; 6] = [
    "--no-inline=*",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--converge",
];

fn optimise(places: &Places, wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let program = places.npm_program("wasm-opt");
    ensure!(
        program.exists(),
        "wasm-opt is not installed: run script/bootstrap"
    );
    let version = output_of_version(&program)?;
    let key = hex::encode(
        Sha256::new()
            .chain_update(version)
            .chain_update(PASSES.concat())
            .chain_update(wasm)
            .finalize(),
    );
    let folder = places.cache.join("wasm-opt");
    let kept = folder.join(format!("{key}.wasm"));
    if !kept.exists() {
        std::fs::create_dir_all(&folder)?;
        let (input, making) = (
            folder.join(format!("{key}.in")),
            folder.join(format!("{key}.making")),
        );
        std::fs::write(&input, wasm)?;
        // The features that rustc's baseline for this target uses; wasm-opt refuses what is not named.
        let features = [
            "--enable-bulk-memory",
            "--enable-multivalue",
            "--enable-mutable-globals",
            "--enable-nontrapping-float-to-int",
            "--enable-reference-types",
            "--enable-sign-ext",
        ];
        output(
            Command::new(&program)
                .args(features)
                .args(PASSES)
                .arg(&input)
                .arg("-o")
                .arg(&making),
        )?;
        std::fs::rename(&making, &kept)?;
        std::fs::remove_file(&input)?;
    }
    std::fs::read(&kept).with_context(|| format!("could not read {}", kept.display()))
}

fn output_of_version(program: &std::path::Path) -> anyhow::Result<String> {
    output(Command::new(program).arg("--version"))
}
