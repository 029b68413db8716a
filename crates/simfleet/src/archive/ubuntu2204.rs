//! Ubuntu 22.04, jammy.

use super::source::Past::{self, P, S};
use super::source::{Distribution, Kernel, Part, Publisher, Source, source};
use super::ubuntu::ubuntu_lists;

pub(crate) const UBUNTU_22_04: Distribution = Distribution {
    id: "ubuntu",
    id_like: "debian",
    pretty_name: "Ubuntu 22.04.5 LTS",
    name: "Ubuntu",
    version: "22.04",
    codename: "jammy",
    lists: &ubuntu_lists("22.04", ["jammy", "jammy-updates", "jammy-security"]),
    sources: SOURCES,
    kernels: &[
        Kernel {
            running: "5.15.0-{a}-generic",
            version: "5.15.0-{a}.{n}",
            image: "linux-image-5.15.0-{a}-generic",
            brings: &[
                "linux-headers-5.15.0-{a}",
                "linux-headers-5.15.0-{a}-generic",
                "linux-image-5.15.0-{a}-generic",
                "linux-modules-5.15.0-{a}-generic",
                "linux-modules-extra-5.15.0-{a}-generic",
            ],
            metas: &["linux-generic", "linux-headers-generic", "linux-image-generic"],
            abi: (171, 1),
            upstream: (181, 1),
        },
        Kernel {
            running: "5.15.0-{a}-aws",
            version: "5.15.0-{a}.{n}",
            image: "linux-image-5.15.0-{a}-aws",
            brings: &[
                "linux-headers-5.15.0-{a}-aws",
                "linux-image-5.15.0-{a}-aws",
                "linux-modules-5.15.0-{a}-aws",
            ],
            metas: &["linux-aws", "linux-headers-aws", "linux-image-aws"],
            abi: (1098, 1),
            upstream: (105, 1),
        },
    ],
    kernel_every: 21,
    kernel_past: KERNEL,
    restarts_services: true,
};

const KERNEL: &[Past] = &[S(101.0), S(70.0), S(39.0), S(13.2)];

const SOURCES: &[Source] = &[
    source("openssl", &["libssl3", "openssl"], "3.0.2-0ubuntu1.{}", 20)
        .past(&[S(87.0), S(40.0), S(7.1)])
        .every(45)
        .used_by(&["ssh.service", "nginx.service", "dbus.service"]),
    source("glibc", &["libc-bin", "libc6", "locales"], "2.35-0ubuntu3.{}", 11)
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
            "systemd-sysv",
            "udev",
        ],
        "249.11-0ubuntu3.{}",
        16,
    )
    .past(&[P(54.0)])
    .plain()
    .every(60)
    .used_by(&["systemd-journald.service", "systemd-logind.service"]),
    source(
        "openssh",
        &["openssh-client", "openssh-server", "openssh-sftp-server"],
        "1:8.9p1-3ubuntu0.{}",
        13,
    )
    .past(&[S(33.0)])
    .unit("ssh.service"),
    source(
        "curl",
        &["curl", "libcurl3-gnutls", "libcurl4"],
        "7.81.0-1ubuntu1.{}",
        20,
    )
    .past(&[S(36.0), S(5.1)]),
    source("expat", &["libexpat1"], "2.4.7-1ubuntu0.{}", 6).past(&[S(9.0)]),
    source("libxml2", &["libxml2"], "2.9.13+dfsg-1ubuntu0.{}", 8).past(&[S(80.0), S(16.0)]),
    source(
        "perl",
        &["libperl5.34", "perl", "perl-base", "perl-modules-5.34"],
        "5.34.0-3ubuntu1.{}",
        4,
    ),
    source(
        "python3.10",
        &[
            "libpython3.10-minimal",
            "libpython3.10-stdlib",
            "python3.10",
            "python3.10-minimal",
        ],
        "3.10.12-1~22.04.{}",
        11,
    )
    .past(&[S(49.0), S(8.3)]),
    source("sudo", &["sudo"], "1.9.9-1ubuntu2.{}", 5).every(140),
    source("tzdata", &["tzdata"], "2026{l}-0ubuntu0.22.04", 2)
        .plain()
        .past(&[P(120.0), P(20.0)])
        .every(60),
    source("snapd", &["snapd"], "2.73+ubuntu22.04.{}", 1)
        .plain()
        .past(&[P(61.0), P(0.35)])
        .every(40)
        .unit("snapd.service"),
    source(
        "nginx",
        &["libnginx-mod-http-geoip2", "nginx", "nginx-common"],
        "1.18.0-6ubuntu14.{}",
        7,
    )
    .of(Part::Nginx)
    .past(&[S(66.0), S(4.0)])
    .unit("nginx.service"),
    source(
        "postgresql-client-14",
        &["libpq5", "postgresql-client-14"],
        "14.{}-0ubuntu0.22.04.1",
        20,
    )
    .of(Part::Postgres)
    .with("postgresql-14")
    .past(&[S(97.0), S(7.7)])
    .every(91),
    source("postgresql-14", &["postgresql-14"], "14.{}-0ubuntu0.22.04.1", 20)
        .of(Part::Postgres)
        .past(&[S(97.0), S(7.7)])
        .every(91)
        .unit("postgresql@14-main.service"),
    source(
        "redis",
        &["redis-server", "redis-tools"],
        "5:6.0.16-1ubuntu1.{}",
        1,
    )
    .of(Part::Redis)
    .unit("redis-server.service"),
    source("nodejs", &["libnode72", "nodejs"], "12.22.9~dfsg-1ubuntu3.{}", 6).of(Part::Node),
    source("ruby3.0", &["libruby3.0", "ruby3.0"], "3.0.2-7ubuntu2.{}", 11).of(Part::Ruby),
    source(
        "python-urllib3",
        &["python3-urllib3"],
        "1.26.5-1~exp1ubuntu0.{}",
        3,
    )
    .of(Part::Python),
    source(
        "docker-ce",
        &["docker-ce", "docker-ce-cli", "docker-ce-rootless-extras"],
        "5:28.{}.1-1~ubuntu.22.04~jammy",
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
        "1.7.{}-1~ubuntu.22.04~jammy",
        26,
    )
    .of(Part::Docker)
    .by(Publisher::Docker)
    .past(&[P(160.0), P(64.0)])
    .every(60)
    .unit("containerd.service"),
];
