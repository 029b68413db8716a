//! Ubuntu 24.04, noble.

use super::source::Past::{self, P, S};
use super::source::{Distribution, Kernel, Part, Publisher, Source, source};
use super::ubuntu::ubuntu_lists;

pub(crate) const UBUNTU_24_04: Distribution = Distribution {
    id: "ubuntu",
    id_like: "debian",
    pretty_name: "Ubuntu 24.04.4 LTS",
    name: "Ubuntu",
    version: "24.04",
    codename: "noble",
    lists: &ubuntu_lists("24.04", ["noble", "noble-updates", "noble-security"]),
    sources: SOURCES,
    kernels: &[
        Kernel {
            running: "6.8.0-{a}-generic",
            version: "6.8.0-{a}.{n}",
            image: "linux-image-6.8.0-{a}-generic",
            brings: &[
                "linux-headers-6.8.0-{a}",
                "linux-headers-6.8.0-{a}-generic",
                "linux-image-6.8.0-{a}-generic",
                "linux-modules-6.8.0-{a}-generic",
                "linux-modules-extra-6.8.0-{a}-generic",
            ],
            metas: &["linux-generic", "linux-headers-generic", "linux-image-generic"],
            abi: (110, 3),
            upstream: (110, 3),
        },
        Kernel {
            running: "6.8.0-{a}-aws",
            version: "6.8.0-{a}.{n}",
            image: "linux-image-6.8.0-{a}-aws",
            brings: &[
                "linux-headers-6.8.0-{a}-aws",
                "linux-image-6.8.0-{a}-aws",
                "linux-modules-6.8.0-{a}-aws",
            ],
            metas: &["linux-aws", "linux-headers-aws", "linux-image-aws"],
            abi: (1052, 1),
            upstream: (55, 1),
        },
    ],
    kernel_every: 21,
    kernel_past: KERNEL,
    restarts_services: true,
};

const KERNEL: &[Past] = &[S(101.0), S(70.0), S(39.0), S(13.2)];

const SOURCES: &[Source] = &[
    source("openssl", &["libssl3t64", "openssl"], "3.0.13-0ubuntu3.{}", 7)
        .past(&[S(87.0), S(40.0), S(7.1)])
        .every(45)
        .used_by(&["ssh.service", "nginx.service", "dbus.service"]),
    source("glibc", &["libc-bin", "libc6", "locales"], "2.39-0ubuntu8.{}", 6)
        .past(&[S(76.0)])
        .every(90)
        .used_by(&["ssh.service", "dbus.service", "systemd-logind.service"]),
    source(
        "systemd",
        &[
            "libpam-systemd",
            "libsystemd0",
            "libudev1",
            "systemd",
            "systemd-resolved",
            "systemd-sysv",
            "udev",
        ],
        "255.4-1ubuntu8.{}",
        11,
    )
    .past(&[P(88.0), P(53.0), P(0.4)])
    .plain()
    .every(45)
    .used_by(&["systemd-journald.service", "systemd-logind.service"]),
    source(
        "openssh",
        &["openssh-client", "openssh-server", "openssh-sftp-server"],
        "1:9.6p1-3ubuntu13.{}",
        13,
    )
    .past(&[S(33.0)])
    .unit("ssh.service"),
    source(
        "curl",
        &["curl", "libcurl3t64-gnutls", "libcurl4t64"],
        "8.5.0-2ubuntu10.{}",
        7,
    )
    .past(&[S(36.0), S(5.1)]),
    source("expat", &["libexpat1"], "2.6.1-2ubuntu0.{}", 3).past(&[S(9.0)]),
    source("libxml2", &["libxml2"], "2.9.14+dfsg-1.3ubuntu3.{}", 5).past(&[S(80.0), S(16.0)]),
    source(
        "perl",
        &["libperl5.38t64", "perl", "perl-base", "perl-modules-5.38"],
        "5.38.2-3.2ubuntu0.{}",
        2,
    ),
    source(
        "python3.12",
        &[
            "libpython3.12-minimal",
            "libpython3.12-stdlib",
            "libpython3.12t64",
            "python3.12",
            "python3.12-minimal",
        ],
        "3.12.3-1ubuntu0.{}",
        9,
    )
    .past(&[S(49.0), S(8.3)]),
    source("sudo", &["sudo"], "1.9.15p5-3ubuntu5.24.04.{}", 1).every(140),
    source(
        "util-linux",
        &[
            "bsdutils",
            "libblkid1",
            "libmount1",
            "libuuid1",
            "mount",
            "util-linux",
        ],
        "2.39.3-9ubuntu6.{}",
        3,
    )
    .plain()
    .every(110),
    source("tzdata", &["tzdata"], "2026{l}-0ubuntu0.24.04", 2)
        .plain()
        .past(&[P(120.0), P(20.0)])
        .every(60),
    source("snapd", &["snapd"], "2.73+ubuntu24.04.{}", 1)
        .plain()
        .past(&[P(61.0), P(0.35)])
        .every(40)
        .unit("snapd.service"),
    source(
        "ubuntu-pro-client",
        &["ubuntu-pro-client", "ubuntu-pro-client-l10n"],
        "{}~24.04",
        36,
    )
    .plain()
    .past(&[P(70.0), P(1.1)])
    .every(60),
    source("nginx", &["nginx", "nginx-common"], "1.24.0-2ubuntu7.{}", 5)
        .of(Part::Nginx)
        .past(&[S(66.0), S(4.0)])
        .unit("nginx.service"),
    source(
        "postgresql-client-16",
        &["libpq5", "postgresql-client-16"],
        "16.{}-0ubuntu0.24.04.1",
        12,
    )
    .of(Part::Postgres)
    .with("postgresql-16")
    .past(&[S(97.0), S(7.7)])
    .every(91),
    source("postgresql-16", &["postgresql-16"], "16.{}-0ubuntu0.24.04.1", 12)
        .of(Part::Postgres)
        .past(&[S(97.0), S(7.7)])
        .every(91)
        .unit("postgresql@16-main.service"),
    source(
        "redis",
        &["redis-server", "redis-tools"],
        "5:7.0.15-1ubuntu0.24.04.{}",
        2,
    )
    .of(Part::Redis)
    .unit("redis-server.service"),
    source("nodejs", &["libnode109", "nodejs"], "18.19.1+dfsg-6ubuntu5.{}", 1).of(Part::Node),
    source(
        "ruby3.2",
        &["libruby3.2", "ruby3.2"],
        "3.2.3-1ubuntu0.24.04.{}",
        6,
    )
    .of(Part::Ruby),
    source("python-urllib3", &["python3-urllib3"], "2.0.7-1ubuntu0.{}", 3).of(Part::Python),
    source("jinja2", &["python3-jinja2"], "3.1.2-1ubuntu1.{}", 3).of(Part::Python),
    source(
        "docker-ce",
        &["docker-ce", "docker-ce-cli", "docker-ce-rootless-extras"],
        "5:28.{}.1-1~ubuntu.24.04~noble",
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
        "1.7.{}-1~ubuntu.24.04~noble",
        26,
    )
    .of(Part::Docker)
    .by(Publisher::Docker)
    .past(&[P(160.0), P(64.0)])
    .every(60)
    .unit("containerd.service"),
];
