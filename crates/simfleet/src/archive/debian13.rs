//! Debian 13, trixie.

use super::source::Past::{self, P, S};
use super::source::{Distribution, Holds, Kernel, List, Part, Publisher, Source, source};

pub(crate) const DEBIAN_13: Distribution = Distribution {
    id: "debian",
    id_like: "",
    pretty_name: "Debian GNU/Linux 13 (trixie)",
    name: "Debian GNU/Linux",
    version: "13",
    codename: "trixie",
    lists: &[
        List {
            uri: "http://mirror.example.net/debian",
            suite: "trixie",
            component: "main",
            origin: "Debian",
            label: "Debian",
            archive: "stable",
            version: "13.6",
            holds: Holds::Main,
            valid_days: None,
        },
        List {
            uri: "http://mirror.example.net/debian-security",
            suite: "trixie-security",
            component: "main",
            origin: "Debian",
            label: "Debian-Security",
            archive: "stable-security",
            version: "13",
            holds: Holds::Security,
            valid_days: Some(7),
        },
        List {
            uri: "http://mirror.example.net/docker",
            suite: "trixie",
            component: "stable",
            origin: "Docker",
            label: "Docker CE",
            archive: "trixie",
            version: "",
            holds: Holds::Docker,
            valid_days: None,
        },
    ],
    sources: SOURCES,
    kernels: &[
        Kernel {
            running: "6.12.{n}+deb13-amd64",
            version: "6.12.{n}-1",
            image: "linux-image-6.12.{n}+deb13-amd64",
            brings: &["linux-image-6.12.{n}+deb13-amd64"],
            metas: &["linux-image-amd64"],
            abi: (1, 1),
            upstream: (73, 5),
        },
        Kernel {
            running: "6.12.{n}+deb13-cloud-amd64",
            version: "6.12.{n}-1",
            image: "linux-image-6.12.{n}+deb13-cloud-amd64",
            brings: &["linux-image-6.12.{n}+deb13-cloud-amd64"],
            metas: &["linux-image-cloud-amd64"],
            abi: (1, 1),
            upstream: (73, 5),
        },
    ],
    kernel_every: 21,
    kernel_past: KERNEL,
    restarts_services: false,
};

const KERNEL: &[Past] = &[S(117.0), S(80.0), S(43.0), S(12.5)];

