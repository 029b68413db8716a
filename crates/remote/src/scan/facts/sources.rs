//! Package sources, how fresh their lists are, and what went wrong when they were refreshed.

use super::clock::Clock;
use super::fields::Fields;
use super::refresh::Refresh;
use crate::scan::Document;
use jiff::fmt::strtime;
use model::Timestamp;
use model::facts::{Known, Source, Sources};
use std::collections::{BTreeMap, HashMap};

pub(super) fn sources(
    document: &Document,
    clock: &Clock,
    received: Timestamp,
    notes: &mut Vec<String>,
) -> Known<Sources> {
    if document.section("targets").is_none() {
        return Known::unknown("apt is not installed");
    }
    let targets: Vec<Target<'_>> = match document.answer("targets", "apt-get indextargets") {
        Ok(lines) => lines.filter_map(Target::read).collect(),
        Err(why) => return Known::Unknown(why),
    };
    let lists = Lists::read(document);
    let refresh = Refresh::read(document);
    let succeeded = match (&refresh, lists.refreshed) {
        // The refresh ended well and its time could not be written down.
        (Refresh::Done, None) => Some(received),
        (_, at) => at.map(|secs| clock.ours(secs)),
    };
    let checks_expiry = !expired_lists_are_accepted(document);
    let mut sources: BTreeMap<String, Source> = BTreeMap::new();
    for target in targets {
        let release = lists.releases.get(target.list_prefix().as_str());
        let is_there = release.is_some() || lists.packages.contains_key(target.file);
        let error = refresh.error_of(&target).or_else(|| lists.damage(&target));
        let refreshed_at = match (&refresh, &error) {
            _ if !is_there => None,
            // The others were fetched or found unchanged just now.
            (Refresh::Failed { .. }, None) => Some(received),
            _ => succeeded,
        };
        let valid_until = release
            .and_then(|release| release.valid_until)
            .map(Timestamp::from_secs);
        let name = target.name();
        if let Some(until) = valid_until
            && !checks_expiry
            && until < received
        {
            notes.push(format!(
                "The list of {name} has expired, and apt is told not to mind (Acquire::Check-Valid-Until)."
            ));
        }
        sources.entry(name.clone()).or_insert(Source {
            name,
            refreshed_at,
            valid_until: valid_until.filter(|_| checks_expiry),
            error,
        });
    }
    for (name, error) in refresh.unlisted(&sources) {
        sources.insert(
            name.clone(),
            Source {
                name,
                refreshed_at: None,
                valid_until: None,
                error: Some(error),
            },
        );
    }
    notes.extend(refresh.note());
    Known::Known(Sources {
        sources: sources.into_values().collect(),
        last_success: succeeded,
        refresh_failed: refresh.failure(),
    })
}

/// One index that apt is configured for.
pub(super) struct Target<'a> {
    file: &'a str,
    meta_key: &'a str,
    site: &'a str,
    release: &'a str,
    component: &'a str,
}

impl<'a> Target<'a> {
    /// A line as `lists.sh` asks for it; fields that nobody reads yet follow.
    fn read(line: &'a str) -> Option<Self> {
        let mut words = line.split('|');
        let path = words.next()?;
        Some(Self {
            file: path.rsplit('/').next().unwrap_or(path),
            meta_key: words.next()?,
            site: words.next()?.trim_end_matches('/'),
            release: words.next()?,
            component: words.next()?,
        })
    }

