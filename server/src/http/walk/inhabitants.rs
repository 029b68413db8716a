//! Who and what is there: people of every role, and things that could be lost.

use model::input::{NewPerson, NewServer, NewStack, StackChoice};
use model::options::{Options, PROFILE_VERSION, Profile};
use model::{Account, Criticality, KeyAlgorithm, ROLES, Role, UserId};
use secrecy::SecretString;
use std::collections::BTreeMap;
use usecases::{Actor, Caller, Usecases};

/// One person of each role.
pub(super) async fn people(usecases: &Usecases) -> BTreeMap<Role, UserId> {
    let caller = Caller::default();
    let password = || SecretString::from("correct horse battery");
    let token = usecases.first_run_token().await.unwrap().unwrap();
    let admin = usecases.first_run(&caller, token, "ada".to_owned(), password());
    let admin = admin.await.unwrap();
    let actor = usecases.actor(admin, &caller).await.unwrap().unwrap();
    let mut people = BTreeMap::from([(Role::Admin, admin)]);
    for role in ROLES.into_iter().filter(|role| *role != Role::Admin) {
        let name = format!("some-{role}");
        let link = usecases.invite(&actor, NewPerson { name, role }).await.unwrap();
        let token = link.path.rsplit('/').next().unwrap().to_owned();
        people.insert(role, usecases.join(&caller, token, password()).await.unwrap());
    }
    people
}

/// A stack with a server, a key and a profile; gives what stands for the words in capitals in the table.
pub(super) async fn something_to_lose(
    usecases: &Usecases,
    admin: &Actor,
    people: &BTreeMap<Role, UserId>,
) -> Vec<(&'static str, String)> {
    let stack = NewStack {
        name: "shop".to_owned(),
        environment: "production".to_owned(),
        criticality: Criticality::Normal,
        owner: None,
    };
    let stack = usecases.create_stack(admin, stack).await.unwrap();
    let key = usecases.generate_key(admin, "main".to_owned(), KeyAlgorithm::Ed25519);
    let key = key.await.unwrap();
    let server = NewServer {
        name: "web-1".to_owned(),
        host: "192.0.2.1".to_owned(),
        port: 22,
        user: "root".to_owned(),
        account: Account::Operate,
        key: Some(key),
        jump: None,
        stack: Some(StackChoice::Named("shop".to_owned())),
        group: Some("web".to_owned()),
        criticality: Criticality::Normal,
        known_hosts: None,
    };
    let server = usecases.add_server(admin, server).await.unwrap();
    let profile = Profile {
        v: PROFILE_VERSION,
        name: "nightly".to_owned(),
        options: Options {
            reboot: true,
            ..Options::default()
        },
    };
    let profile = usecases.save_profile(admin, Some(stack), profile).await.unwrap();
    let page = usecases.stack(admin, stack).await.unwrap();
    vec![
        ("STACK", stack.to_string()),
        ("SERVER", server.to_string()),
        ("KEY", key.to_string()),
        ("GROUP", page.care[0].group.0.to_string()),
        ("PROFILE", profile.to_string()),
        ("PERSON", people[&Role::Viewer].to_string()),
        ("NOTHING", "01890a5d-ac96-774b-bcce-b302099a8057".to_owned()),
    ]
}
