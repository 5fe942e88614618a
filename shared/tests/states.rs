//! The status board alone.

use shared::http::{Method, StatusCode};
use shared::{HttpError, State, States, Status, Url};

#[test]
fn the_last_state_stands_and_is_listed_by_url() {
    let urls: Vec<Url> = ["b", "a", "never"].map(Url::unchecked).into();
    let mut states = States::new(urls.into());
    let ok = Ok(Status(StatusCode::OK, Method::Head));
    states.update(State { id: 0, status: ok });
    states.update(State { id: 1, status: ok });
    states.update(State { id: 1, status: Err(HttpError::TimedOut) });
    assert_eq!(states.polls(), 3);
    assert_eq!(states.get(2), None);
    let text = "Current state:\n  a  timed out\n  b  200 OK";
    assert_eq!(states.to_string(), text);
}

#[test]
fn a_very_long_url_widens_no_column() {
    let long = "c".repeat(80);
    let urls: Vec<Url> = ["b", &long].map(Url::unchecked).into();
    let mut states = States::new(urls.into());
    let status = Ok(Status(StatusCode::OK, Method::Head));
    states.update(State { id: 0, status });
    states.update(State { id: 1, status });
    let text =
        format!("Current state:\n  {:50}  200 OK\n  {long}  200 OK", "b");
    assert_eq!(states.to_string(), text);
}
