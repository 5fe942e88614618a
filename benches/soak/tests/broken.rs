//! Programs that are broken on purpose: each must be found, and shrunk to the
//! case that its mistake needs.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use compare::design::Ready;
use shared::{HttpClient, Log, Report, Settings, State, States, Url};
use soak::case::{Case, Side};
use soak::check::Trouble;
use soak::draw;
use soak::run::{Start, real};
use soak::shrink::shrink;
use soak::stage::Stage;
use soak::tally::Tally;
use soak::watch::Watch;

/// A run takes milliseconds: on a machine that is busy, a second or two.
const WATCH: Watch = Watch { start: real, patience: Duration::from_secs(30) };

fn run(start: Start, case: &str) -> Result<(), Trouble> {
    let case: Case = case.parse().unwrap_or_else(|e| panic!("{case}: {e}"));
    Watch { start, ..WATCH }.run(&case, &Tally::default())
}

/// The poller, whose report is then changed.
fn changed<'a>(
    ready: Ready<'a>,
    change: impl FnOnce(&mut Report) + Send + 'a,
) -> Ready<'a> {
    let run = ready.run;
    let run = Box::new(move || {
        let mut report = run()?;
        change(&mut report);
        Ok(report)
    });
    Ready { run, ..ready }
}

/// From the sixth poll on, one is reported twice.
fn counts_twice<'a>(
    side: Side,
    settings: Settings,
    urls: Arc<[Url]>,
    stage: &'a Stage,
) -> Ready<'a> {
    changed(real(side, settings, urls, stage), |report| {
        let states = &mut report.states;
        if let (6.., Some(status)) = (states.polls(), states.get(0)) {
            states.update(State { id: 0, status });
        }
    })
}

/// The last state of the third URL gets lost.
fn forgets_a_state<'a>(
    side: Side,
    settings: Settings,
    urls: Arc<[Url]>,
    stage: &'a Stage,
) -> Ready<'a> {
    changed(real(side, settings, urls.clone(), stage), move |report| {
        if let Some(status) = report.states.get(1).filter(|_| urls.len() > 2) {
            let polls = report.states.polls();
            report.states = States::new(urls);
            (0..polls)
                .for_each(|_| report.states.update(State { id: 1, status }));
        }
    })
}

/// A program of one thread: what it does is `work`.
fn alone<'a>(urls: Arc<[Url]>, work: impl FnOnce() + Send + 'a) -> Ready<'a> {
    let run = Box::new(move || {
        thread::scope(|scope| drop(scope.spawn(work)));
        let states = States::new(urls);
        Ok(Report { states, elapsed: Duration::ZERO })
    });
    Ready { stop: Arc::new(|| ()), run }
}

/// Sleeps for ever.
fn hangs<'a>(
    _: Side,
    _: Settings,
    urls: Arc<[Url]>,
    _: &'a Stage,
) -> Ready<'a> {
    alone(urls, || {
        loop {
            thread::park();
        }
    })
}

/// Polls the first URL on and on.
fn never_stops<'a>(
    _: Side,
    _: Settings,
    urls: Arc<[Url]>,
    stage: &'a Stage,
) -> Ready<'a> {
    let url = urls[0].clone();
    alone(urls, move || {
        loop {
            if let Err(error) = stage.head(&url) {
                stage.error(&url, error);
            }
        }
    })
}

/// Polls the first URL twice, without a pause and without a log.
fn hurries<'a>(
    _: Side,
    _: Settings,
    urls: Arc<[Url]>,
    stage: &'a Stage,
) -> Ready<'a> {
    let url = urls[0].clone();
    alone(urls, move || {
        let _ = stage.head(&url);
        let _ = stage.head(&url);
    })
}

/// Two threads poll one URL, and the first waits for the second.
fn overlaps<'a>(
    _: Side,
    _: Settings,
    urls: Arc<[Url]>,
    stage: &'a Stage,
) -> Ready<'a> {
    let url = urls[0].clone();
    alone(urls, move || {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    (0..1000).for_each(|_| {
                        let _ = stage.head(&url);
                    });
                });
            }
        });
    })
}

