//! What is counted from polls with known times.

use std::time::Duration;

use compare::dues::Dues;
use compare::facts::{self, Late};
use compare::record::Poll;
use hdrhistogram::Histogram;
use shared::http::{Method, StatusCode};
use shared::{HttpError, Settings, Status, Url};

const MS: Duration = Duration::from_millis(1);

fn settings() -> Settings {
    Settings { interval: MS * 5, backoff: MS * 20, ..Settings::default() }
}

/// Worker, URL, due, start, end (in ms), and whether it was answered.
fn poll(
    worker: usize,
    url: &str,
    [due, start, end]: [u32; 3],
    ok: bool,
) -> Poll {
    let status = if ok {
        Ok(Status(StatusCode::OK, Method::Head))
    } else {
        Err(HttpError::Lost)
    };
    let (due, start, end) = (MS * due, MS * start, MS * end);
    let (url, attempt) = (Url::unchecked(url), 1);
    Poll { worker, url, attempt, due, start, end, status }
}

/// Two workers. `a` is polled from 0 to 10 and fails; `b` from 4 to 10, so
/// that one worker idles for 4 ms; `a` is due again at 10 + 5 + 20.
fn polls() -> [Poll; 4] {
    [
        poll(1, "a", [0, 0, 10], false),
        poll(2, "b", [0, 4, 10], true),
        poll(1, "b", [15, 15, 20], true),
        poll(2, "a", [35, 42, 50], true),
    ]
}

#[test]
fn lost_and_the_longest_gap() {
    // 4 ms for `b`, and 7 ms for `a`: two were idle then, but one was due.
    assert_eq!(facts::lost(2, &polls()), MS * 11);
    assert_eq!(facts::longest_gap(&polls()), Some(MS * 42));
}

#[test]
fn a_poll_is_due_an_interval_and_its_back_off_after_the_one_before() {
    let urls: [Url; 2] = ["a", "b"].map(Url::unchecked);
    let dues = Dues::new(&settings(), &urls);
    let mut attempts = Vec::new();
    for poll in polls() {
        let begun = dues.begin(&poll.url, poll.start).unwrap();
        if begun.attempt > 1 {
            assert_eq!(begun.due, Some(poll.due));
        }
        attempts.push(begun.attempt);
        dues.end(begun, poll.end, poll.status.is_ok());
    }
    assert_eq!(attempts, [1, 1, 2, 2]);
    assert_eq!(dues.begin(&Url::unchecked("c"), MS), None);
}

/// When the schedule started is seen only in when the first polls began: at
/// 7 ms here, since `b` is due a half of the interval after `a`.
#[test]
fn the_schedule_started_as_late_as_the_first_polls_allow() {
    let urls: [Url; 2] = ["a", "b"].map(Url::unchecked);
    let settings = Settings { interval: MS * 6, spread: true, ..settings() };
    let dues = Dues::new(&settings, &urls);
    assert_eq!(dues.started(), Duration::ZERO);
    let begun = dues.begin(&urls[0], MS * 8).unwrap();
    assert_eq!(begun.due, None, "not known yet");
    dues.begin(&urls[1], MS * 10).unwrap();
    assert_eq!(dues.started(), MS * 7);
    let due = |id| dues.first_due(id, dues.started());
    assert_eq!([due(0), due(1)], [MS * 7, MS * 10]);
}

/// One of a hundred is a second late, half of them no more than 50 us.
#[test]
fn lateness_is_read_off_a_histogram() {
    let mut late = Histogram::new(3).unwrap();
    assert_eq!(Late::of(&late), None);
    for us in 1..=99_u64 {
        late.record(us * 1_000).unwrap();
    }
    late.record(1_000_000_000).unwrap();
    let found = Late::of(&late).unwrap();
    // To three digits.
    let near = |found: Duration, us: u64| {
        let wanted = Duration::from_micros(us);
        assert!(found.abs_diff(wanted) <= wanted / 1_000, "{found:?} {us}");
    };
    near(found.p50, 50);
    near(found.p99, 99);
    near(found.max, 1_000_000);
}
