//! Which URLs a listing names, and what counts as OK.

use std::sync::Arc;

use compare::listing::{Named, listing, not_ok};
use shared::http::{Method, StatusCode};
use shared::{HttpError, State, States, Status, Url};

/// So many URLs, of which the first have these states and the rest were not
/// polled.
fn states(urls: usize, found: &[Result<u16, HttpError>]) -> States {
    let name = |n| Url::unchecked(&format!("http://{n:03}/"));
    let urls: Arc<[Url]> = (0..urls).map(name).collect();
    let mut states = States::new(urls);
    for (id, found) in found.iter().enumerate() {
        let code =
            |code| Status(StatusCode::from_u16(code).unwrap(), Method::Head);
        states.update(State { id, status: found.map(code) });
    }
    states
}

#[test]
fn few_urls_are_all_named() {
    let few = states(3, &[Ok(200), Err(HttpError::Refused), Ok(404)]);
    let wanted = "Current state:\n  http://000/  200 OK\n  \
                  http://001/  refused\n  http://002/  404 Not Found";
    for named in [Named::NotOk, Named::Some] {
        assert_eq!(listing(&few, 3, named), wanted);
    }
    assert_eq!(not_ok(&few, 3), 2);
}

#[test]
fn of_many_those_that_are_not_ok_are_named_before_all_are_counted() {
    let mut found = vec![Ok(204); 57];
    found.extend([Ok(302), Err(HttpError::Lost), Ok(503)]);
    let wanted = "Current state:\n  http://057/  302 Found\n  \
                  http://058/  connection lost\n  \
                  http://059/  503 Service Unavailable\n       \
                  57 x  204 No Content\n        1 x  302 Found\n        \
                  1 x  503 Service Unavailable\n        1 x  connection lost";
    let many = states(60, &found);
    assert_eq!(listing(&many, 60, Named::NotOk), wanted);
    assert_eq!(not_ok(&many, 60), 3);
}

#[test]
fn what_was_not_polled_is_counted_and_is_not_ok() {
    for urls in [3, 100] {
        let some = states(urls, &[Ok(200)]);
        let text = listing(&some, urls, Named::NotOk);
        let left = format!("\n  {} URLs have not been polled", urls - 1);
        assert!(text.ends_with(&left), "{text}");
        assert_eq!(not_ok(&some, urls), urls - 1);
    }
    let one = listing(&states(1, &[]), 1, Named::NotOk);
    assert_eq!(one, "Current state:\n  1 URL has not been polled");
}
