//! The timetable alone: no thread, and time is what the test says it is.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use shared::http::fake::{Answer, FakeHttp};
use shared::settings::LONGEST_PAUSE;
use shared::{HttpError, Next, Resource, Settings, Timetable, Url};

const SECOND: Duration = Duration::from_secs(1);

fn timetable(settings: Settings, urls: usize) -> (Timetable, Instant) {
    let urls = vec![Url::unchecked("a"); urls];
    let (mut timetable, start) =
        (Timetable::new(&settings, &urls), Instant::now());
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
fn each_error_in_a_row_adds_ten_seconds_up_to_a_limit() {
    // A panic of the client counts, too.
    let mut errors = [Answer::Error(HttpError::Lost); 12];
    errors[3] = Answer::Panic;
    let answers = [&errors[..], &[Answer::OK]].concat();
    let web = FakeHttp::new().script(&Url::unchecked("a"), answers);
    let (mut timetable, mut now) = timetable(Settings::default(), 1);
    let nanosecond = Duration::from_nanos(1);
    for tens in (1..=10).chain([10, 10, 0]) {
        let mut resource = ready(timetable.take(now));
        resource.poll(&web, &());
        timetable.put_back(resource, now);
        now += SECOND * (60 + 10 * tens);
        assert_eq!(timetable.take(now - nanosecond), Next::Wait(now));
    }
}

/// The constants of the Codewalk.
#[test]
fn the_defaults_are_those_of_2010() {
    let settings = Settings::default();
    assert_eq!(settings.pollers.get(), 2);
    assert_eq!(settings.interval, SECOND * 60);
    assert_eq!(settings.backoff, SECOND * 10);
    assert_eq!(settings.status_interval, SECOND * 10);
    assert_eq!((settings.rounds, settings.spread), (None, false));
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
    let mut timetable =
        Timetable::new(&Settings::default(), &[Url::unchecked("a")]);
    assert_eq!(timetable.take(start), Next::AllOut);
    assert!(!timetable.is_finished());
    timetable.start(start + SECOND);
    assert_eq!(timetable.take(start), Next::Wait(start + SECOND));
    assert_eq!(ready(timetable.take(start + SECOND)).id, 0);
}

#[test]
fn what_has_been_due_longest_goes_first() {
    let (mut timetable, start) = timetable(Settings::default(), 4);
    let [a, b, c, d] = [(); 4].map(|()| ready(timetable.take(start)));
    assert_eq!([a.id, b.id, c.id, d.id], [0, 1, 2, 3]);
    assert_eq!(timetable.take(start), Next::AllOut);
    timetable.put_back(polled(a, 2), start);
    timetable.put_back(polled(d, 0), start + SECOND * 15);
    timetable.put_back(polled(b, 0), start + SECOND * 30);
    timetable.put_back(polled(c, 1), start);
    // Due at 80, 75, 90 and 70 seconds.
    assert_eq!(timetable.take(start), Next::Wait(start + SECOND * 70));
    let late = start + SECOND * 100;
    let order = [(); 4].map(|()| ready(timetable.take(late)).id);
    assert_eq!(order, [2, 3, 0, 1]);
}

#[test]
fn each_is_polled_as_often_as_there_are_rounds() {
    let (interval, rounds) = (Duration::ZERO, NonZeroU64::new(2));
    for (urls, order) in [(2, &[0, 1, 0, 1][..]), (0, &[])] {
        let settings = Settings { interval, rounds, ..Settings::default() };
        let (mut timetable, start) = timetable(settings, urls);
        let mut polls = Vec::new();
        while let Next::Ready(resource) = timetable.take(start) {
            polls.push(resource.id);
            timetable.put_back(polled(resource, 0), start);
        }
        assert_eq!(polls, order);
        assert_eq!(timetable.take(start), Next::Finished);
    }
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
fn spread_over_one_interval_they_come_one_by_one() {
    let settings =
        Settings { interval: SECOND * 60, spread: true, ..Settings::default() };
    let (mut timetable, start) = timetable(settings, 4);
    for n in 0..8 {
        let due = start + SECOND * 15 * n;
        assert_eq!(timetable.take(due - SECOND), Next::Wait(due));
        let resource = ready(timetable.take(due));
        assert_eq!(resource.id, n as usize % 4);
        timetable.put_back(polled(resource, 0), due);
    }
}
