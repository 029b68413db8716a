//! Debian 12, bookworm.

use super::source::Past::{self, P, S};
use super::source::{Distribution, Holds, Kernel, List, Part, Publisher, Source, source};

pub(crate) const DEBIAN_12: Distribution = Distribution {
    id: "debian",
    id_like: "",
    pretty_name: "Debian GNU/Linux 12 (bookworm)",
    name: "Debian GNU/Linux",
    version: "12",
    codename: "bookworm",
    lists: &[
        List {
            uri: "http://mirror.example.net/debian",
            suite: "bookworm",
            component: "main",
            origin: "Debian",
            label: "Debian",
            archive: "oldstable",
            version: "12.13",
            holds: Holds::Main,
            valid_days: None,
        },
        List {
            uri: "http://mirror.example.net/debian-security",
            suite: "bookworm-security",
            component: "main",
            origin: "Debian",
            label: "Debian-Security",
            archive: "oldstable-security",
            version: "12",
            holds: Holds::Security,
            valid_days: Some(7),
        },
        List {
            uri: "http://mirror.example.net/docker",
            suite: "bookworm",
            component: "stable",
            origin: "Docker",
            label: "Docker CE",
            archive: "bookworm",
            version: "",
            holds: Holds::Docker,
            valid_days: None,
        },
    ],
    sources: SOURCES,
    kernels: &[
        Kernel {
            running: "6.1.0-{a}-amd64",
            version: "6.1.{n}-1",
            image: "linux-image-6.1.0-{a}-amd64",
            brings: &["linux-image-6.1.0-{a}-amd64"],
            metas: &["linux-image-amd64"],
            abi: (51, 1),
            upstream: (170, 5),
        },
        Kernel {
            running: "6.1.0-{a}-cloud-amd64",
            version: "6.1.{n}-1",
            image: "linux-image-6.1.0-{a}-cloud-amd64",
            brings: &["linux-image-6.1.0-{a}-cloud-amd64"],
            metas: &["linux-image-cloud-amd64"],
            abi: (51, 1),
            upstream: (170, 5),
        },
    ],
    kernel_every: 24,
    kernel_past: KERNEL,
    restarts_services: false,
};

const KERNEL: &[Past] = &[S(128.0), S(96.0), S(63.0), S(34.0), S(11.0)];

