//! Cases: drawn from a seed, written as text, and made smaller.

use std::collections::HashSet;

use soak::case::{Case, Place, Side, Stop};
use soak::draw;
use soak::shrink::shrink;

/// So many cases of a few seeds.
fn drawn() -> impl Iterator<Item = Case> {
    let sides = [Side::Lock, Side::Channel];
    let of = move |seed, side| (0..500).map(move |n| draw::case(side, seed, n));
    (0..4).flat_map(move |seed| sides.map(|side| of(seed, side))).flatten()
}

#[test]
fn a_seed_repeats_its_cases() {
    let again: Vec<_> = drawn().collect();
    assert!(drawn().eq(again.iter().cloned()));
    let different: HashSet<_> = again.iter().map(Case::to_string).collect();
    assert!(different.len() > again.len() * 9 / 10);
}

#[test]
fn both_sides_get_the_same_cases() {
    for number in 0..500 {
        let lock = draw::case(Side::Lock, 7, number);
        let channel = draw::case(Side::Channel, 7, number);
        assert_eq!(Case { side: Side::Channel, ..lock }, channel);
    }
}

#[test]
fn every_case_ends_and_is_its_text() {
    for case in drawn() {
        assert!(case.ends(), "{case}");
        let text = case.to_string();
        assert!(!text.contains([' ', '\'', '"', '&', ';', '|']), "{text}");
        assert_eq!(text.parse(), Ok(case), "{text}");
    }
}

/// What the generator can draw, it draws: no kind is left out by mistake.
#[test]
fn all_kinds_are_drawn() {
    let has = |is: &dyn Fn(&Case) -> bool| drawn().any(|case| is(&case));
    for place in [Place::Thread, Place::Worker, Place::Error, Place::Listing] {
        let at = |stop: &Stop| matches!(stop, Stop::At(p, _) if *p == place);
        assert!(has(&|case| case.stops.iter().any(at)), "{place}");
    }
    for place in [Place::Error, Place::Listing] {
        let at = |case: &Case| case.log_panics.is_some_and(|(p, _)| p == place);
        assert!(has(&at), "a panic at {place}");
    }
    assert!(has(&|case| case.stops.contains(&Stop::Before)));
    assert!(has(&|case| case.urls == 0));
    assert!(has(&|case| case.urls > 1024 && case.workers.get() == 1));
    assert!(has(&|case| case.workers.get() > 8));
    assert!(has(&|case| case.rounds.is_none()));
    assert!(has(&|case| case.listing.is_zero()));
    assert!(has(&|case| case.spread && !case.interval.is_zero()));
    assert!(has(&|case| case.errors > 0 && case.panics > 0 && case.slow > 0));
}

#[test]
fn text_that_is_no_case_says_why() {
    for (text, why) in [
        ("", "lock or channel"),
        ("mutex", "lock or channel"),
        ("lock,workers=0", "workers=0: write a whole number"),
        ("lock,urls=x", "urls=x: write a whole number"),
        ("lock,rounds=0", "rounds=0: write"),
        ("lock,color=red", "color=red: there is no such setting"),
        ("lock,spread=1", "spread=1: there is no such setting"),
        ("lock,interval=5", "interval=5: "),
        ("lock,stops=noon", "stops=noon: the places are"),
        ("lock,stops=worker:0", "write a whole number"),
        ("lock,stops=before+", "the places are"),
        ("lock,log-panics=worker:1", "only error:N or listing:N"),
        ("lock,runs=0", "write a whole number"),
        ("lock,rounds=none", "it would not end"),
        ("lock,rounds=none,stops=listing:1", "it would not end"),
        ("lock,rounds=2,interval=1h", "it would not end"),
        ("lock,rounds=2,interval=1h,stops=thread:2", "it would not end"),
    ] {
        let said = text.parse::<Case>().unwrap_err();
        assert!(said.contains(why), "{text}: {said}");
    }
    for text in ["lock,rounds=2,interval=1h,stops=thread:1", "channel,urls=0"] {
        assert_eq!(text.parse::<Case>().map(|_| ()), Ok(()), "{text}");
    }
}

/// Whatever a failure depends on, that is what is left.
#[test]
fn shrinking_leaves_what_matters() {
    type Fails = fn(&Case) -> bool;
    let stops = |case: &Case| case.stops.iter().any(|s| *s != Stop::Before);
    let kinds: [(Fails, &str); 4] = [
        (|_| true, "lock,workers=1,urls=0,rounds=1"),
        (
            |case| case.workers.get() >= 2 && case.urls >= 3,
            "lock,workers=2,urls=3,rounds=1",
        ),
        (
            |case| case.urls as u64 * case.rounds.map_or(0, u64::from) > 6,
            "lock,workers=1,urls=1,rounds=7",
        ),
        (
            |case| case.errors > 0 && case.urls > 0,
            "lock,workers=1,urls=1,rounds=1,errors=",
        ),
    ];
    for (fails, small) in kinds {
        let found = drawn()
            .find(|case| case.side == Side::Lock && fails(case) && stops(case));
        let shrunk = shrink(&found.expect("there is one"), fails);
        assert!(shrunk.to_string().starts_with(small), "{shrunk}");
        assert!(shrunk.stops.is_empty(), "{shrunk}");
    }
}

/// A case that does not end by itself keeps what ends it.
#[test]
fn shrinking_keeps_what_ends_it() {
    let case = "channel,workers=4,urls=9,rounds=none,stops=thread:40+error:3";
    let case: Case = case.parse().unwrap();
    let shrunk = shrink(&case, |case| case.rounds.is_none() && case.urls > 0);
    let small = "channel,workers=1,urls=1,rounds=none,stops=thread:1";
    assert_eq!(shrunk.to_string(), small);
}
