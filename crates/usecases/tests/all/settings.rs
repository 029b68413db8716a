//! Profiles, and what a stack's settings say about the work on its groups.

use crate::deploying::{security, shop};
use model::ErrorCode;
use model::options::{Ask, AskedFrom, Care, HealthCheck, Options, PROFILE_VERSION, Profile};
use model::view::PreviewAsked;

fn profile(name: &str, options: Options) -> Profile {
    Profile {
        v: PROFILE_VERSION,
        name: name.to_owned(),
        options,
    }
}

testdb::on_both! {
    async fn options_are_saved_under_a_name_and_fill_in_the_form(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        let u = &shop.drydock.usecases;
        let id = u.save_profile(&shop.lead, Some(shop.stack), profile("nightly", security())).await.unwrap();
        let everywhere = u.save_profile(&shop.lead, None, profile("nightly", Options { reboot: true, ..Options::default() })).await.unwrap();
        assert_ne!(id, everywhere);
        let form = u.deploy_form(&shop.lead, shop.stack, Some(id)).await.unwrap();
        assert_eq!((form.options.clone(), form.profile), (security(), Some(id)));
        let names: Vec<(&str, bool)> = form.profiles.iter().map(|it| (it.ticks.as_str(), it.everywhere)).collect();
        assert!(names.contains(&("Security upgrades, reboot if required", false)), "{names:?}");
        assert!(names.contains(&("Reboot if required", true)), "{names:?}");
        // The same name replaces.
        let again = u.save_profile(&shop.lead, Some(shop.stack), profile("Nightly", Options { canary: true, ..security() })).await.unwrap();
        assert_eq!(again, id);
        let form = u.deploy_form(&shop.lead, shop.stack, Some(id)).await.unwrap();
        assert!(form.options.canary);
        // The plan says which profile it is of, as long as it is.
        for (options, named) in [(form.options.clone(), Some("Nightly".to_owned())), (security(), None)] {
            shop.drydock.clock.pass(1);
            let asked = PreviewAsked { profile: Some(id), ..shop.asked(options) };
            let plan = u.preview(&shop.lead, asked).await.unwrap();
            assert_eq!(shop.page(plan).await.profile, named);
        }
        let bad = u.save_profile(&shop.lead, None, profile("", Options::default())).await.unwrap_err().into_public();
        let fields: Vec<&str> = bad.fields.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, ["name", "options.security"]);
        u.remove_profile(&shop.lead, id).await.unwrap();
        assert_eq!(u.stack(&shop.lead, shop.stack).await.unwrap().profiles.len(), 1);
        assert_eq!(u.deploy_form(&shop.lead, shop.stack, Some(id)).await.unwrap_err().kind(), ErrorCode::NotFound);
    }

    async fn a_groups_care_is_part_of_every_plan(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let old = shop.ready(security()).await;
        let group = u.stack(&shop.lead, shop.stack).await.unwrap().care.remove(0);
        assert_eq!((group.servers, group.min_in_service, &group.care), (2, None, &Care::default()));
        let health = |path: &str| Care {
            health: Some(HealthCheck {
                ask: Ask::Http { from: AskedFrom::Server, tls: false, host: None, port: 80, path: path.to_owned(), accept: vec![200] },
                timeout_secs: 5,
                wait_secs: 30,
            }),
            ..Care::default()
        };
        let bad = u.set_group_care(&shop.lead, group.group.0, Some(200_000), health("no slash")).await.unwrap_err().into_public();
        let fields: Vec<&str> = bad.fields.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, ["min_in_service", "health.path"]);
        u.set_group_care(&shop.lead, group.group.0, Some(1), health("/up")).await.unwrap();
        let group = u.stack(&shop.lead, shop.stack).await.unwrap().care.remove(0);
        assert_eq!((group.min_in_service, group.care), (Some(1), health("/up")));
        // A plan that was made without it is not run.
        shop.drydock.clock.pass(1);
        let answer = u.run_plan(&shop.lead, old.id, old.hash).await.unwrap();
        let model::view::RunNow::Changed(new) = answer else { panic!("{answer:?}") };
        let page = shop.page(new).await;
        let checks = page.servers[0].plan.steps.iter().filter(|step| step.check.is_some()).count();
        assert_eq!(checks, 2, "before and after");
    }
}
