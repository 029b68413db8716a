//! Accounts that operate, and may not use sudo as they must.

use crate::lab::lab;
use crate::look::{fail_to_see, probe, see, shell};
use model::{Account, Reach};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_sudo_is_told_what_sudo_said() {
    let Some(lab) = lab() else { return };
    let host = lab.take("sudo1").await;
    let key = lab.key("ed25519");
    let shell = shell();

    let nosudo = host.target_as("nosudo", &key);
    let missing = probe(&shell, &nosudo, Account::Operate).await.unwrap_err();
    assert_eq!(missing.reach, Reach::NoSudo);
    assert_eq!(missing.detail, "The server said: sudo: a password is required");
    let blind = fail_to_see(&shell, &nosudo).await;
    assert_eq!(blind.reach, Reach::NoSudo);
    assert_eq!(blind.detail, "sudo: a password is required");

    // A profile that prints on both streams hides nothing of that.
    let deploy = host.target(&key);
    assert!(see(&shell, &deploy).await.facts.as_root);
    host.run("mv /etc/sudoers.d/deploy /root/");
    for _ in 0..2 {
        let missing = probe(&shell, &deploy, Account::Operate).await.unwrap_err();
        assert_eq!(missing.reach, Reach::NoSudo, "{missing}");
        assert!(missing.detail.contains("sudo"), "{missing}");
        let blind = fail_to_see(&shell, &deploy).await;
        assert_eq!(blind.reach, Reach::NoSudo, "{blind:?}");
        assert!(blind.detail.contains("sudo"), "{blind:?}");
        // And where sudo is not installed at all.
        host.run("rm -f /usr/bin/sudo");
    }
}
