//! An Ansible inventory, whichever way it was written: groups, hosts and the variables that are used; and how a host
//! comes by its values.

use crate::ansible_rows::{jump_row, row};
use crate::findings::Findings;
use crate::jumps::{port_number, route, split_port};
use crate::ranges::{BadRange, expand};
use crate::variables::{Used, shown, shown_host};
use crate::{ROWS_MAX, VALUE_MAX};
use model::ImportRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How deep groups may be nested.
const DEPTH_MAX: usize = 32;
/// How many groups there may be, and how often one may contain another.
const GROUPS_MAX: usize = 1_000;
const CHILDREN_MAX: usize = 5_000;
/// How often hosts may be named in all, each in every group that it is in.
const MENTIONS_MAX: usize = 100_000;

/// A value, and the line that it stands in.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) line: u32,
}

impl Value {
    /// A value of a length that can be one; otherwise a problem.
    pub(crate) fn new(text: &str, key: &str, line: u32, findings: &mut Findings) -> Option<Self> {
        if text.len() > VALUE_MAX {
            let why = format!("The value is longer than {VALUE_MAX} bytes.");
            findings.problem(line, shown(key), why);
            return None;
        }
        Some(Self {
            text: text.to_owned(),
            line,
        })
    }
}

pub(crate) type Variables = BTreeMap<Used, Value>;

#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) children: BTreeSet<String>,
    pub(crate) variables: Variables,
    hosts: BTreeSet<String>,
}

struct Host {
    line: u32,
    variables: Variables,
}

/// Everything that was read, before any of it is decided.
#[derive(Default)]
pub(crate) struct Inventory {
    groups: BTreeMap<String, Group>,
    hosts: HashMap<String, Host>,
    order: Vec<String>,
    mentions: usize,
    is_full: bool,
}

impl Inventory {
    pub(crate) fn group(&mut self, name: &str) -> &mut Group {
        self.groups.entry(name.to_owned()).or_default()
    }

    /// Adds the hosts that a pattern stands for to a group.
    pub(crate) fn add_hosts(
        &mut self,
        group: &str,
        pattern: &str,
        line: u32,
        variables: &Variables,
        findings: &mut Findings,
    ) {
        let too_many =
            || format!("There are more than {ROWS_MAX} servers in the paste; the rest was left out.");
        if self.is_full {
            return;
        }
        let Some((pattern, port)) = host_and_port(pattern) else {
            findings.problem(
                line,
                shown_host(pattern),
                "The port is not a number from 1 to 65535.",
            );
            return;
        };
        let names = match expand(pattern, ROWS_MAX) {
            Ok(names) => names,
            Err(BadRange::Malformed) if pattern.parse::<std::net::Ipv6Addr>().is_ok() => {
                vec![pattern.to_owned()]
            }
            Err(BadRange::Malformed) => {
                findings.problem(line, shown_host(pattern), "The range in brackets cannot be read.");
                return;
            }
            Err(BadRange::TooMany) => {
                findings.problem(line, shown_host(pattern), too_many());
                return;
            }
        };
        self.mentions += names.len();
        if self.mentions > MENTIONS_MAX {
            self.is_full = true;
            let why = format!("Servers are named more than {MENTIONS_MAX} times; the rest was left out.");
            findings.problem(line, "", why);
            return;
        }
        for name in names {
            if !self.hosts.contains_key(&name) {
                if self.order.len() >= ROWS_MAX {
                    self.is_full = true;
                    findings.problem(line, "", too_many());
                    return;
                }
                self.order.push(name.clone());
            }
            let host = self.hosts.entry(name.clone()).or_insert_with(|| Host {
                line,
                variables: Variables::new(),
            });
            if let Some(port) = port {
                // A port behind the name is the host's own variable.
                let text = port.to_string();
                host.variables.insert(Used::Port, Value { text, line });
            }
            host.variables.extend(variables.clone());
            self.group(group).hosts.insert(name);
        }
    }

