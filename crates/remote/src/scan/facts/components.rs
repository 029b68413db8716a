//! Versions of the software that Drydock knows by name.

use crate::scan::Document;
use model::facts::{Component, Container, Known};

pub(super) fn components(
    document: &Document,
    kernel: &str,
    containers: &Known<Vec<Container>>,
    notes: &mut Vec<String>,
) -> Vec<Component> {
    let mut found = Vec::new();
    match document.answer("components", "the check of versions") {
        Ok(lines) => found.extend(lines.filter_map(component)),
        Err(why) => notes.push(format!("Versions of components are unknown: {why}.")),
    }
    if !kernel.is_empty() {
        found.push(Component {
            name: "kernel".to_owned(),
            version: kernel.to_owned(),
        });
    }
    if !found.iter().any(|component| component.name == "weave") {
        found.extend(weave(containers.get().map_or(&[], Vec::as_slice)));
    }
    found.sort();
    found.dedup();
    found
}

/// `nginx|nginx version: nginx/1.22.1`
fn component(line: &str) -> Option<Component> {
    let (name, said) = line.split_once('|')?;
    let name = if name == "mysql" && said.contains("MariaDB") {
        "mariadb"
    } else {
        name
    };
    Some(Component {
        name: name.to_owned(),
        version: version(said)?.to_owned(),
    })
}

/// The first word, or part of one, that begins with a digit: `OpenSSH_9.2p1`, `nginx/1.22.1`, `v18.19.0`.
fn version(said: &str) -> Option<&str> {
    let mut before = ' ';
    for (start, c) in said.char_indices() {
        if c.is_ascii_digit() && !(before.is_ascii_alphanumeric() && before != 'v') {
            let rest = said.get(start..)?;
            let end = rest
                .find(|c: char| {
                    !(c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '~' | ':' | '_'))
                })
                .unwrap_or(rest.len());
            return rest
                .get(..end)
                .map(|version| version.trim_end_matches(['.', ':', '-']));
        }
        before = c;
    }
    None
}

/// Weave Net without its script runs as a container whose image is tagged with the version.
fn weave(containers: &[Container]) -> Option<Component> {
    containers
        .iter()
        .filter(|container| container.state == "running")
        .find_map(|container| {
            let (image, tag) = container.image.rsplit_once(':')?;
            matches!(image, "weaveworks/weave" | "weaveworks/weave-kube").then(|| Component {
                name: "weave".to_owned(),
                version: tag.to_owned(),
            })
        })
}
