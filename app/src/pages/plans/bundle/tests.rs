#![allow(clippy::unwrap_used)]
use super::bundles;
use model::Timestamp;
use model::plan::{PackagePart, PlannedPackage, RebootForecast, RebootVerdict, ServerPlan};
use model::view::PlanServer;

fn server(number: u32, to: &str) -> PlanServer {
    PlanServer {
        wave: 0,
        stack: None,
        group: Some("web".into()),
        plan: ServerPlan {
            server: format!("01890a5d-ac96-774b-bcce-b302099a80{number:02}")
                .parse()
                .unwrap(),
            name: format!("web-{number}"),
            stack: None,
            group: None,
            seen_at: Timestamp::from_secs(i64::from(number)),
            simulated_at: None,
            draft: None,
            packages: vec![PlannedPackage {
                package: "openssl".into(),
                arch: "amd64".into(),
                from: Some("1".into()),
                to: to.into(),
                origins: vec!["Debian-Security:12/stable".into()],
                part: PackagePart::Security,
                download_bytes: None,
            }],
            removals: vec![],
            left: vec![],
            download_bytes: None,
            restarts: vec![],
            restarts_unknown: None,
            reboot: RebootForecast {
                verdict: RebootVerdict::NotExpected,
                reasons: vec![],
            },
            out_secs: 60,
            steps: vec![],
        },
    }
}

#[test]
fn servers_stand_together_while_the_same_is_done_on_them() {
    let all = [server(1, "2"), server(2, "3"), server(3, "2")];
    let all: Vec<&PlanServer> = all.iter().collect();
    let found = bundles(&all, |_| false);
    assert_eq!(found.len(), 2);
    assert_eq!(super::names(&found[0]), "web-1, web-3");
    // One that is asked for stands alone.
    assert_eq!(bundles(&all, |server| server.plan.name == "web-3").len(), 3);
}
