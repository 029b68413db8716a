//! The blocks of an ssh configuration, and which of them apply to a name.

use crate::wildcard::wildcard;
use std::collections::HashMap;

/// The most patterns with wildcards or exceptions, since each is tried for each server.
const PATTERNS_MAX: usize = 2_000;

/// The options of one `Host` line, each the first time it stands there.
pub(crate) struct Block {
    patterns: Vec<String>,
    options: Vec<Setting>,
}

#[derive(Debug, Clone)]
pub(crate) struct Setting {
    option: Used,
    pub(crate) value: String,
    pub(crate) line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Used {
    HostName,
    Port,
    User,
    ProxyJump,
}

/// A configuration in the order in which it applies.
#[derive(Default)]
pub(crate) struct Config {
    blocks: Vec<Block>,
    /// Blocks that name a host outright.
    by_name: HashMap<String, Vec<usize>>,
    /// Blocks with wildcards or exceptions, which may apply to any name.
    with_patterns: Vec<usize>,
    patterns: usize,
}

impl Config {
    /// Begins a block; `false` when there are more patterns than any configuration has.
    pub(crate) fn open(&mut self, patterns: Vec<String>) -> bool {
        let place = self.blocks.len();
        if patterns.iter().all(|pattern| is_server(pattern)) {
            for pattern in &patterns {
                self.by_name.entry(pattern.clone()).or_default().push(place);
            }
        } else {
            self.with_patterns.push(place);
            self.patterns += patterns.len();
        }
        self.blocks.push(Block {
            patterns,
            options: Vec::new(),
        });
        self.patterns <= PATTERNS_MAX
    }

    pub(crate) fn set(&mut self, option: Used, value: &str, line: u32) {
        if let Some(block) = self.blocks.last_mut()
            && block.options.iter().all(|setting| setting.option != option)
        {
            block.options.push(Setting {
                option,
                value: value.to_owned(),
                line,
            });
        }
    }

    /// The blocks that apply to a name, in their order.
    pub(crate) fn blocks_for(&self, name: &str) -> Vec<&Block> {
        let mut places: Vec<usize> = self.by_name.get(name).cloned().unwrap_or_default();
        places.extend(self.with_patterns.iter().filter(|place| {
            self.blocks
                .get(**place)
                .is_some_and(|block| applies(&block.patterns, name))
        }));
        places.sort_unstable();
        places
            .into_iter()
            .filter_map(|place| self.blocks.get(place))
            .collect()
    }
}

/// Whether a pattern names one host.
pub(crate) fn is_server(pattern: &str) -> bool {
    !pattern.contains(['*', '?']) && !pattern.starts_with('!')
}

/// The first value of an option among the blocks that apply.
pub(crate) fn value<'a>(blocks: &[&'a Block], option: Used) -> Option<&'a Setting> {
    blocks
        .iter()
        .flat_map(|block| &block.options)
        .find(|setting| setting.option == option)
}

fn applies(patterns: &[String], name: &str) -> bool {
    let mut applies = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(not) if wildcard(not, name) => return false,
            Some(_) => {}
            None => applies |= wildcard(pattern, name),
        }
    }
    applies
}
