//! What is recorded, and what is counted and said of it.

use std::alloc::System;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use compare::demo::in_words;
use compare::facts::{longest_gap, lost};
use compare::record::{Poll, Recorder};
use shared::http::fake::{Answer, FakeHttp};
use shared::http::{Method, StatusCode};
use shared::{HttpClient, HttpError, Settings, Status, Url};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Two workers. `a` is polled from 0 to 10; `b` from 4 to 10, so that one
/// worker idles for 4 ms; then both idle for 7 ms while `a` is due.
#[test]
fn lost_and_the_longest_gap() {
    let poll = |url, [due, start, end]: [u32; 3]| {
        let status = Ok(Status(StatusCode::OK, Method::Head));
        let (due, start, end) = (MS * due, MS * start, MS * end);
        let (url, worker, attempt) = (Url::unchecked(url), 1, 1);
        Poll { worker, url, attempt, due, start, end, status }
    };
    let polls = [
        poll("a", [0, 0, 10]),
        poll("b", [0, 4, 10]),
        poll("b", [15, 15, 20]),
        poll("a", [35, 42, 50]),
    ];
    assert_eq!(lost(2, &polls), MS * 11);
    assert_eq!(longest_gap(&polls), Some(MS * 42));
}

/// Also what panicked; and when each poll was due.
#[test]
fn it_keeps_the_first_polls() {
    let urls = ["a", "b"].map(Url::unchecked);
    let lost = Answer::Error(HttpError::Lost);
    let answers = [Answer::OK, Answer::Panic, lost, Answer::OK];
    let web = FakeHttp::new().script(&urls[0], answers);
    let (interval, backoff) = (HOUR, MS);
    let settings =
        Settings { interval, backoff, spread: true, ..Settings::default() };
    let recorder = Recorder::new(web, &settings, &urls, 5);
    for url in [1, 0, 0, 0, 0, 0, 0] {
        let head = || recorder.head(&urls[url]);
        let _ = catch_unwind(AssertUnwindSafe(head));
    }
    let polls = recorder.into_recorded().polls;
    let status = |poll: &Poll| poll.status.is_ok();
    let ok: Vec<_> = polls.iter().map(status).collect();
    assert_eq!(ok, [true, true, false, false, true]);
    assert_eq!(polls[2].status, Err(HttpError::Panicked));
    // The run started as late as the first polls allow: `b` was due half an
    // hour after `a`, but was polled before.
    assert_eq!(
        (polls[0].due, polls[1].due),
        (HOUR / 2 + polls[1].start, polls[1].start)
    );
    let after = |n: usize| polls[n].due - polls[n - 1].end;
    assert_eq!(
        [after(2), after(3), after(4)],
        [HOUR, HOUR + MS, HOUR + MS * 2]
    );
}

/// With `--interval 0` a run can make a million polls a second.
#[test]
fn its_memory_does_not_grow_with_the_polls() {
    let urls = ["a", "b"].map(Url::unchecked);
    let settings = Settings { interval: Duration::ZERO, ..Settings::default() };
    let recorder = Recorder::new(FakeHttp::new(), &settings, &urls, 100);
    let poll = |times| {
        let one = |n: usize| recorder.head(&urls[n % 2]).is_ok();
        assert!((0..times).all(one));
        HEAP.stats().bytes_allocated - HEAP.stats().bytes_deallocated
    };
    let before = poll(1_000);
    let after = poll(300_000);
    // The histogram may meet a longer time than before, and grow once.
    assert!(after < before + 3_000_000, "{before} {after}");
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
