//! Random configurations, for tests and for the soak.
//!
//! Next: `polling`, the properties.

use std::ops::RangeInclusive;
use std::time::Duration;

use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};

use crate::config::{Config, NOT_FOUND};
use shared::HttpError;
use shared::http::fake::Answer;

/// Workers, rounds, and URLs with a script each.
pub fn configs(
    workers: RangeInclusive<usize>,
    rounds: impl Strategy<Value = Option<u64>>,
    urls: impl Into<SizeRange>,
) -> impl Strategy<Value = Config> {
    let answer = prop_oneof![
        3 => Just(Answer::OK),
        1 => Just(NOT_FOUND),
        1 => Just(Answer::Error(HttpError::Lost)),
        1 => Just(Answer::Error(HttpError::TimedOut)),
        1 => Just(Answer::Panic),
    ];
    let scripts = vec(vec(answer, 1..4), urls);
    (workers, rounds, scripts).prop_map(|(w, r, s)| Config::new(w, r, s))
}

/// The same with all kinds of pauses.
pub fn with_pauses(
    configs: impl Strategy<Value = Config>,
) -> impl Strategy<Value = Config> {
    let time = || {
        prop_oneof![
            3 => Just(Duration::ZERO),
            1 => Just(Duration::from_millis(1)),
            1 => Just(Duration::MAX),
        ]
    };
    let settings = (time(), time(), time(), any::<bool>());
    (configs, settings).prop_map(|(mut config, drawn)| {
        let settings = &mut config.settings;
        (settings.interval, settings.backoff) = (drawn.0, drawn.1);
        (settings.status_interval, settings.spread) = (drawn.2, drawn.3);
        config
    })
}

/// A failing case is shown but not kept in a file: with threads it may not fail
/// again.
pub fn for_all<S: Strategy>(drawn: S, holds: impl Fn(S::Value)) {
    let (cases, failure_persistence) = (64, None);
    let how = Cases { cases, failure_persistence, ..Cases::default() };
    let result = TestRunner::new(how).run(&drawn, |case| {
        holds(case);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
