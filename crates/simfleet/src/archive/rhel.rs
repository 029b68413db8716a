//! Rocky Linux 9: of the family that Drydock recognises and does not read further.

use super::source::Past::S;
use super::source::{Distribution, Kernel};

pub(crate) const ROCKY_9: Distribution = Distribution {
    id: "rocky",
    id_like: "rhel centos fedora",
    pretty_name: "Rocky Linux 9.7 (Blue Onyx)",
    name: "Rocky Linux",
    version: "9.7",
    codename: "",
    lists: &[],
    sources: &[],
    kernels: &[Kernel {
        running: "5.14.0-611.{a}.1.el9_7.x86_64",
        version: "5.14.0-611.{a}.1.el9_7",
        image: "kernel-core-5.14.0-611.{a}.1.el9_7",
        brings: &["kernel-core-5.14.0-611.{a}.1.el9_7"],
        metas: &["kernel"],
        abi: (9, 4),
        upstream: (0, 0),
    }],
    kernel_every: 25,
    kernel_past: &[S(90.0), S(51.0), S(18.0)],
    restarts_services: false,
};
