//! Which URLs a listing names, and what the demo says of its run.

use std::sync::Arc;
use std::time::Duration;

use compare::demo::in_words;
use compare::listing::{listing, not_ok};
use shared::http::{Method, StatusCode};
use shared::{HttpError, State, States, Status, Url};

#[test]
fn of_many_those_that_are_not_ok_are_named_before_all_are_counted() {
    let name = |n| Url::unchecked(&format!("http://{n:03}/"));
    let urls: Arc<[Url]> = (0..62).map(name).collect();
    let mut states = States::new(urls);
    let ok = |code| Ok(Status(code, Method::Head));
    for id in 0..58 {
        states.update(State { id, status: ok(StatusCode::NO_CONTENT) });
    }
    states.update(State { id: 58, status: ok(StatusCode::FOUND) });
    states.update(State { id: 59, status: Err(HttpError::Lost) });
    let wide = |url: &str| format!("  {url:50}  ");
    let all = format!(
        "Current state:\n{}302 Found\n{}connection lost\n       58 x  204 No \
         Content\n        1 x  302 Found\n        1 x  connection lost\n  2 \
         URLs have not been polled",
        wide("http://058/"),
        wide("http://059/")
    );
    assert_eq!(listing(&states, 62, 2), all);
    let one = listing(&states, 62, 1);
    assert!(one.contains("Found\n  and 1 more that are not OK\n"), "{one}");
    assert_eq!(not_ok(&states, 62), 4);
}

/// Mutex and channel wait for the same requests: so a difference between them
/// is the machine's, and so may be as much between them and the mistake.
#[test]
fn what_a_busy_machine_cannot_show_is_not_said() {
    let said = |took: [u64; 3]| in_words(true, took.map(Duration::from_millis));
    let same = "Mutex and channel: the same answers in the same time.";
    let answers = "Mutex and channel: the same answers.";
    let mistake = "The mistake is as safe, and took 1.6 times as long.";
    assert_eq!(said([377, 370, 603]), format!("{same}\n{mistake}"));
    assert_eq!(said([402, 377, 643]), format!("{answers}\n{mistake}"));
    assert_eq!(said([377, 402, 470]), answers);
    assert_eq!(said([377, 377, 390]), same);
    assert_eq!(said([0, 0, 0]), answers);
}