    /// The rows, with jump hosts named. Groups hand their variables down, an inner group's before an outer one's, and a
    /// host's own before all.
    pub(crate) fn into_rows(mut self, findings: &mut Findings) -> Vec<ImportRow> {
        let children: usize = self.groups.values().map(|group| group.children.len()).sum();
        if self.groups.len() > GROUPS_MAX || children > CHILDREN_MAX {
            let why =
                format!("There are more than {GROUPS_MAX} groups, or {CHILDREN_MAX} children of groups.");
            findings.problem(1, "", why);
            return Vec::new();
        }
        let depths = self.depths(findings);
        let parents = self.parents();
        let mut routed = Vec::with_capacity(self.order.len());
        let mut cache: HashMap<Vec<&str>, (Vec<String>, Variables)> = HashMap::new();
        let mut members: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, group) in &self.groups {
            for host in &group.hosts {
                members.entry(host).or_default().push(name);
            }
        }
        for name in &self.order {
            let Some(host) = self.hosts.get(name) else {
                continue;
            };
            let direct = members.remove(name.as_str()).unwrap_or_default();
            let (groups, inherited) = cache.entry(direct).or_insert_with_key(|direct| {
                let groups = with_parents(direct, &parents, &depths);
                let mut variables = Variables::new();
                for group in groups.iter().filter_map(|group| self.groups.get(group)) {
                    variables.extend(group.variables.clone());
                }
                let shown = groups
                    .into_iter()
                    .filter(|group| group != "all" && group != "ungrouped")
                    .collect();
                (shown, variables)
            });
            let mut variables = inherited.clone();
            variables.extend(host.variables.clone());
            if let Some(row) = row(name, host.line, groups, &variables, findings) {
                routed.push(row);
            }
        }
        self.order.clear();
        route(routed, jump_row, findings)
    }

    fn parents(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut parents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, group) in &self.groups {
            for child in &group.children {
                parents.entry(child).or_default().push(name);
            }
        }
        parents
    }

    /// How far each group is from the outermost one. Circles and nesting without end are problems, and cut.
    fn depths(&mut self, findings: &mut Findings) -> BTreeMap<String, usize> {
        let mut depths: BTreeMap<String, usize> = self
            .groups
            .keys()
            .map(|name| (name.clone(), usize::from(name != "all")))
            .collect();
        for round in 0..=DEPTH_MAX {
            let mut changed = None;
            for (name, group) in &self.groups {
                let below = depths.get(name).copied().unwrap_or(0) + 1;
                for child in &group.children {
                    if let Some(depth) = depths.get_mut(child)
                        && *depth < below
                    {
                        *depth = below;
                        changed = Some(child.clone());
                    }
                }
            }
            match changed {
                None => break,
                Some(group) if round == DEPTH_MAX => {
                    findings.problem(
                        1,
                        shown(&group),
                        "Groups contain each other in a circle, or are nested too deeply.",
                    );
                    for group in self.groups.values_mut() {
                        group.children.clear();
                    }
                    for depth in depths.values_mut() {
                        *depth = 1;
                    }
                }
                Some(_) => {}
            }
        }
        depths
    }
}

/// Groups and all that contain them, outermost first.
fn with_parents(
    direct: &[&str],
    parents: &BTreeMap<&str, Vec<&str>>,
    depths: &BTreeMap<String, usize>,
) -> Vec<String> {
    let mut found: BTreeSet<&str> = BTreeSet::from(["all"]);
    let mut waiting: Vec<&str> = direct.to_vec();
    while let Some(group) = waiting.pop() {
        if found.insert(group) {
            waiting.extend(parents.get(group).into_iter().flatten());
        }
    }
    let mut groups: Vec<String> = found.into_iter().map(str::to_owned).collect();
    groups.sort_by_key(|group| (depths.get(group).copied().unwrap_or(0), group.clone()));
    groups
}

/// `host`, `host:port`, `[v6]:port`; a range may hold colons, in brackets.
fn host_and_port(pattern: &str) -> Option<(&str, Option<u16>)> {
    if pattern.parse::<std::net::Ipv6Addr>().is_ok() {
        return Some((pattern, None));
    }
    if let Some((inner, _)) = pattern.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        && inner.parse::<std::net::Ipv6Addr>().is_ok()
    {
        return split_port(pattern);
    }
    let after_range = pattern.rfind(']').map_or(0, |place| place + 1);
    match pattern.get(after_range..).and_then(|rest| rest.rfind(':')) {
        None => Some((pattern, None)),
        Some(colon) => {
            let (host, port) = pattern.split_at(after_range + colon);
            Some((host, Some(port_number(port.get(1..)?)?)))
        }
    }
}
