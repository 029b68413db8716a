//! What Ubuntu's releases have in common: their lists.

use super::source::{Holds, List};

/// The lists of a release: its own pocket, `-updates`, `-security`, and Docker's repository.
pub(super) const fn ubuntu_lists(version: &'static str, suites: [&'static str; 3]) -> [List; 4] {
    let [release, updates, security] = suites;
    [
        list(version, release, Holds::Main),
        list(version, updates, Holds::Updates),
        list(version, security, Holds::Security),
        List {
            uri: "http://mirror.example.net/docker",
            suite: release,
            component: "stable",
            origin: "Docker",
            label: "Docker CE",
            archive: release,
            version: "",
            holds: Holds::Docker,
            valid_days: None,
        },
    ]
}

const fn list(version: &'static str, suite: &'static str, holds: Holds) -> List {
    List {
        uri: "http://mirror.example.net/ubuntu",
        suite,
        component: "main",
        origin: "Ubuntu",
        label: "Ubuntu",
        archive: suite,
        version,
        holds,
        valid_days: None,
    }
}