    fn name(&self) -> String {
        [self.site, self.release, self.component]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What the names of the release's own files begin with: the index's name up to where its place inside the
    /// release begins.
    fn list_prefix(&self) -> String {
        let inside = self.meta_key.replace('/', "_");
        self.file
            .rfind(&inside)
            .and_then(|place| self.file.get(..place))
            .unwrap_or(self.file)
            .to_owned()
    }

    /// Whether a line of apt's is about this source's release.
    pub(super) fn is_named_in(&self, line: &str) -> bool {
        let (site, release) = (self.site, self.release.trim_end_matches('/'));
        line.match_indices(site).any(|(place, _)| {
            let rest = line.get(place + site.len()..).unwrap_or_default();
            rest.strip_prefix("/dists/")
                .or_else(|| rest.strip_prefix(' '))
                .or_else(|| rest.strip_prefix('/'))
                .and_then(|rest| rest.strip_prefix(release))
                .is_some_and(|rest| {
                    !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
                })
        })
    }
}

/// What lies in `/var/lib/apt/lists`.
#[derive(Default)]
struct Lists<'a> {
    refreshed: Option<i64>,
    releases: HashMap<&'a str, Release<'a>>,
    /// Package lists with their bytes.
    packages: HashMap<&'a str, Option<u64>>,
}

#[derive(Default)]
struct Release<'a> {
    valid_until: Option<i64>,
    /// How many bytes each package list must have.
    signed: HashMap<&'a str, u64>,
}

impl<'a> Lists<'a> {
    fn read(document: &'a Document) -> Self {
        let fields = Fields::of(document, "lists");
        let mut lists = Self {
            refreshed: fields.number("refreshed"),
            ..Self::default()
        };
        let mut last = None;
        let mut last_list = None;
        for (key, value) in fields.pairs() {
            match key {
                "release" => {
                    let prefix = value
                        .strip_suffix("InRelease")
                        .or_else(|| value.strip_suffix("Release"))
                        .unwrap_or(value);
                    lists.releases.entry(prefix).or_default();
                    last = Some(prefix);
                }
                "valid_until" => {
                    if let Some(release) = last.and_then(|prefix| lists.releases.get_mut(prefix)) {
                        release.valid_until = release.valid_until.or_else(|| archive_date(value));
                    }
                }
                "signed" => {
                    if let Some((bytes, place)) = value.split_once(' ')
                        && let Ok(bytes) = bytes.parse()
                        && let Some(release) = last.and_then(|prefix| lists.releases.get_mut(prefix))
                    {
                        release.signed.insert(place, bytes);
                    }
                }
                "packages" => {
                    lists.packages.insert(value, None);
                    last_list = Some(value);
                }
                "bytes" => {
                    if let Some(list) = last_list.and_then(|name| lists.packages.get_mut(name)) {
                        *list = value.parse().ok();
                    }
                }
                _ => {}
            }
        }
        lists
    }

    /// A list that is not the one that was signed. apt reads what is left of it, lists fewer updates than there are,
    /// and fetches it anew only when it is deleted. Lists that apt keeps compressed cannot be judged.
    fn damage(&self, target: &Target<'_>) -> Option<String> {
        let bytes = (*self.packages.get(target.file)?)?;
        let release = self.releases.get(target.list_prefix().as_str())?;
        let signed = *release.signed.get(target.meta_key)?;
        (bytes != signed).then(|| {
            format!(
                "its list is damaged, it has {bytes} bytes instead of {signed}: delete the files in \
                 /var/lib/apt/lists and scan again"
            )
        })
    }
}

/// `Wed, 25 Nov 2026 22:17:41 UTC`, in seconds since 1970. The archive's format allows no other zone.
pub(super) fn archive_date(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = ["UTC", "GMT", "Z", "+0000"]
        .iter()
        .find_map(|zone| text.strip_suffix(zone))?
        .trim_end();
    let date = strtime::parse("%a, %d %b %Y %H:%M:%S", text)
        .ok()?
        .to_datetime()
        .ok()?;
    Some(jiff::tz::Offset::UTC.to_timestamp(date).ok()?.as_second())
}

fn expired_lists_are_accepted(document: &Document) -> bool {
    document
        .answer("apt-settings", "apt-config")
        .is_ok_and(|mut lines| {
            lines.any(|line| {
                line.strip_prefix("Acquire::Check-Valid-Until \"")
                    .is_some_and(|value| {
                        matches!(
                            value.trim_end_matches("\";"),
                            "false" | "no" | "0" | "off" | "without" | "disable"
                        )
                    })
            })
        })
}
