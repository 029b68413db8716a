//! What the lab phases to 0 % is deferred on every machine, whatever apt draws there.

use crate::lab::lab;

/// With this machine id, apt 2.6 draws 0 for version 1.1-1 of `lab-phased`, and 0 does not exceed 0 %.
const LUCKY: &str = "edd756a6fe2d46058a5890d8e55619b6";

#[tokio::test(flavor = "multi_thread")]
async fn no_machine_id_gets_what_is_phased_to_nothing() {
    let Some(lab) = lab() else { return };
    let host = lab.visit("root1").await;
    let upgrades = |options: &str| {
        let simulated = host.run(&format!(
            "apt-get -s -q -o Debug::NoLocking=1 -o APT::Machine-ID={LUCKY} {options} dist-upgrade"
        ));
        assert!(simulated.contains("\nInst labweb "), "{simulated}");
        simulated.contains("\nInst lab-phased ")
    };
    assert!(upgrades("-o APT::Get::Never-Include-Phased-Updates=false"));
    assert!(!upgrades(""));
}
