//! The list's filters as they stand in the address.

use leptos_router::location::Url;
use leptos_router::params::ParamsMap;
use model::view::ServersQuery;
use std::fmt::Display;
use std::str::FromStr;

/// The filters that an address asks for. What makes no sense is no filter.
pub(super) fn query_of(params: &ParamsMap) -> ServersQuery {
    fn text(params: &ParamsMap, key: &str) -> Option<String> {
        params
            .get_str(key)
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(ToOwned::to_owned)
    }
    fn parsed<T: FromStr>(params: &ParamsMap, key: &str) -> Option<T> {
        params.get_str(key)?.parse().ok()
    }
    ServersQuery {
        q: text(params, "q"),
        tile: parsed(params, "tile"),
        status: parsed(params, "status"),
        stack: parsed(params, "stack"),
        group: text(params, "group"),
        sort: parsed(params, "sort"),
        page: parsed(params, "page").filter(|page| *page > 1),
    }
}

/// The address of the list with these filters.
pub(super) fn address_of(query: &ServersQuery) -> String {
    let mut address = String::from("/servers");
    let mut add = |key: &str, value: Option<&dyn Display>| {
        if let Some(value) = value {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(key);
            address.push('=');
            address.push_str(&Url::escape(&value.to_string()));
        }
    };
    add("q", query.q.as_ref().map(|v| v as &dyn Display));
    add("tile", query.tile.as_ref().map(|v| v as &dyn Display));
    add("status", query.status.as_ref().map(|v| v as &dyn Display));
    add("stack", query.stack.as_ref().map(|v| v as &dyn Display));
    add("group", query.group.as_ref().map(|v| v as &dyn Display));
    add("sort", query.sort.as_ref().map(|v| v as &dyn Display));
    add("page", query.page.as_ref().map(|v| v as &dyn Display));
    address
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use model::view::{Sort, Tile};

    #[test]
    fn filters_survive_the_address() {
        let query = ServersQuery {
            q: Some("a b&c".into()),
            tile: Some(Tile::NeverReported),
            sort: Some(Sort::Seen),
            page: Some(3),
            ..ServersQuery::default()
        };
        let address = address_of(&query);
        assert_eq!(
            address,
            "/servers?q=a%20b%26c&tile=never%5Freported&sort=seen&page=3"
        );
        let mut params = ParamsMap::new();
        for pair in address.split_once('?').map_or("", |(_, pairs)| pairs).split('&') {
            if let Some((key, value)) = pair.split_once('=') {
                params.insert(key.to_owned(), value.to_owned());
            }
        }
        assert_eq!(query_of(&params), query);
    }

    #[test]
    fn nonsense_is_no_filter() {
        let mut params = ParamsMap::new();
        for (key, value) in [
            ("tile", "everything"),
            ("page", "-1"),
            ("q", "  "),
            ("stack", "1"),
        ] {
            params.insert(key, value.to_owned());
        }
        assert_eq!(query_of(&params), ServersQuery::default());
    }
}
