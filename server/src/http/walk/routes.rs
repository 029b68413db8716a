//! What a router really answers, read from the router.

use axum::Router;
use std::collections::{BTreeMap, BTreeSet};

/// Methods and paths of every route. Axum tells them in its debug form alone; what cannot be read there (a service
/// mounted under a path, whose methods nobody knows) is called `ANY`, which no table has.
pub(super) fn of(router: &Router) -> BTreeSet<(String, String)> {
    let debug = format!("{router:?}");
    let (_, debug) = debug
        .split_once("path_router: PathRouter {")
        .expect("a router's routes");
    let (routes, rest) = debug
        .split_once("node: Node { paths: {")
        .expect("a router's paths");
    let (paths, _) = rest
        .split_once('}')
        .map_or((rest, ""), |_| (until_brace(rest), ""));
    let methods: BTreeMap<&str, Vec<&str>> = routes
        .split("RouteId(")
        .skip(1)
        .map(|route| {
            let (id, route) = route.split_once(')').expect("a route's number");
            let allowed = route
                .split_once("allow_header: Bytes(b\"")
                .and_then(|(_, allowed)| allowed.split_once('"'));
            (
                id,
                allowed.map_or(vec!["ANY"], |(allowed, _)| allowed.split(',').collect()),
            )
        })
        .collect();
    let mut found = BTreeSet::new();
    for path in paths.split("RouteId(").skip(1) {
        let (id, path) = path.split_once("): \"").expect("a route's number and path");
        let (path, _) = path.split_once('"').expect("a route's path");
        for method in &methods[id] {
            // Axum answers HEAD wherever it answers GET.
            if *method != "HEAD" {
                found.insert(((*method).to_owned(), path.to_owned()));
            }
        }
    }
    found
}

/// What stands before the brace that closes the map; a path's own braces stand in quotes.
fn until_brace(text: &str) -> &str {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c == '}' && !quoted
    });
    &text[..end.expect("the map's end")]
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::{any, get, post};

    #[test]
    fn a_route_that_is_added_is_seen() {
        let router: Router = Router::new()
            .route("/a/{id}", get(|| async {}).post(|| async {}))
            .nest("/b", Router::new().route("/c", post(|| async {})))
            .merge(Router::new().route("/d", any(|| async {})))
            .nest_service("/e", Router::new().route("/f", get(|| async {})));
        let seen = super::of(&router.layer(tower_http::catch_panic::CatchPanicLayer::new()));
        let seen: Vec<_> = seen
            .iter()
            .map(|(method, path)| format!("{method} {path}"))
            .collect();
        for route in ["GET /a/{id}", "POST /a/{id}", "POST /b/c", "ANY /d", "ANY /e"] {
            assert!(seen.iter().any(|it| it == route), "{route} in {seen:?}");
        }
    }
}