const SOURCES: &[Source] = &[
    source("openssl", &["libssl3t64", "openssl"], "3.5.{}-1~deb13u1", 4)
        .past(&[S(88.0), S(41.0), S(7.4)])
        .every(45)
        .used_by(&[
            "ssh.service",
            "nginx.service",
            "haproxy.service",
            "postgresql@17-main.service",
        ]),
    source("glibc", &["libc-bin", "libc6", "locales"], "2.41-12+deb13u{}", 1)
        .past(&[P(73.0)])
        .plain()
        .every(90)
        .used_by(&[
            "ssh.service",
            "cron.service",
            "nginx.service",
            "haproxy.service",
            "dbus.service",
        ]),
    source(
        "systemd",
        &[
            "libpam-systemd",
            "libsystemd0",
            "libudev1",
            "systemd",
            "systemd-sysv",
            "udev",
        ],
        "257.{}-1~deb13u1",
        9,
    )
    .past(&[P(128.0), P(73.0)])
    .plain()
    .every(80)
    .used_by(&["systemd-journald.service", "systemd-logind.service"]),
    source(
        "openssh",
        &["openssh-client", "openssh-server", "openssh-sftp-server"],
        "1:10.0p1-7+deb13u{}",
        1,
    )
    .past(&[S(24.0)])
    .every(80)
    .unit("ssh.service"),
    source(
        "curl",
        &["curl", "libcurl3t64-gnutls", "libcurl4t64"],
        "8.14.1-2+deb13u{}",
        2,
    )
    .past(&[S(37.0), S(5.3)]),
    source("gnutls28", &["libgnutls30t64"], "3.8.9-3+deb13u{}", 1),
    source("expat", &["libexpat1"], "2.7.1-2+deb13u{}", 1).past(&[S(9.1)]),
    source(
        "libxml2",
        &["libxml2"],
        "2.12.7+dfsg+really2.9.14-2.1+deb13u{}",
        1,
    )
    .past(&[S(81.0), S(16.5)]),
    source(
        "perl",
        &["libperl5.40", "perl", "perl-base", "perl-modules-5.40"],
        "5.40.1-6+deb13u{}",
        1,
    ),
    source(
        "python3.13",
        &[
            "libpython3.13-minimal",
            "libpython3.13-stdlib",
            "python3.13",
            "python3.13-minimal",
        ],
        "3.13.5-2+deb13u{}",
        1,
    )
    .past(&[S(50.0), S(8.6)]),
    source("sudo", &["sudo"], "1.9.16p2-3+deb13u{}", 1).every(140),
    source(
        "util-linux",
        &[
            "bsdutils",
            "libblkid1",
            "libmount1",
            "libsmartcols1",
            "libuuid1",
            "mount",
            "util-linux",
        ],
        "2.41-5+deb13u{}",
        1,
    )
    .every(150),
    source(
        "bind9",
        &["bind9-dnsutils", "bind9-host", "bind9-libs"],
        "1:9.20.{}-1~deb13u1",
        15,
    )
    .past(&[S(46.0), S(14.3)]),
    source("tzdata", &["tzdata"], "2026{l}-0+deb13u1", 2)
        .plain()
        .past(&[P(120.0), P(20.0)])
        .every(60),
    source("base-files", &["base-files"], "13.8+deb13u{}", 4)
        .plain()
        .past(&[P(128.0), P(73.0)])
        .every(90),
    source(
        "nginx",
        &["libnginx-mod-stream", "nginx", "nginx-common"],
        "1.26.3-3+deb13u{}",
        1,
    )
    .of(Part::Nginx)
    .past(&[S(67.0), S(4.2)])
    .every(60)
    .unit("nginx.service"),
    source("haproxy", &["haproxy"], "3.0.11-1+deb13u{}", 1)
        .of(Part::Haproxy)
        .past(&[S(39.0)])
        .every(110)
        .unit("haproxy.service"),
    source(
        "postgresql-client-17",
        &["libpq5", "postgresql-client-17"],
        "17.{}-0+deb13u1",
        9,
    )
    .of(Part::Postgres)
    .with("postgresql-17")
    .past(&[S(98.0), S(7.9)])
    .every(91),
    source("postgresql-17", &["postgresql-17"], "17.{}-0+deb13u1", 9)
        .of(Part::Postgres)
        .past(&[S(98.0), S(7.9)])
        .every(91)
        .unit("postgresql@17-main.service"),
    source("redis", &["redis-server", "redis-tools"], "5:8.0.2-3+deb13u{}", 1)
        .of(Part::Redis)
        .unit("redis-server.service"),
    source("nodejs", &["libnode115", "nodejs"], "20.19.2+dfsg-1+deb13u{}", 1).of(Part::Node),
    source("ruby3.3", &["libruby3.3", "ruby3.3"], "3.3.8-2+deb13u{}", 1).of(Part::Ruby),
    source("python-urllib3", &["python3-urllib3"], "2.3.0-3+deb13u{}", 1).of(Part::Python),
    source("linux-libc-dev", &["linux-libc-dev"], "6.12.{}-1", 86)
        .of(Part::Build)
        .every(21),
    source(
        "gcc-14",
        &["cpp-14", "g++-14", "gcc-14", "libgcc-14-dev"],
        "14.2.0-19+deb13u{}",
        1,
    )
    .of(Part::Build)
    .plain()
    .every(150),
    source(
        "docker-ce",
        &["docker-ce", "docker-ce-cli", "docker-ce-rootless-extras"],
        "5:28.{}.1-1~debian.13~trixie",
        2,
    )
    .of(Part::Docker)
    .by(Publisher::Docker)
    .past(&[P(160.0), P(102.0), P(44.0)])
    .every(40)
    .unit("docker.service"),
    source(
        "containerd.io",
        &["containerd.io"],
        "1.7.{}-1~debian.13~trixie",
        26,
    )
    .of(Part::Docker)
    .by(Publisher::Docker)
    .past(&[P(160.0), P(64.0)])
    .every(60)
    .unit("containerd.service"),
];
