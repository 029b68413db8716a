//! Docker's containers.

use crate::scan::Document;
use model::facts::{Container, Known};

pub(in crate::scan) fn containers(document: &Document) -> Known<Vec<Container>> {
    if document.section("containers").is_none() {
        // Without Docker there are no containers of Docker.
        return Known::Known(Vec::new());
    }
    match document.answer("containers", "docker ps") {
        Ok(lines) => {
            let mut containers: Vec<Container> = lines.filter_map(container).collect();
            containers.sort();
            Known::Known(containers)
        }
        Err(why) => Known::Unknown(why),
    }
}

/// `NAME|IMAGE|Up 3 hours (healthy)`. Docker's own word for the state is not there before Docker 20, so it is read
/// from the sentence.
fn container(line: &str) -> Option<Container> {
    let mut words = line.splitn(3, '|');
    let (name, image, status) = (words.next()?, words.next()?, words.next()?);
    let remark = status
        .rsplit_once(" (")
        .and_then(|(_, remark)| remark.strip_suffix(')'))
        .filter(|_| status.starts_with("Up "));
    let code = status
        .split_once(" (")
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(code, _)| code);
    let (state, health) = match status.split(' ').next().unwrap_or_default() {
        "Up" if remark == Some("Paused") => ("paused", "Up (Paused)".to_owned()),
        "Up" => (
            "running",
            remark.map_or_else(|| "Up".to_owned(), |remark| format!("Up ({remark})")),
        ),
        "Exited" => (
            "exited",
            code.map_or_else(|| "Exited".to_owned(), |code| format!("Exited ({code})")),
        ),
        "Restarting" => (
            "restarting",
            code.map_or_else(|| "Restarting".to_owned(), |code| format!("Restarting ({code})")),
        ),
        "Created" => ("created", "Created".to_owned()),
        "Removal" => ("removing", "Removal In Progress".to_owned()),
        "Dead" => ("dead", "Dead".to_owned()),
        _ => ("unknown", status.to_owned()),
    };
    Some(Container {
        name: name.to_owned(),
        image: image.to_owned(),
        state: state.to_owned(),
        health: Some(health),
    })
}
