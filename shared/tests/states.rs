//! The status board alone.

use shared::http::{Method, StatusCode};
use shared::{HttpError, State, States, Status, Url};

#[test]
fn the_last_state_stands_and_is_listed_by_url() {
    let long = "c".repeat(80);
    let urls = ["b", "a", "never", &long].map(Url::unchecked);
    let mut states = States::new(Vec::from(urls).into());
    let ok = Ok(Status(StatusCode::OK, Method::Head));
    states.update(State { id: 0, status: ok });
    states.update(State { id: 1, status: ok });
    states.update(State { id: 1, status: Err(HttpError::TimedOut) });
    assert_eq!(states.polls(), 3);
    assert_eq!(states.get(2), None);
    let text = "Current state:\n  a  timed out\n  b  200 OK";
    assert_eq!(states.to_string(), text);
    // A very long URL does not push the others' states off the screen.
    states.update(State { id: 3, status: ok });
    let wide = format!("\n  {:50}  200 OK\n  {long}  200 OK", "b");
    assert!(states.to_string().ends_with(&wide), "{states}");
}
