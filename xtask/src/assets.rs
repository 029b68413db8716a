//! The built site: every file under a name that holds its content's hash, compressed, and listed in one manifest.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::places::{Places, Profile};
use crate::wasm::{Code, Module};

/// What the server's `SiteFiles` reads.
#[derive(Serialize)]
struct Manifest<'a> {
    css: &'a str,
    text_font: &'a str,
    icon: &'a str,
    build: &'a str,
    #[serde(flatten)]
    bundles: BTreeMap<&'a str, Addresses>,
}

/// Of one bundle.
#[derive(Serialize)]
struct Addresses {
    js: String,
    wasm: String,
}

/// A hash of everything the site is made of, this program included.
///
/// # Errors
/// When something of it cannot be read.
pub(crate) fn inputs(places: &Places, css: &str, modules: &[Module]) -> anyhow::Result<String> {
    let program = std::fs::metadata(std::env::current_exe()?)?;
    let mut hash = Sha256::new();
    hash.update(format!("{:?} {}", program.modified()?, program.len()));
    hash.update(css);
    for Module { path, .. } in modules {
        hash.update(std::fs::read(path).with_context(|| format!("could not read {}", path.display()))?);
    }
    for path in public_files(&places.root.join("public"))? {
        hash.update(path.to_string_lossy().as_bytes());
        hash.update(std::fs::read(path)?);
    }
    Ok(hex::encode(hash.finalize()))
}

/// Whether the site that is there was made from these inputs.
pub(crate) fn made_from(places: &Places, profile: Profile, inputs: &str) -> bool {
    std::fs::read_to_string(places.site(profile).join(INPUTS)).is_ok_and(|made_from| made_from == inputs)
}

/// Lies in the site's folder, and is not served.
const INPUTS: &str = "inputs";

/// Writes the whole site of one profile. A site whose files are all the same keeps its manifest's time, by which
/// cargo judges whether a release server is fresh.
///
/// # Errors
/// When a file cannot be written, or the style sheet names a file that `public/` does not have.
pub(crate) fn write(
    places: &Places,
    profile: Profile,
    css: &str,
    bundles: &[Code],
    inputs: &str,
) -> anyhow::Result<()> {
    let mut site = Site::default();
    let mut css = css.to_owned();
    for path in public_files(&places.root.join("public"))? {
        let public = format!("/{}", path.strip_prefix(places.root.join("public"))?.display());
        let content = std::fs::read(&path)?;
        let address = site.add(&path.file_name().unwrap_or_default().to_string_lossy(), content);
        css = css.replace(&format!("url({public})"), &format!("url({address})"));
        css = css.replace(&format!("url(\"{public}\")"), &format!("url({address})"));
        site.public.insert(public, address);
    }
    ensure!(
        !css.contains("url(/fonts") && !css.contains("url(\"/fonts"),
        "style/main.css names a font that is not in public/fonts"
    );
    let css = site.add("main.css", css.into_bytes());
    let bundles = bundles
        .iter()
        .map(|Code { bundle, js, wasm }| {
            let js = site.add(&format!("{bundle}.js"), js.clone().into_bytes());
            let wasm = site.add(&format!("{bundle}.wasm"), wasm.clone());
            (*bundle, Addresses { js, wasm })
        })
        .collect();
    let manifest = serde_json::to_vec_pretty(&Manifest {
        css: &css,
        text_font: site.public_address("/fonts/inter-latin.woff2")?,
        icon: site.public_address("/icon.svg")?,
        build: &site.build(),
        bundles,
    })?;
    let folder = places.site(profile);
    site.write(&folder, profile, &manifest)?;
    Ok(std::fs::write(folder.join(INPUTS), inputs)?)
}

/// Files of `public/` that browsers load. Licences and notes lie beside them and are not served.
fn public_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(public_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|kind| ["woff2", "svg", "png"].iter().any(|known| kind == *known))
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[derive(Default)]
struct Site {
    /// Hashed name to content.
    files: BTreeMap<String, Vec<u8>>,
    /// Path under `public/` to address.
    public: BTreeMap<String, String>,
}

impl Site {
    /// Adds a file and returns its address.
    fn add(&mut self, name: &str, content: Vec<u8>) -> String {
        let hash = hex::encode(Sha256::digest(&content));
        let (stem, kind) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let hashed = format!("{stem}.{}.{kind}", &hash[..12]);
        let address = format!("/assets/{hashed}");
        self.files.insert(hashed, content);
        address
    }

    /// Names all that is served: whatever of it changes, pages that are open learn that there is something newer.
    fn build(&self) -> String {
        let names: Vec<&str> = self.files.keys().map(String::as_str).collect();
        let hash = hex::encode(Sha256::digest(names.join(" ")));
        hash[..12].to_owned()
    }

    fn public_address(&self, path: &str) -> anyhow::Result<&str> {
        self.public
            .get(path)
            .map(String::as_str)
            .with_context(|| format!("public{path} is missing"))
    }

    fn write(&self, folder: &Path, profile: Profile, manifest: &[u8]) -> anyhow::Result<()> {
        let listed = folder.join("manifest.json");
        if std::fs::read(&listed).is_ok_and(|present| present == manifest) {
            return Ok(());
        }
        let making = folder.with_extension("making");
        if making.exists() {
            std::fs::remove_dir_all(&making)?;
        }
        std::fs::create_dir_all(making.join("assets"))?;
        for (name, content) in &self.files {
            std::fs::write(making.join("assets").join(name), content)?;
            // woff2 is brotli already.
            if !name.ends_with(".woff2") {
                std::fs::write(
                    making.join("assets").join(format!("{name}.br")),
                    compress(content, profile)?,
                )?;
            }
        }
        std::fs::write(making.join("manifest.json"), manifest)?;
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::rename(&making, folder).with_context(|| format!("could not make {}", folder.display()))
    }
}

/// Brotli at its best for what is shipped, and quickly for what is only tried.
pub(crate) fn compress(content: &[u8], profile: Profile) -> anyhow::Result<Vec<u8>> {
    let quality = if profile == Profile::Release { 11 } else { 2 };
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, quality, 24);
    writer.write_all(content)?;
    Ok(writer.into_inner())
}
