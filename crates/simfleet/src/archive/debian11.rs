//! Debian 11, bullseye: past the end of its long-term support, with little left to come.

use super::source::Past::{P, S};
use super::source::{Distribution, Holds, Kernel, List, Part, Source, source};

pub(crate) const DEBIAN_11: Distribution = Distribution {
    id: "debian",
    id_like: "",
    pretty_name: "Debian GNU/Linux 11 (bullseye)",
    name: "Debian GNU/Linux",
    version: "11",
    codename: "bullseye",
    lists: &[
        List {
            uri: "http://mirror.example.net/debian",
            suite: "bullseye",
            component: "main",
            origin: "Debian",
            label: "Debian",
            archive: "oldoldstable",
            version: "11.11",
            holds: Holds::Main,
            valid_days: None,
        },
        List {
            uri: "http://mirror.example.net/debian-security",
            suite: "bullseye-security",
            component: "main",
            origin: "Debian",
            label: "Debian-Security",
            archive: "oldoldstable-security",
            version: "11",
            holds: Holds::Security,
            valid_days: None,
        },
    ],
    sources: SOURCES,
    kernels: &[Kernel {
        running: "5.10.0-{a}-amd64",
        version: "5.10.{n}-1",
        image: "linux-image-5.10.0-{a}-amd64",
        brings: &["linux-image-5.10.0-{a}-amd64"],
        metas: &["linux-image-amd64"],
        abi: (36, 1),
        upstream: (244, 5),
    }],
    kernel_every: 400,
    kernel_past: &[S(190.0), S(132.0), S(91.0)],
    restarts_services: false,
};

const SOURCES: &[Source] = &[
    source("openssl", &["libssl1.1", "openssl"], "1.1.1w-0+deb11u{}", 3)
        .past(&[S(160.0), S(93.0)])
        .every(400)
        .used_by(&["ssh.service", "postgresql@13-main.service"]),
    source("glibc", &["libc-bin", "libc6", "locales"], "2.31-13+deb11u{}", 12)
        .past(&[S(140.0)])
        .every(400)
        .used_by(&["ssh.service", "cron.service", "dbus.service"]),
    source(
        "openssh",
        &["openssh-client", "openssh-server", "openssh-sftp-server"],
        "1:8.4p1-5+deb11u{}",
        5,
    )
    .past(&[S(121.0)])
    .every(400)
    .unit("ssh.service"),
    source(
        "curl",
        &["curl", "libcurl3-gnutls", "libcurl4"],
        "7.74.0-1.3+deb11u{}",
        15,
    )
    .past(&[S(150.0), S(95.0)])
    .every(400),
    source("libxml2", &["libxml2"], "2.9.10+dfsg-6.7+deb11u{}", 8)
        .past(&[S(170.0), S(104.0)])
        .every(400),
    source("expat", &["libexpat1"], "2.2.10-2+deb11u{}", 7)
        .past(&[S(111.0)])
        .every(400),
    source("gnutls28", &["libgnutls30"], "3.7.1-5+deb11u{}", 8)
        .past(&[S(119.0)])
        .every(400),
    source(
        "python3.9",
        &[
            "libpython3.9-minimal",
            "libpython3.9-stdlib",
            "python3.9",
            "python3.9-minimal",
        ],
        "3.9.2-1+deb11u{}",
        4,
    )
    .past(&[S(97.0)])
    .every(400),
    source("sudo", &["sudo"], "1.9.5p2-3+deb11u{}", 2)
        .past(&[S(143.0)])
        .every(400),
    source("tzdata", &["tzdata"], "2026{l}-0+deb11u1", 1)
        .plain()
        .past(&[P(120.0)])
        .every(400),
    source(
        "postgresql-client-13",
        &["libpq5", "postgresql-client-13"],
        "13.{}-0+deb11u1",
        22,
    )
    .of(Part::Postgres)
    .with("postgresql-13")
    .past(&[S(189.0), S(98.0)])
    .every(400),
    source("postgresql-13", &["postgresql-13"], "13.{}-0+deb11u1", 22)
        .of(Part::Postgres)
        .past(&[S(189.0), S(98.0)])
        .every(400)
        .unit("postgresql@13-main.service"),
    source(
        "redis",
        &["redis-server", "redis-tools"],
        "5:6.0.16-1+deb11u{}",
        7,
    )
    .of(Part::Redis)
    .past(&[S(101.0)])
    .every(400)
    .unit("redis-server.service"),
];
