//! The installed packages, as dpkg lists them.

use crate::scan::Document;
use model::facts::Known;

/// dpkg's list, or the reason why there is none.
pub(super) struct Packages<'a>(Result<Vec<Package<'a>>, String>);

struct Package<'a> {
    name: &'a str,
    version: &'a str,
    /// Wanted, state and error, one letter each, as `dpkg -l` prints them.
    status: &'a str,
}

impl Package<'_> {
    fn state(&self) -> Option<u8> {
        self.status.as_bytes().get(1).copied()
    }
}

impl<'a> Packages<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        if document.section("packages").is_none() {
            return Self(Err("dpkg is not installed".to_owned()));
        }
        Self(document.answer("packages", "dpkg").map(|lines| {
            lines
                .filter_map(|line| {
                    let mut words = line.split('\t');
                    Some(Package {
                        name: words.next()?,
                        version: words.next()?,
                        status: words.next()?,
                    })
                })
                .collect()
        }))
    }

    fn list(&self) -> impl Iterator<Item = &Package<'a>> {
        self.0.iter().flatten()
    }

    pub(super) const fn is_known(&self) -> bool {
        self.0.is_ok()
    }

    /// Names and versions of what is on the disk, finished or not; nothing when dpkg could not be asked.
    pub(super) fn installed(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.list()
            .filter(|package| !matches!(package.state(), None | Some(b'n' | b'c')))
            .map(|package| (package.name, package.version))
    }

    /// Whether a package is installed in full.
    pub(super) fn has(&self, name: &str) -> Known<bool> {
        match &self.0 {
            Ok(list) => Known::Known(list.iter().any(|package| {
                package.state() == Some(b'i') && package.name.split(':').next() == Some(name)
            })),
            Err(why) => Known::unknown(why.clone()),
        }
    }

    /// Packages whose installation was begun and not finished, with what dpkg calls their state.
    pub(super) fn unfinished(&self) -> Known<Vec<String>> {
        match &self.0 {
            Ok(list) => Known::Known(list.iter().filter_map(unfinished).collect()),
            Err(why) => Known::unknown(why.clone()),
        }
    }
}

fn unfinished(package: &Package<'_>) -> Option<String> {
    let state = match package.state()? {
        b'H' => "half-installed",
        b'U' => "unpacked",
        b'F' => "half-configured",
        b'W' => "waits for triggers",
        b't' => "triggers pending",
        _ if package.status.as_bytes().get(2) == Some(&b'R') => "must be reinstalled",
        _ => return None,
    };
    Some(format!("{} ({state})", package.name))
}
