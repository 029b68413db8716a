//! A new C library on a server that tells needrestart to restart everything by itself.

use super::worker::{Worker, folder, unit};
use crate::lab::lab;
use model::{Upgrade, Work};

/// Makes this machine's own libc6 again under a higher version and offers it in a repository of its own, so that a real
/// libc with its real scripts is upgraded.
const NEWER_LIBC: &str = r#"
architecture=$(dpkg --print-architecture)
tree=$(mktemp -d)
dpkg -L libc6 | while read -r path; do
  if [ -d "$path" ]; then mkdir -p "$tree$path"; elif [ -e "$path" ]; then cp -a "$path" "$tree$path"; fi
done
mkdir "$tree/DEBIAN"
for file in /var/lib/dpkg/info/libc6:$architecture.*; do
  name=${file##*.}
  case $name in list | md5sums) ;; *) cp -a "$file" "$tree/DEBIAN/$name" ;; esac
done
dpkg-query -s libc6 | sed -e '/^Status:/d' -e '/^Conffiles:/,/^ /d' -e 's/^Version: .*/&+lab1/' >"$tree/DEBIAN/control"
mkdir -p /srv/libc
cd /srv/libc
dpkg-deb --root-owner-group -Znone --build "$tree" libc6.deb >/dev/null
{
  cat "$tree/DEBIAN/control"
  printf 'Filename: ./libc6.deb\nSize: %s\nSHA256: %s\n' "$(stat -c %s libc6.deb)" "$(sha256sum <libc6.deb | cut -d' ' -f1)"
} >Packages
echo 'deb [trusted=yes] file:/srv/libc ./' >/etc/apt/sources.list.d/libc.list
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_libc_restarts_nothing_by_itself_where_needrestart_is_told_to() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    host.run(NEWER_LIBC);
    host.run(
        "mkdir -p /etc/needrestart/conf.d; echo '$nrconf{restart} = \"a\";' >/etc/needrestart/conf.d/a.conf",
    );
    // When each service was started; that of the step itself is looked at on its own.
    let services = "systemctl show -p Id -p InvocationID labweb labworker ssh cron dbus systemd-journald";
    let started = host.run(services);
    let transaction = worker.simulate(Upgrade::Upgrade, &["libc6"], &[]).await;
    let planned: Vec<_> = transaction
        .changes
        .iter()
        .map(|change| change.package.as_str())
        .collect();
    assert_eq!(planned, ["libc6"]);
    let install = Work::Install(transaction.install(Upgrade::Upgrade, 60));
    let (code, said) = worker.carry_out(&host, 1, install).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Setting up libc6"), "{said}");
    assert!(host.run("dpkg-query -W -f '${Version}' libc6").ends_with("+lab1"));
    assert_eq!(host.run(services), started, "nothing was restarted: {said}");
    // systemd kept the step's unit from its start to its end.
    let ran = host.run(&format!(
        "systemctl show -p Result -p ExecMainStatus -p NRestarts {}",
        unit(1)
    ));
    assert_eq!(ran, "Result=success\nNRestarts=0\nExecMainStatus=0\n");
    assert!(host.holds(&format!("test \"$(cat {}/exit)\" = 0", folder(1))));

    // There was reason to: without Drydock's word, needrestart restarts them at once.
    let listed = host.run("needrestart -b -l 2>/dev/null | grep NEEDRESTART-SVC");
    assert!(listed.contains("labworker.service"), "{listed}");
    host.run("DEBIAN_FRONTEND=noninteractive needrestart >/dev/null 2>&1");
    assert_ne!(host.run(services), started);
}
