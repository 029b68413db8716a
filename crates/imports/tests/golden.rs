//! Whole pastes as people have them, each with everything that can be wrong in it.
#![allow(clippy::unwrap_used)]

use imports::read;
use model::{PasteFormat, Review};

/// A review, one line per row and note.
fn told(review: &Review) -> String {
    let mut text = format!("{}\n", review.format);
    for row in &review.rows {
        text.push_str(&format!(
            "{:>3} {} = {}@{}:{}",
            row.line,
            row.name,
            row.user.as_deref().unwrap_or("?"),
            row.host,
            row.port
        ));
        if !row.groups.is_empty() {
            text.push_str(&format!(" in {}", row.groups.join("/")));
        }
        if let Some(jump) = &row.jump {
            text.push_str(&format!(" through {jump}"));
        }
        if let Some(problem) = &row.problem {
            text.push_str(&format!(" PROBLEM {problem}"));
        }
        text.push('\n');
    }
    for (title, notes) in [("ignored", &review.ignored), ("problems", &review.problems)] {
        text.push_str(&format!("\n{title}:\n"));
        for note in notes {
            text.push_str(&format!("{:>3} “{}” {}\n", note.line, note.text, note.why));
        }
    }
    text
}

fn checked(paste: &str, format: PasteFormat) -> String {
    let review = read(paste, None);
    assert_eq!(review.format, format, "guessed from the paste itself");
    let json = serde_json::to_string(&review).unwrap();
    assert!(!json.contains("S3CR3T"), "{json}");
    told(&review)
}

#[test]
fn ssh_config() {
    let paste = include_str!("fixtures/ssh_config");
    insta::assert_snapshot!(checked(paste, PasteFormat::SshConfig));
}

#[test]
fn ansible_ini() {
    let paste = include_str!("fixtures/inventory.ini");
    insta::assert_snapshot!(checked(paste, PasteFormat::AnsibleIni));
}

#[test]
fn ansible_yaml() {
    let paste = include_str!("fixtures/inventory.yaml");
    insta::assert_snapshot!(checked(paste, PasteFormat::AnsibleYaml));
}
