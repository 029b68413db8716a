//! Ansible's YAML inventory: groups with `hosts`, `vars` and `children`.

use crate::findings::Findings;
use crate::inventory::{Inventory, Value, Variables};
use crate::variables::{shown, shown_host, used};
use crate::yaml_tree::{Key, Kind, Node, read as read_tree};
use model::ImportRow;
use std::collections::HashSet;
use std::rc::Rc;

/// How many entries are looked at in all, aliases counted each time.
const VISITS_MAX: usize = 400_000;

pub(crate) fn read(text: &str, findings: &mut Findings) -> Vec<ImportRow> {
    let root = match read_tree(text) {
        Ok((root, further)) => {
            if let Some(line) = further {
                findings.problem(line, "---", "Only the first document of a paste is read.");
            }
            root
        }
        Err(no_tree) => {
            findings.problem(no_tree.line, "", no_tree.why);
            return Vec::new();
        }
    };
    let mut reader = Reader {
        inventory: Inventory::default(),
        findings,
        visits: 0,
    };
    match root.as_deref() {
        None => {}
        Some(Node {
            kind: Kind::Map(entries),
            ..
        }) => {
            for (key, node) in reader.entries(entries) {
                reader.group(&key, &node, None);
            }
        }
        Some(node) => reader.findings.problem(
            node.line,
            "",
            "An inventory begins with the names of groups, each followed by a colon.",
        ),
    }
    let Reader {
        inventory, visits, ..
    } = reader;
    if visits > VISITS_MAX {
        findings.problem(1, "", "The paste refers to itself too often to be read.");
        return Vec::new();
    }
    inventory.into_rows(findings)
}

struct Reader<'a> {
    inventory: Inventory,
    findings: &'a mut Findings,
    visits: usize,
}

impl Reader<'_> {
    /// The entries of a mapping; those that `<<` merges in come after its own, which they do not replace. A key that is
    /// there twice is a problem, since nobody can know which one is meant.
    fn entries(&mut self, entries: &[(Key, Rc<Node>)]) -> Vec<(Key, Rc<Node>)> {
        let mut found = Vec::new();
        let mut names = HashSet::new();
        let mut merged: Vec<Rc<Node>> = Vec::new();
        for (key, node) in entries {
            self.visits += 1;
            match key.text.as_deref() {
                Some("<<") => merged.push(Rc::clone(node)),
                Some(text) => {
                    if names.insert(text.to_owned()) {
                        found.push((key.clone(), Rc::clone(node)));
                    } else {
                        self.findings
                            .problem(key.line, shown(text), "This is there twice.");
                    }
                }
                None => self
                    .findings
                    .problem(key.line, "", "The name before a colon is not a text."),
            }
        }
        while let Some(node) = merged.pop() {
            self.visits += 1;
            if self.visits > VISITS_MAX {
                break;
            }
            match &node.kind {
                Kind::List(items) => merged.extend(items.iter().rev().cloned()),
                Kind::Map(entries) => {
                    for (key, value) in entries {
                        self.visits += 1;
                        match key.text.as_deref() {
                            Some("<<") => merged.push(Rc::clone(value)),
                            Some(text) if names.insert(text.to_owned()) => {
                                found.push((key.clone(), Rc::clone(value)));
                            }
                            _ => {}
                        }
                    }
                }
                _ => self
                    .findings
                    .problem(node.line, "<<", "Only a mapping can be merged in."),
            }
        }
        if self.visits > VISITS_MAX {
            Vec::new()
        } else {
            found
        }
    }

    /// The entries of what should be a mapping; `what` names it and is shown.
    fn map(&mut self, node: &Node, what: &str, expected: &str) -> Vec<(Key, Rc<Node>)> {
        match &node.kind {
            Kind::Map(entries) => self.entries(entries),
            Kind::Nothing => Vec::new(),
            _ => {
                self.findings.problem(node.line, what, expected);
                Vec::new()
            }
        }
    }

    /// A group can be described more than once, in several places; all of it counts.
    fn group(&mut self, key: &Key, node: &Node, parent: Option<&str>) {
        let name = key.text.as_deref().unwrap_or_default();
        if shown(name).is_empty() {
            self.findings.problem(
                key.line,
                "",
                "This cannot be a group's name: use letters, digits and . - _ only.",
            );
            return;
        }
        if self.visits > VISITS_MAX {
            return;
        }
        self.inventory.group(name);
        if let Some(parent) = parent {
            self.inventory.group(parent).children.insert(name.to_owned());
        }
        for (part, node) in self.map(node, name, "A group has hosts, vars and children.") {
            match part.text.as_deref().unwrap_or_default() {
                "hosts" => {
                    let expected = "Hosts are written as names, each followed by a colon.";
                    for (host, node) in self.map(&node, "hosts", expected) {
                        self.host(name, &host, &node);
                    }
                }
                "vars" => {
                    let variables = self.variables(&node, "vars");
                    self.inventory.group(name).variables.extend(variables);
                }
                "children" => {
                    let expected = "Children are written as names of groups, each followed by a colon.";
                    for (child, node) in self.map(&node, "children", expected) {
                        self.group(&child, &node, Some(name));
                    }
                }
                other => self.findings.problem(
                    part.line,
                    shown(other),
                    "A group has hosts, vars and children, and nothing else.",
                ),
            }
        }
    }

    fn host(&mut self, group: &str, key: &Key, node: &Node) {
        let name = key.text.as_deref().unwrap_or_default();
        let variables = self.variables(node, shown_host(name));
        self.inventory
            .add_hosts(group, name, key.line, &variables, self.findings);
    }

    fn variables(&mut self, node: &Node, what: &str) -> Variables {
        let mut variables = Variables::new();
        for (key, node) in self.map(node, what, "Variables are written as name: value.") {
            let name = key.text.as_deref().unwrap_or_default();
            let Some(use_of) = used(name, key.line, self.findings) else {
                continue;
            };
            match &node.kind {
                Kind::Text(text) => {
                    if let Some(value) = Value::new(text, name, key.line, self.findings) {
                        variables.insert(use_of, value);
                    }
                }
                Kind::Nothing => {}
                Kind::Tagged => {
                    self.findings
                        .problem(key.line, name, "The value is encrypted or tagged; write it out.");
                }
                Kind::Map(_) | Kind::List(_) => {
                    self.findings.problem(key.line, name, "The value is not a text.");
                }
            }
        }
        variables
    }
}
