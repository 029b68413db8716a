//! Sessions: tower-sessions over our own store, and the actor behind each request.

use super::AppState;
use super::client::ClientAddress;
use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use model::{ErrorCode, Timestamp, UserId};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error as SessionError, Result as SessionResult};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};
use usecases::{Actor, Caller, Error, SessionPort};

/// The key in a session's data that holds whose it is.
const USER: &str = "user";
/// A session that is not used for a week ends.
const IDLE: Duration = Duration::from_secs(7 * 86_400);

/// Sessions in Drydock's database. Only a digest of each id is kept.
#[derive(Debug, Clone)]
pub(super) struct Sessions(Store);

impl Sessions {
    pub(super) const fn new(store: Store) -> Self {
        Self(store)
    }
}

/// The layer that finds each request's session.
pub(super) fn layer(store: Store, secure: bool) -> SessionManagerLayer<Sessions> {
    let idle = tower_sessions::cookie::time::Duration::try_from(IDLE).unwrap_or_default();
    SessionManagerLayer::new(Sessions(store))
        .with_name("drydock")
        .with_http_only(true)
        // Lax: a link in a mail opens the page it names; nothing changes state by GET.
        .with_same_site(SameSite::Lax)
        .with_secure(secure)
        .with_expiry(Expiry::OnInactivity(idle))
}

fn user_of(record: &Record) -> Option<UserId> {
    record
        .data
        .get(USER)
        .and_then(|value| value.as_str())
        .and_then(|text| text.parse().ok())
}

fn until(record: &Record) -> Timestamp {
    let micros = record.expiry_date.unix_timestamp_nanos() / 1_000;
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

fn backend(error: impl std::fmt::Display) -> SessionError {
    SessionError::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> SessionResult<()> {
        loop {
            let data = serde_json::to_string(&record.data)
                .map_err(|error| SessionError::Encode(error.to_string()))?;
            let made = self
                .0
                .create_session(&record.id.to_string(), user_of(record), data, until(record))
                .await;
            if made.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> SessionResult<()> {
        let data =
            serde_json::to_string(&record.data).map_err(|error| SessionError::Encode(error.to_string()))?;
        let id = record.id.to_string();
        self.0
            .save_session(&id, user_of(record), data, until(record))
            .await
            .map_err(backend)
    }

    async fn load(&self, id: &Id) -> SessionResult<Option<Record>> {
        let now = Timestamp::from_micros(
            i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX),
        );
        let Some(stored) = self.0.load_session(&id.to_string(), now).await.map_err(backend)? else {
            return Ok(None);
        };
        let data =
            serde_json::from_str(&stored.data).map_err(|error| SessionError::Decode(error.to_string()))?;
        let expiry_date =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(stored.expires_at.micros()) * 1_000)
                .map_err(|error| SessionError::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> SessionResult<()> {
        self.0.delete_session(&id.to_string()).await.map_err(backend)
    }
}

/// The session of one request, for use-cases that begin or end it.
pub(super) struct RequestSession(pub(super) Session);

#[async_trait]
impl SessionPort for RequestSession {
    async fn start(&self, user: UserId) -> Result<(), Error> {
        // A new id at log-in: whoever knew the old one gains nothing.
        self.0.cycle_id().await.map_err(Error::internal)?;
        self.0
            .insert(USER, user.to_string())
            .await
            .map_err(Error::internal)?;
        self.0.save().await.map_err(Error::internal)
    }

    async fn end(&self) -> Result<(), Error> {
        self.0.flush().await.map_err(Error::internal)
    }
}

/// Puts the [`Caller`] into every request, and the [`Actor`] into those of somebody who is logged in.
pub(super) async fn find_actor(
    State(state): State<AppState>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let from = request
        .extensions()
        .get::<ClientAddress>()
        .map(|address| address.0);
    let caller = Caller { from };
    request.extensions_mut().insert(caller);
    match actor_of(&state, &session, &caller).await {
        Ok(Some(actor)) => {
            request.extensions_mut().insert(actor);
        }
        Ok(None) => {}
        Err(error) => {
            let public = error.into_public();
            let status =
                StatusCode::from_u16(public.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, public.code.sentence()).into_response();
        }
    }
    next.run(request).await
}

async fn actor_of(state: &AppState, session: &Session, caller: &Caller) -> Result<Option<Actor>, Error> {
    let stored = session.get::<String>(USER).await;
    let user = match stored {
        Ok(user) => user.and_then(|text| text.parse().ok()),
        Err(error) => {
            tracing::error!(%error, "a session cannot be read");
            return Err(Error::code(ErrorCode::Unavailable));
        }
    };
    match user {
        Some(user) => state.usecases.actor(user, caller).await,
        None => Ok(None),
    }
}

/// Who the session belongs to right now, asked anew of the database: for streams that stay open.
pub(super) async fn actor_now(state: &AppState, session: &Session) -> Result<Option<Actor>, Error> {
    let Some(id) = session.id() else { return Ok(None) };
    let fresh = Session::new(Some(id), Arc::clone(&state.sessions), None);
    actor_of(state, &fresh, &Caller::default()).await
}