const SOURCES: &[Source] = &[
    source("openssl", &["libssl3", "openssl"], "3.0.{}-1~deb12u2", 18)
        .past(&[S(133.0), S(88.0), S(41.0), S(7.4)])
        .every(45)
        .used_by(&[
            "ssh.service",
            "nginx.service",
            "haproxy.service",
            "postgresql@15-main.service",
            "redis-server.service",
        ]),
    source("glibc", &["libc-bin", "libc6", "locales"], "2.36-9+deb12u{}", 12)
        .past(&[P(151.0), P(58.0)])
        .plain()
        .every(90)
        .used_by(&[
            "ssh.service",
            "cron.service",
            "nginx.service",
            "systemd-journald.service",
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
        "252.{}-1~deb12u1",
        36,
    )
    .past(&[P(151.0), P(95.0), P(58.0)])
    .plain()
    .every(80)
    .used_by(&["systemd-journald.service", "systemd-logind.service"]),
    source(
        "openssh",
        &["openssh-client", "openssh-server", "openssh-sftp-server"],
        "1:9.2p1-2+deb12u{}",
        7,
    )
    .past(&[S(110.0), P(58.0), S(24.0)])
    .every(80)
    .unit("ssh.service"),
    source(
        "curl",
        &["curl", "libcurl3-gnutls", "libcurl4"],
        "7.88.1-10+deb12u{}",
        12,
    )
    .past(&[S(92.0), S(37.0), S(5.3)]),
    source("gnutls28", &["libgnutls30"], "3.7.9-2+deb12u{}", 5).used_by(&["rsyslog.service"]),
    source(
        "krb5",
        &[
            "krb5-locales",
            "libgssapi-krb5-2",
            "libk5crypto3",
            "libkrb5-3",
            "libkrb5support0",
        ],
        "1.20.1-2+deb12u{}",
        3,
    )
    .used_by(&["ssh.service"]),
    source("expat", &["libexpat1"], "2.5.0-1+deb12u{}", 3).past(&[S(72.0), S(9.1)]),
    source("libxml2", &["libxml2"], "2.9.14+dfsg-1.3~deb12u{}", 4).past(&[S(81.0), S(16.5)]),
    source("libxslt", &["libxslt1.1"], "1.1.35-1+deb12u{}", 2).every(110),
    source(
        "perl",
        &["libperl5.36", "perl", "perl-base", "perl-modules-5.36"],
        "5.36.0-7+deb12u{}",
        2,
    )
    .past(&[S(105.0), S(12.2)]),
    source(
        "python3.11",
        &[
            "libpython3.11-minimal",
            "libpython3.11-stdlib",
            "python3.11",
            "python3.11-minimal",
        ],
        "3.11.2-6+deb12u{}",
        6,
    )
    .past(&[S(118.0), S(50.0), S(8.6)]),
    source("xz-utils", &["liblzma5", "xz-utils"], "5.4.1-1+deb12u{}", 1).every(200),
    source("sudo", &["sudo"], "1.9.13p3-1+deb12u{}", 2).every(140),
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
        "2.38.1-5+deb12u{}",
        2,
    )
    .every(150),
    source("rsync", &["rsync"], "3.2.7-1+deb12u{}", 3).every(120),
    source("rsyslog", &["rsyslog"], "8.2302.0-1+deb12u{}", 1)
        .every(260)
        .unit("rsyslog.service"),
    source(
        "bind9",
        &["bind9-dnsutils", "bind9-host", "bind9-libs"],
        "1:9.18.{}-1~deb12u1",
        44,
    )
    .past(&[S(99.0), S(46.0), S(14.3)]),
    source("git", &["git", "git-man"], "1:2.39.5-0+deb12u{}", 2).every(120),
    source("vim", &["vim-common", "vim-tiny"], "2:9.0.1378-2+deb12u{}", 2).every(160),
    source("tzdata", &["tzdata"], "2026{l}-0+deb12u1", 2)
        .plain()
        .past(&[P(120.0), P(20.0)])
        .every(60),
    source("base-files", &["base-files"], "12.4+deb12u{}", 12)
        .plain()
        .past(&[P(151.0), P(58.0)])
        .every(90),
    source("ca-certificates", &["ca-certificates"], "20250419~deb12u{}", 1).every(200),
    source(
        "intel-microcode",
        &["intel-microcode"],
        "3.20260{}12.1~deb12u1",
        4,
    )
    .every(100),
    source(
        "nginx",
        &[
            "libnginx-mod-http-geoip2",
            "libnginx-mod-stream",
            "nginx",
            "nginx-common",
        ],
        "1.22.1-9+deb12u{}",
        7,
    )
    .of(Part::Nginx)
    .past(&[S(120.0), S(67.0), S(4.2)])
    .every(60)
    .unit("nginx.service"),
    source("haproxy", &["haproxy"], "2.6.12-1+deb12u{}", 2)
        .of(Part::Haproxy)
        .every(110)
        .unit("haproxy.service"),
    source(
        "postgresql-client-15",
        &["libpq5", "postgresql-client-15"],
        "15.{}-0+deb12u1",
        17,
    )
    .of(Part::Postgres)
    .with("postgresql-15")
    .past(&[S(189.0), S(98.0), S(7.9)])
    .every(91),
    source("postgresql-15", &["postgresql-15"], "15.{}-0+deb12u1", 17)
        .of(Part::Postgres)
        .past(&[S(189.0), S(98.0), S(7.9)])
        .every(91)
        .unit("postgresql@15-main.service"),
    source(
        "redis",
        &["redis-server", "redis-tools"],
        "5:7.0.15-1~deb12u{}",
        7,
    )
    .of(Part::Redis)
    .past(&[S(101.0), S(31.0)])
    .unit("redis-server.service"),
    source("nodejs", &["libnode108", "nodejs"], "18.20.4+dfsg-1~deb12u{}", 1)
        .of(Part::Node)
        .every(75),
    source("ruby3.1", &["libruby3.1", "ruby3.1"], "3.1.2-7+deb12u{}", 1)
        .of(Part::Ruby)
        .every(100),
    source("python-urllib3", &["python3-urllib3"], "1.26.12-1+deb12u{}", 2)
        .of(Part::Python)
        .every(110),
    source("jinja2", &["python3-jinja2"], "3.1.2-1+deb12u{}", 2)
        .of(Part::Python)
        .every(130),
    source(
        "imagemagick",
        &["imagemagick", "imagemagick-6.q16", "libmagickcore-6.q16-6"],
        "8:6.9.11.60+dfsg-1.6+deb12u{}",
        10,
    )
    .of(Part::Ruby)
    .past(&[S(84.0), S(60.0), S(29.0), S(6.1)])
    .every(30),
    source("linux-libc-dev", &["linux-libc-dev"], "6.1.{}-1", 180)
        .of(Part::Build)
        .every(24),
    source(
        "docker-ce",
        &["docker-ce", "docker-ce-cli", "docker-ce-rootless-extras"],
        "5:28.{}.1-1~debian.12~bookworm",
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
        "1.7.{}-1~debian.12~bookworm",
        26,
    )
    .of(Part::Docker)
    .by(Publisher::Docker)
    .past(&[P(160.0), P(64.0)])
    .every(60)
    .unit("containerd.service"),
];
