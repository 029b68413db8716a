//! First run, log-in, invitations.

use crate::support::{Drydock, PASSWORD, drydock};
use model::input::NewPerson;
use model::{ErrorCode, Role};
use secrecy::SecretString;
use usecases::Caller;

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[tokio::test]
async fn only_the_terminals_token_makes_the_first_admin_and_only_once() {
    let drydock = drydock().await;
    let caller = Caller::default();
    let token = drydock.usecases.first_run_token().await.unwrap().unwrap();
    let wrong = drydock
        .usecases
        .first_run(&caller, "guess".into(), "ada".into(), secret(PASSWORD))
        .await;
    assert_eq!(wrong.unwrap_err().kind(), ErrorCode::WrongToken);
    let short = drydock
        .usecases
        .first_run(&caller, token.clone(), "ada".into(), secret("short"))
        .await;
    assert_eq!(short.unwrap_err().kind(), ErrorCode::Invalid);
    drydock
        .usecases
        .first_run(&caller, token.clone(), "ada".into(), secret(PASSWORD))
        .await
        .unwrap();
    let again = drydock
        .usecases
        .first_run(&caller, token, "eve".into(), secret(PASSWORD))
        .await;
    assert_eq!(again.unwrap_err().kind(), ErrorCode::WrongToken);
    assert_eq!(drydock.usecases.first_run_token().await.unwrap(), None);
    assert!(drydock.usecases.setup_state().await.unwrap().has_admin);
}

#[tokio::test]
async fn a_log_in_does_not_say_which_part_was_wrong() {
    let drydock = drydock().await;
    drydock.admin().await;
    let caller = Caller::default();
    let unknown = drydock
        .usecases
        .log_in(&caller, "eve".into(), secret(PASSWORD))
        .await
        .unwrap_err();
    let wrong = drydock
        .usecases
        .log_in(&caller, "ada".into(), secret("wrong horse battery"))
        .await
        .unwrap_err();
    assert_eq!(unknown.into_public(), wrong.into_public());
    assert!(
        drydock
            .usecases
            .log_in(&caller, " ADA ".into(), secret(PASSWORD))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn guessing_is_slowed_down_even_for_the_right_password() {
    let drydock = drydock().await;
    drydock.admin().await;
    let caller = Caller::default();
    let mut last = None;
    for _ in 0..11 {
        last = drydock
            .usecases
            .log_in(&caller, "ada".into(), secret("wrong horse battery"))
            .await
            .err();
    }
    assert_eq!(last.unwrap().kind(), ErrorCode::TooMany);
    let right = drydock
        .usecases
        .log_in(&caller, "ada".into(), secret(PASSWORD))
        .await;
    assert_eq!(right.unwrap_err().kind(), ErrorCode::TooMany);
}

#[tokio::test]
async fn an_invitation_works_once_and_for_a_week() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let caller = Caller::default();
    let person = NewPerson {
        name: "lin".into(),
        role: Role::Lead,
    };
    let link = drydock.usecases.invite(&admin, person).await.unwrap();
    let token = link.path.strip_prefix("/join/").unwrap().to_owned();
    assert_eq!(
        drydock.usecases.invitation(&caller, &token).await.unwrap().name,
        "lin"
    );
    let lin = drydock
        .usecases
        .join(&caller, token.clone(), secret("a few plain words"))
        .await
        .unwrap();
    assert_eq!(
        drydock
            .usecases
            .log_in(&caller, "lin".into(), secret("a few plain words"))
            .await
            .unwrap(),
        lin
    );
    let again = drydock
        .usecases
        .join(&caller, token, secret("other plain words"))
        .await;
    assert_eq!(again.unwrap_err().kind(), ErrorCode::WrongToken);

    let late = drydock.usecases.invite_again(&admin, lin).await.unwrap();
    drydock.clock.pass(8 * 86_400);
    let token = late.path.strip_prefix("/join/").unwrap();
    assert_eq!(
        drydock
            .usecases
            .invitation(&caller, token)
            .await
            .unwrap_err()
            .kind(),
        ErrorCode::WrongToken
    );
}

#[tokio::test]
async fn who_is_switched_off_is_out_at_once_and_the_last_admin_cannot_be() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let caller = Caller::default();
    let id = admin.user.unwrap();
    let last = drydock.usecases.set_disabled(&admin, id, true).await;
    assert_eq!(last.unwrap_err().kind(), ErrorCode::Conflict);
    let link = drydock
        .usecases
        .invite(
            &admin,
            NewPerson {
                name: "lin".into(),
                role: Role::Admin,
            },
        )
        .await
        .unwrap();
    let token = link.path.strip_prefix("/join/").unwrap().to_owned();
    let lin = drydock
        .usecases
        .join(&caller, token, secret("a few plain words"))
        .await
        .unwrap();
    drydock.usecases.set_disabled(&admin, lin, true).await.unwrap();
    assert_eq!(drydock.usecases.actor(lin, &caller).await.unwrap(), None);
    let off = drydock
        .usecases
        .log_in(&caller, "lin".into(), secret("a few plain words"))
        .await;
    assert_eq!(off.unwrap_err().kind(), ErrorCode::WrongLogin);
    let names = drydock
        .usecases
        .people(&Drydock::somebody(Role::Viewer))
        .await
        .unwrap();
    assert_eq!(names.people.len(), 2);
}
