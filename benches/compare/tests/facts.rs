//! What is counted from recorded polls, on polls with known figures.

use std::time::Duration;

use compare::facts;
use compare::record::Poll;
use shared::http::{Method, StatusCode};
use shared::{HttpError, Settings, Status, Url};

const MS: Duration = Duration::from_millis(1);

fn poll(worker: usize, url: &str, start: u32, end: u32, ok: bool) -> Poll {
    let status = if ok {
        Ok(Status(StatusCode::OK, Method::Head))
    } else {
        Err(HttpError::Lost)
    };
    let (start, end) = (MS * start, MS * end);
    Poll { worker, url: Url::unchecked(url), start, end, status }
}

/// Two workers. `a` is polled from 0 to 10 and fails; `b` from 4 to 10, so
/// that one worker idles for 4 ms; `a` is due again at 10 + 5 + 20.
#[test]
fn lost_and_late_and_the_longest_gap() {
    let settings =
        Settings { interval: MS * 5, backoff: MS * 20, ..Settings::default() };
    let urls: [Url; 2] = ["a", "b"].map(Url::unchecked);
    let polls = [
        poll(1, "a", 0, 10, false),
        poll(2, "b", 4, 10, true),
        poll(1, "b", 15, 20, true),
        poll(2, "a", 42, 50, true),
    ];
    let dues = facts::due(&settings, &urls, &polls);
    let due: Vec<_> = dues.iter().map(|due| due.due).collect();
    assert_eq!(due, [Duration::ZERO, Duration::ZERO, MS * 15, MS * 35]);
    let attempts: Vec<_> = dues.iter().map(|due| due.attempt).collect();
    assert_eq!(attempts, [1, 1, 2, 2]);
    // 4 ms for `b`, and 7 ms for `a`: two were idle then, but one was due.
    assert_eq!(facts::lost(2, &dues), MS * 11);
    assert_eq!(facts::longest_gap(&polls), Some(MS * 42));
    let late = facts::late(&dues).unwrap();
    assert_eq!((late.p50, late.max), (Duration::ZERO, MS * 7));
}
