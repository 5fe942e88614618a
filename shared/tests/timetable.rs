//! The timetable alone: no thread, and time is what the test says it is.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use shared::settings::{LONGEST_PAUSE, MOST_BACKOFFS};
use shared::{Next, Resource, Settings, Timetable, Url};

const SECOND: Duration = Duration::from_secs(1);

fn urls(n: usize) -> Vec<Url> {
    (0..n).map(|n| Url::unchecked(&format!("url-{n}"))).collect()
}

fn timetable(settings: Settings, n: usize) -> (Timetable, Instant) {
    let start = Instant::now();
    let mut timetable = Timetable::new(&settings, &urls(n));
    timetable.start(start);
    (timetable, start)
}

fn ready(next: Next) -> Resource {
    match next {
        Next::Ready(resource) => resource,
        other => panic!("not ready: {other:?}"),
    }
}

fn polled(mut resource: Resource, errors: u32) -> Resource {
    resource.polls += 1;
    resource.err_count = errors;
    resource
}

#[test]
fn the_least_recently_polled_goes_first() {
    let (mut timetable, start) = timetable(Settings::default(), 3);
    let mut take = |now| ready(timetable.take(now));
    let (a, b, c) = (take(start), take(start), take(start));
    assert_eq!([a.id, b.id, c.id], [0, 1, 2]);
    assert_eq!(timetable.take(start), Next::AllOut);
    for (n, resource) in [(1, b), (2, a), (3, c)] {
        timetable.put_back(polled(resource, 0), start + SECOND * n);
    }
    let late = start + SECOND * 100;
    let order = [(); 3].map(|()| ready(timetable.take(late)).id);
    assert_eq!(order, [1, 0, 2]);
}

#[test]
fn an_error_waits_ten_seconds_more_for_each_in_a_row() {
    for errors in 0..5 {
        let (mut timetable, start) = timetable(Settings::default(), 1);
        let resource = ready(timetable.take(start));
        timetable.put_back(polled(resource, errors), start);
        let due = start + SECOND * (60 + 10 * errors);
        let nanosecond = Duration::from_nanos(1);
        assert_eq!(timetable.take(due - nanosecond), Next::Wait(due));
        assert_eq!(ready(timetable.take(due)).err_count, errors);
    }
}

#[test]
fn the_back_off_grows_only_so_far() {
    let pause = |errors| Settings::default().pause(errors);
    assert_eq!(pause(MOST_BACKOFFS), SECOND * (60 + 10 * MOST_BACKOFFS));
    assert_eq!(pause(MOST_BACKOFFS + 1), pause(MOST_BACKOFFS));
    assert_eq!(pause(u32::MAX), pause(MOST_BACKOFFS));
}

#[test]
fn the_longest_durations_add_up() {
    let max = Duration::MAX;
    for (interval, backoff) in [(max, max), (max, SECOND), (SECOND, max)] {
        let settings = Settings { interval, backoff, ..Settings::default() };
        let settings = Settings { spread: true, ..settings };
        let (mut timetable, start) = timetable(settings, 2);
        let resource = ready(timetable.take(start));
        timetable.put_back(polled(resource, u32::MAX), start);
        let Next::Wait(due) = timetable.take(start) else { panic!("not due") };
        assert!(due > start && due <= start + LONGEST_PAUSE);
    }
}

#[test]
fn until_it_is_started_nothing_is_due_and_it_is_not_finished() {
    let start = Instant::now();
    let mut timetable = Timetable::new(&Settings::default(), &urls(1));
    assert_eq!(timetable.take(start), Next::AllOut);
    assert!(!timetable.is_finished());
    timetable.start(start + SECOND);
    assert_eq!(timetable.take(start), Next::Wait(start + SECOND));
    assert_eq!(ready(timetable.take(start + SECOND)).id, 0);
}

#[test]
fn with_no_urls_it_is_finished_from_the_first() {
    let settings = Settings { spread: true, ..Settings::default() };
    let (mut timetable, start) = timetable(settings, 0);
    assert_eq!(timetable.take(start), Next::Finished);
}

#[test]
#[should_panic(expected = "what is put back was taken")]
fn what_was_not_taken_cannot_be_put_back() {
    let (mut timetable, start) = timetable(Settings::default(), 1);
    let stranger = Resource::new(0, Url::unchecked("url-0"));
    timetable.put_back(stranger, start);
}

#[test]
fn those_that_failed_and_those_that_answered_come_in_order_of_time() {
    let (mut timetable, start) = timetable(Settings::default(), 3);
    let out = [(); 3].map(|()| ready(timetable.take(start)));
    let [a, b, c] = out;
    timetable.put_back(polled(a, 2), start);
    timetable.put_back(polled(b, 0), start + SECOND * 30);
    timetable.put_back(polled(c, 1), start);
    // Due at 80, 90 and 70 seconds.
    assert_eq!(timetable.take(start), Next::Wait(start + SECOND * 70));
    let late = start + SECOND * 100;
    let order = [(); 3].map(|()| ready(timetable.take(late)).id);
    assert_eq!(order, [2, 0, 1]);
}

#[test]
fn each_is_polled_as_often_as_there_are_rounds() {
    let settings = Settings {
        interval: Duration::ZERO,
        rounds: NonZeroU64::new(2),
        ..Settings::default()
    };
    let (mut timetable, start) = timetable(settings, 2);
    let mut polls = Vec::new();
    while let Next::Ready(resource) = timetable.take(start) {
        polls.push(resource.id);
        timetable.put_back(polled(resource, 0), start);
    }
    assert_eq!(polls, [0, 1, 0, 1]);
    assert!(timetable.is_finished());
    assert_eq!(timetable.take(start), Next::Finished);
}

#[test]
fn closed_it_hands_out_nothing_and_still_takes_back() {
    let (mut timetable, start) = timetable(Settings::default(), 2);
    let resource = ready(timetable.take(start));
    timetable.close();
    assert_eq!(timetable.take(start), Next::Finished);
    assert_eq!(timetable.out(), 1);
    timetable.put_back(polled(resource, 0), start);
    assert_eq!(timetable.out(), 0);
    assert_eq!(timetable.take(start + SECOND * 100), Next::Finished);
}

#[test]
fn a_million_spread_over_one_interval_come_one_by_one() {
    const MILLION: u32 = 1_000_000;
    let settings =
        Settings { interval: SECOND * 50, spread: true, ..Settings::default() };
    let (mut timetable, start) = timetable(settings, MILLION as usize);
    for n in 0..MILLION {
        let due = start + Duration::from_micros(50) * n;
        let resource = ready(timetable.take(due));
        assert_eq!(resource.id, n as usize);
        timetable.put_back(polled(resource, n % 2), due);
    }
    let first = start + SECOND * 50;
    assert_eq!(timetable.take(first - SECOND), Next::Wait(first));
    assert_eq!(timetable.out(), 0);
}
