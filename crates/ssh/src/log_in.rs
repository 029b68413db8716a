//! Log-in by public key, and what the server said when it refused.

use crate::budget::Budget;
use crate::failure::failure;
use crate::handshake::Secured;
use crate::witness::{End, Seen, lost};
use model::Reach;
use russh::MethodSet;
use russh::client::AuthResult;
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use world::{Login, ShellError};

/// Logs in on a secured connection.
pub(crate) async fn log_in(
    secured: &mut Secured,
    login: &Login,
    budget: &mut Budget,
) -> Result<(), ShellError> {
    let key = PrivateKey::from_openssh(login.private_key.expose_secret()).map_err(|_| {
        failure(
            Reach::LoginRefused,
            "the stored key cannot be read; choose another key for this server",
        )
    })?;
    let key = Arc::new(key);
    let asked = budget
        .spend(Box::pin(authenticate(secured, login, Arc::clone(&key))))
        .await;
    match asked {
        Err(_) => Err(failure(
            Reach::TimedOut,
            "the server did not answer the log-in in time",
        )),
        Ok(Err(error)) => Err(lost_during(&secured.seen, &error).await),
        Ok(Ok(Asked::OnlySha1)) => Err(failure(
            Reach::LoginRefused,
            "the server takes RSA keys with SHA-1 signatures only; use an Ed25519 or ECDSA key",
        )),
        Ok(Ok(Asked::Answered(AuthResult::Success))) => Ok(()),
        Ok(Ok(Asked::Answered(AuthResult::Failure {
            remaining_methods,
            partial_success,
        }))) => Err(refused(secured, login, &key, &remaining_methods, partial_success).await),
    }
}

enum Asked {
    Answered(AuthResult),
    OnlySha1,
}

async fn authenticate(
    secured: &mut Secured,
    login: &Login,
    key: Arc<PrivateKey>,
) -> Result<Asked, russh::Error> {
    let hash = if key.algorithm().is_rsa() {
        match secured.handle.best_supported_rsa_hash().await? {
            Some(Some(hash)) => Some(hash),
            Some(None) => return Ok(Asked::OnlySha1),
            // The server does not say; every sshd since 2016 takes this one.
            None => Some(HashAlg::Sha512),
        }
    } else {
        None
    };
    let key = PrivateKeyWithHashAlg::new(key, hash);
    let answer = secured
        .handle
        .authenticate_publickey(login.user.as_str(), key)
        .await?;
    Ok(Asked::Answered(answer))
}

async fn refused(
    secured: &Secured,
    login: &Login,
    key: &PrivateKey,
    methods: &MethodSet,
    accepted_in_part: bool,
) -> ShellError {
    let user = &login.user;
    let fingerprint = key.fingerprint(HashAlg::Sha256);
    let names: Vec<&str> = methods.iter().map(Into::into).collect();
    let mut detail = if accepted_in_part {
        format!(
            "the key {fingerprint} is right for {user}, but the server also wants: {}",
            names.join(", ")
        )
    } else if names.is_empty() {
        // The library says the same when the connection ended instead of an answer.
        match secured.seen.end().await {
            Some(End::Disconnected(words)) => format!("the server ended the log-in of {user}: {words}"),
            Some(End::Lost(how)) => {
                return failure(
                    Reach::ConnectionLost,
                    format!("during the log-in of {user}: {how}"),
                );
            }
            Some(End::NoMethods) | None => {
                format!(
                    "the server did not accept {user} with the key {fingerprint}, and offers no other way"
                )
            }
        }
    } else {
        let names = names.join(", ");
        format!("the server did not accept {user} with the key {fingerprint}; it offers: {names}")
    };
    let banner = secured.seen.banner();
    if !banner.is_empty() {
        detail.push_str("; its banner: ");
        detail.push_str(&banner);
    }
    failure(Reach::LoginRefused, detail)
}

async fn lost_during(seen: &Seen, error: &russh::Error) -> ShellError {
    match seen.end().await {
        Some(End::Disconnected(words)) => failure(
            Reach::LoginRefused,
            format!("the server ended the log-in: {words}"),
        ),
        Some(End::NoMethods) => failure(Reach::LoginRefused, "the server offers no way to log in"),
        Some(End::Lost(how)) => failure(Reach::ConnectionLost, format!("during the log-in: {how}")),
        None => failure(
            Reach::ConnectionLost,
            format!("during the log-in: {}", lost(error)),
        ),
    }
}
