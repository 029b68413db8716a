//! Jump hosts: `ProxyJump` and `-J` name them as `[user@]host[:port]`, the first hop first.

use crate::findings::Findings;
use crate::variables::shown_host;
use model::ImportRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most hops on one way.
const HOPS_MAX: usize = 8;

/// One hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) user: Option<String>,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

/// The hops of a `ProxyJump` value, first hop first; none for `none`. `None` when it cannot be read.
pub(crate) fn hops(value: &str) -> Option<Vec<Hop>> {
    if value.eq_ignore_ascii_case("none") {
        return Some(Vec::new());
    }
    let hops: Vec<&str> = value.split(',').take(HOPS_MAX + 1).collect();
    if hops.len() > HOPS_MAX {
        return None;
    }
    hops.into_iter().map(|hop| Hop::read(hop.trim())).collect()
}

impl Hop {
    fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix("ssh://").unwrap_or(text).trim_end_matches('/');
        let (user, rest) = match text.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, text),
        };
        let (host, port) = split_port(rest)?;
        if user.is_some_and(|user| !model::is_user(user)) || !(model::is_host(host) || model::is_name(host)) {
            return None;
        }
        Some(Self {
            user: user.map(str::to_owned),
            host: host.to_owned(),
            port,
        })
    }
}

/// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address.
pub(crate) fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return Some((text, None));
    }
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            match after {
                "" => (host, None),
                after => (host, Some(after.strip_prefix(':')?)),
            }
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    match port {
        None => Some((host, None)),
        Some(port) => Some((host, Some(port_number(port)?))),
    }
}

/// A TCP port, 1 to 65535, in digits alone.
pub(crate) fn port_number(text: &str) -> Option<u16> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok().filter(|port| *port > 0))?
}

/// Rows in the making, with the hops of each.
pub(crate) struct Routed {
    pub(crate) row: ImportRow,
    pub(crate) hops: Vec<Hop>,
}

/// Names each row's jump host. Jump hosts are servers of their own: those that the paste does not describe become rows
/// after the others, and so do the hops of a chain, each behind the one before it. `described` gives what the paste's
/// defaults say of a name that it does not list.
pub(crate) fn route(
    routed: Vec<Routed>,
    described: impl Fn(&Hop, u32) -> ImportRow,
    findings: &mut Findings,
) -> Vec<ImportRow> {
    let mut rows = Rows::default();
    let mut wanted = Vec::with_capacity(routed.len());
    for one in routed {
        rows.add(one.row);
        wanted.push(one.hops);
    }
    for (place, hops) in wanted.into_iter().enumerate() {
        let Some((line, row)) = rows.list.get(place).map(|row| (row.line, row.clone())) else {
            continue;
        };
        let mut before: Option<String> = None;
        // A default for all hosts applies to the jump host as well; ssh skips it there, too.
        for hop in hops.into_iter().take_while(|hop| !is_itself(hop, &row)) {
            let at = rows.find(&hop).unwrap_or_else(|| {
                let mut row = described(&hop, line);
                row.name = rows.free_name(&row.name);
                rows.add(row)
            });
            if let Some(before) = before {
                rows.reach_through(at, before, line, findings);
            }
            before = rows.list.get(at).map(|jump| jump.name.clone());
        }
        if let Some(before) = before {
            rows.reach_through(place, before, line, findings);
        }
    }
    let mut rows = rows.list;
    say_circles(&mut rows);
    rows
}

/// Rows, found by what a hop can say of them.
#[derive(Default)]
struct Rows {
    list: Vec<ImportRow>,
    by_name: HashMap<String, usize>,
    by_address: HashMap<(String, u16), usize>,
    by_login: HashMap<(String, u16, Option<String>), usize>,
}

impl Rows {
    fn add(&mut self, row: ImportRow) -> usize {
        let place = self.list.len();
        let (host, port) = (row.host.clone(), row.port);
        self.by_name.entry(row.name.clone()).or_insert(place);
        self.by_address.entry((host.clone(), port)).or_insert(place);
        self.by_login
            .entry((host, port, row.user.clone()))
            .or_insert(place);
        self.list.push(row);
        place
    }

    /// The row that a hop means: by its name, unless the hop says another port or user; else by its address.
    fn find(&self, hop: &Hop) -> Option<usize> {
        let fits = |place: &usize| {
            self.list.get(*place).is_some_and(|row| {
                hop.port.is_none_or(|port| port == row.port)
                    && (hop.user.is_none() || hop.user == row.user || row.user.is_none())
            })
        };
        let port = hop.port.unwrap_or(22);
        self.by_name
            .get(&hop.host)
            .copied()
            .filter(fits)
            .or_else(|| match &hop.user {
                None => self.by_address.get(&(hop.host.clone(), port)).copied(),
                Some(_) => self
                    .by_login
                    .get(&(hop.host.clone(), port, hop.user.clone()))
                    .copied(),
            })
    }

    /// Notes that a server is reached through another one. It has one way: a second one is a problem.
    fn reach_through(&mut self, place: usize, jump: String, line: u32, findings: &mut Findings) {
        let Some(row) = self.list.get_mut(place) else {
            return;
        };
        match &row.jump {
            None => row.jump = Some(jump),
            Some(other) if *other == jump => {}
            Some(other) => {
                let why = format!(
                    "It is reached through {other} elsewhere in the paste, and through {jump} here; a server has one way."
                );
                findings.problem(line, shown_host(&row.name), why);
            }
        }
    }

    fn free_name(&self, name: &str) -> String {
        let base: String = name
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        let base = match base.trim_start_matches(['.', '-', '_']) {
            "" => "jump",
            base => base,
        };
        let mut name = base.to_owned();
        let mut number = 2;
        while self.by_name.contains_key(&name) {
            name = format!("{base}-{number}");
            number += 1;
        }
        name
    }
}

fn is_itself(hop: &Hop, row: &ImportRow) -> bool {
    (hop.host == row.name || hop.host == row.host) && hop.port.is_none_or(|port| port == row.port)
}

fn say_circles(rows: &mut [ImportRow]) {
    let next: BTreeMap<String, Option<String>> = rows
        .iter()
        .map(|row| (row.name.clone(), row.jump.clone()))
        .collect();
    for row in rows {
        let mut seen = BTreeSet::from([row.name.as_str()]);
        let mut at = row.jump.as_deref();
        while let Some(name) = at {
            if !seen.insert(name) {
                row.problem = Some("Its jump hosts lead in a circle.".to_owned());
                break;
            }
            at = next.get(name).and_then(Option::as_deref);
        }
    }
}
