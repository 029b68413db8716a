//! A document without what changes from one scan to the next although nothing happened: the text behind the hash that
//! decides whether a scan found anything new.

use super::Document;
use super::document::Section;
use super::facts::{containers, machine, old_libraries, services};
use model::facts::Known;
use std::fmt::{Debug, Write as _};

/// The document's lasting content. Times of day, uptime, durations, process numbers and the like are left out; free
/// disk space is kept to a power of two. The time of the last refresh of the package lists is kept: trust in the lists
/// runs from it.
pub fn normalised(document: &Document) -> String {
    let mut text = String::with_capacity(document.as_text().len());
    for section in document.sections() {
        let content = content(document, section);
        if section.name() == "refresh" && content.is_empty() {
            // A refresh that went well shows in `lists`; one that found the lists locked says nothing lasting.
            continue;
        }
        let exit = section
            .exit
            .map_or_else(|| "-".to_owned(), |exit| exit.to_string());
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            ">{} {exit}{}",
            section.name(),
            if section.cut { " cut" } else { "" }
        );
        text.push_str(&content);
    }
    text
}

fn content(document: &Document, section: &Section) -> String {
    let lines = document.output(section);
    let well = section.exit == Some(0);
    let mut text = match section.name() {
        "machine" => kept(lines, |line| !line.starts_with("booted=")),
        "lists" => kept(lines, |line| !line.starts_with("now=")),
        "refresh" if well || section.exit == Some(75) => String::new(),
        // The address behind a name may differ each time.
        "refresh" => kept(
            lines
                .filter(|line| line.starts_with("E:") || line.starts_with("Err:"))
                .filter_map(|line| line.split(" [IP: ").next()),
            |_| true,
        ),
        "disks" => machine::disks(document)
            .map(|(mount, kib)| format!("{mount} {}\n", u64::BITS - kib.leading_zeros()))
            .collect(),
        "needrestart" | "deleted-libraries" if well => listed(&old_libraries::old_libraries(document, true)),
        "sockets" if well => listed(&services::open_ports(document)),
        "failed-units" if well => listed(&services::failed_units(document)),
        "containers" if well => listed(&containers::containers(document)),
        _ => kept(lines, |_| true),
    };
    if !well {
        let errors = document.errors(section).filter(|line| line.starts_with("E:"));
        text.push_str(&kept(errors, |_| true));
        // Numbers in an error name processes, addresses and seconds.
        text.retain(|c| !c.is_ascii_digit());
    }
    text
}

fn kept<'a>(lines: impl Iterator<Item = &'a str>, keep: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    for line in lines.filter(|line| keep(line)) {
        text.push('|');
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn listed<T: Debug>(known: &Known<T>) -> String {
    format!("{known:?}\n")
}
