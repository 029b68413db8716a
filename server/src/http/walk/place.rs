//! The place that is walked: the real router over a real database in which there is something to lose, people of every
//! role, and what they ask.

use super::doors::{Ask, Door};
use super::inhabitants::{people, something_to_lose};
use crate::config::Config;
use crate::http::sessions::Sessions;
use axum::Router;
use axum::body::{Body, Bytes};
use http::{HeaderMap, Request, StatusCode, header};
use model::{ErrorCode, PublicError, Role, UserId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use testdb::TestStore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tower_sessions::SessionStore as _;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use usecases::{Caller, Settings, Usecases};
use world::SystemClock;

/// What a browser says that posts from one of Drydock's own pages.
pub(super) const OWN_PAGE: &[(&str, &str)] = &[("sec-fetch-site", "same-origin")];

/// How long an answer may take that is never to be waited for in vain.
const DEADLINE: Duration = Duration::from_secs(120);

/// A Drydock with a stack, a server, a key, a profile, and people.
pub(super) struct Place {
    pub(super) router: Router,
    db: TestStore,
    people: BTreeMap<Role, UserId>,
    /// What stands for the words in capitals in the table.
    ids: Vec<(&'static str, String)>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// The body, where it is text.
    pub(super) text: String,
    /// The body, where it is a refused call.
    pub(super) error: Option<PublicError>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let begins: String = self.text.chars().take(120).collect();
        let to = self.headers.get(header::LOCATION);
        write!(f, "{}, to {to:?}, {:?}, {begins:?}", self.status, self.error)
    }
}

impl Answer {
    /// Whether it says that nobody is logged in, or that the role does not allow it.
    pub(super) fn is_refused(&self) -> bool {
        let codes = [ErrorCode::NotLoggedIn, ErrorCode::NotAllowed];
        match &self.error {
            Some(error) => codes.contains(&error.code),
            None => self.leads_to_log_in() || codes.iter().any(|code| self.text.contains(code.sentence())),
        }
    }

    /// Whether it is 401 with its sentence, or leads to the log-in.
    pub(super) fn is_turned_away(&self) -> bool {
        let says_so = match &self.error {
            Some(error) => error.code == ErrorCode::NotLoggedIn,
            None => self.text == ErrorCode::NotLoggedIn.sentence(),
        };
        self.leads_to_log_in() || self.status == StatusCode::UNAUTHORIZED && says_so
    }

    fn leads_to_log_in(&self) -> bool {
        let to = self.headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
        self.status == StatusCode::FOUND
            && to.is_some_and(|to| to == "/login" || to.starts_with("/login?next="))
    }

    /// The cookies it sets.
    pub(super) fn cookies(&self) -> impl Iterator<Item = &str> {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter();
        cookies.filter_map(|cookie| cookie.to_str().ok())
    }
}

impl Place {
    pub(super) async fn over(db: TestStore) -> Self {
        let settings = Settings {
            demo: false,
            version: "test".to_owned(),
            scan_every_secs: 3_600,
            refresh_lists_after_secs: 43_200,
        };
        let usecases = Usecases::new(
            db.handle(),
            Arc::new(SystemClock),
            Arc::new(ssh::SshKeys),
            settings,
        );
        let usecases = Arc::new(usecases.unwrap());
        let people = people(&usecases).await;
        let admin = usecases.actor(people[&Role::Admin], &Caller::default()).await;
        let ids = something_to_lose(&usecases, &admin.unwrap().unwrap(), &people).await;
        let router = crate::http::router(
            &Config::default(),
            usecases,
            db.handle(),
            CancellationToken::new(),
        );
        Self {
            router: router.unwrap(),
            db,
            people,
            ids,
        }
    }

    /// A fresh session of the person with `role`, as a cookie.
    pub(super) async fn session(&self, role: Role) -> String {
        let mut record = Record {
            id: Id::default(),
            data: [("user".to_owned(), self.people[&role].to_string().into())].into(),
            expiry_date: OffsetDateTime::now_utc() + Duration::from_secs(3_600),
        };
        Sessions::new(self.db.handle()).create(&mut record).await.unwrap();
        format!("drydock={}", record.id)
    }

    /// Goes through a door. `browser`: as a form does without scripts, or as a page is opened.
    pub(super) async fn ask(
        &self,
        door: &Door,
        session: Option<&str>,
        browser: bool,
        from: &[(&str, &str)],
    ) -> Answer {
        let (media_type, body) = match &door.ask {
            Ask::Page => (None, Vec::new()),
            Ask::Form(form) => (
                Some("application/x-www-form-urlencoded"),
                self.filled(form).into_bytes(),
            ),
            Ask::Call(packed) => (Some("application/octet-stream"), packed.clone()),
        };
        let accept = if browser || matches!(door.ask, Ask::Page) {
            "text/html"
        } else {
            "application/octet-stream"
        };
        let mut request = Request::builder()
            .method(door.method)
            .uri(self.filled(&in_braces_filled(door.route)))
            .header(header::ACCEPT, accept);
        for (name, value) in session
            .iter()
            .map(|it| ("cookie", *it))
            .chain(from.iter().copied())
        {
            request = request.header(name, value);
        }
        if let Some(media_type) = media_type {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        self.answer(request.body(Body::from(body)).unwrap()).await
    }

    /// Posts any body to a door, with the ids of what is there in it.
    pub(super) async fn post(
        &self,
        door: &Door,
        session: Option<&str>,
        media_type: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        let body = match String::from_utf8(body) {
            Ok(text) => self.filled(&text).into_bytes(),
            Err(bytes) => bytes.into_bytes(),
        };
        let mut request = Request::builder()
            .method("POST")
            .uri(door.route)
            .header("sec-fetch-site", "same-origin");
        let media_type = media_type.map(|it| ("content-type", it));
        for (name, value) in session.map(|it| ("cookie", it)).into_iter().chain(media_type) {
            request = request.header(name, value);
        }
        self.answer(request.body(Body::from(body)).unwrap()).await
    }

    /// Asks for a route that is posted to in a way that only looks, with the form in the address.
    pub(super) async fn look(&self, method: &str, door: &Door, session: &str) -> (StatusCode, HeaderMap) {
        let form = match &door.ask {
            Ask::Form(form) => self.filled(form),
            _ => String::new(),
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}?{form}", door.route))
            .header(header::COOKIE, session)
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty());
        let answer = self.answer(request.unwrap()).await;
        (answer.status, answer.headers)
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = tokio::time::timeout(DEADLINE, self.answer_at_last(request)).await;
        answer.unwrap_or_else(|_| panic!("{asked} had no end"))
    }

    async fn answer_at_last(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A live stream does not end.
        let streams = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|it| it == "text/event-stream");
        let body = if streams {
            Bytes::new()
        } else {
            axum::body::to_bytes(body, 16 << 20).await.unwrap()
        };
        let refused = parts.status.is_client_error() || parts.status.is_server_error();
        Answer {
            status: parts.status,
            headers: parts.headers,
            error: app::unpack::<PublicError>(&body).ok().filter(|_| refused),
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (word, id): &(&str, String)| text.replace(word, id);
        self.ids.iter().fold(text.to_owned(), fill)
    }
}

/// What every table holds, but for sessions: their end moves with every request.
pub(super) async fn contents(place: &Place) -> BTreeMap<String, String> {
    let mut contents = place.db.contents().await.unwrap();
    assert!(contents.len() > 20, "only {} tables were found", contents.len());
    contents.remove("sessions");
    contents
}

/// The table's words for what stands in braces in a route.
fn in_braces_filled(route: &str) -> String {
    let kinds = [
        ("/stacks/{id}", "/stacks/STACK"),
        ("/servers/{id}", "/servers/SERVER"),
    ];
    let filled = kinds
        .iter()
        .fold(route.to_owned(), |route, (from, to)| route.replace(from, to));
    let part = |part: &str| match part {
        "{id}" | "{run}" | "{step}" => "NOTHING".to_owned(),
        other => other.trim_matches(['{', '}', '*']).to_owned(),
    };
    filled.split('/').map(part).collect::<Vec<_>>().join("/")
}