/// Panics by itself.
fn panics<'a>(_: Side, _: Settings, _: Arc<[Url]>, _: &'a Stage) -> Ready<'a> {
    Ready { stop: Arc::new(|| ()), run: Box::new(|| panic!("on purpose")) }
}

/// The panic of the log gets lost.
fn swallows<'a>(
    _: Side,
    _: Settings,
    urls: Arc<[Url]>,
    stage: &'a Stage,
) -> Ready<'a> {
    let states = States::new(urls.clone());
    alone(urls, move || {
        let listing = || stage.listing(&states);
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(listing));
    })
}

#[test]
fn every_mistake_is_found() {
    let two = "lock,urls=1,rounds=2";
    let slow = "lock,urls=1,rounds=999,slow=1";
    let hour = "lock,rounds=2,interval=1h,stops=thread:1";
    let listing = "lock,urls=0,log-panics=listing:1";
    let stop = "lock,rounds=none,stops=worker:5";
    let errors = "lock,rounds=2,errors=1";
    let cases: [(Start, &str, &str); 9] = [
        (counts_twice, "lock,urls=2,rounds=3", "has 7 polls"),
        (forgets_a_state, "lock,urls=3", "has None for URL 0"),
        (never_stops, stop, "request 7 began after a stop"),
        (hurries, hour, "polled 3599."),
        (hurries, errors, "an error of URL 0 is not in the log"),
        (hurries, two, "answered 2 requests, and the report has 0 polls"),
        (overlaps, slow, "two polled URL 0 at the same time"),
        (panics, two, "`run` panicked, and not by the log: on purpose"),
        (swallows, listing, "the log panicked, and `run` did not"),
    ];
    for (start, case, words) in cases {
        let said = run(start, case).expect_err(case);
        assert!(matches!(said, Trouble::Broken(_)), "{case}: {said:?}");
        assert!(said.to_string().contains(words), "{case}: {said}");
        assert_eq!(run(real, case), Ok(()), "{case}");
    }
}

#[test]
fn a_run_that_hangs_is_found() {
    let watch = Watch { start: hangs, patience: Duration::from_millis(50) };
    let told = "lock,rounds=none,stops=before";
    for (case, words) in [("lock", "makes no request"), (told, "told to end")] {
        let case = case.parse().unwrap();
        let said = watch.run(&case, &Tally::default()).unwrap_err();
        assert!(matches!(said, Trouble::Hung(_)), "{said:?}");
        assert!(said.to_string().contains(words), "{said}");
    }
}

/// The first case of a seed that fails, and what is left of it.
#[test]
fn what_is_found_is_shrunk() {
    for (start, small) in [
        (counts_twice as Start, "channel,workers=1,urls=1,rounds=6"),
        (forgets_a_state, "channel,workers=1,urls=3,rounds=1"),
    ] {
        let fails = |case: &Case| run(start, &case.to_string()).is_err();
        let cases = (0..).map(|n| draw::case(Side::Channel, 1, n));
        let found = cases.into_iter().find(fails).expect("there is one");
        assert_eq!(shrink(&found, fails).to_string(), small);
    }
}

/// What the pollers do, counted: the same case has the same counts.
#[test]
fn what_happens_is_counted() {
    let case = "workers=2,urls=5,rounds=20,errors=5,panics=5,slow=5,runs=2";
    let count = |side: &str| {
        let case = format!("{side},{case}").parse().unwrap();
        let tally = Tally::default();
        assert_eq!(WATCH.run(&case, &tally), Ok(()));
        soak::tally::table(&[(side, &tally)])
    };
    let (lock, channel) = (count("lock"), count("channel"));
    assert_eq!(
        lock.split_once('\n').unwrap().1,
        channel.split_once('\n').unwrap().1
    );
    assert!(lock.contains("polls                                         200"));
}
