//! Schedules as text: what `--schedule` takes, and an address holds.

use checker::choice::{Choice, How, parse_schedule, schedule};
use proptest::collection::vec;
use proptest::prelude::*;

fn choice() -> impl Strategy<Value = Choice> {
    let how = prop_oneof![
        Just(How::Plainly),
        any::<usize>().prop_map(How::To),
        Just(How::Spuriously),
    ];
    (any::<usize>(), how).prop_map(|(thread, how)| Choice { thread, how })
}

proptest! {
    #[test]
    fn a_schedule_is_its_text(steps in vec(choice(), 0..20)) {
        prop_assert_eq!(parse_schedule(&schedule(&steps)), Ok(steps));
    }

    /// Any text is a schedule, or refused with the step that is none.
    #[test]
    fn any_text_is_read_or_refused(text in "[0-9ws, x-]{0,20}|\\PC{0,20}") {
        match parse_schedule(&text) {
            Ok(steps) => {
                prop_assert_eq!(parse_schedule(&schedule(&steps)), Ok(steps));
            }
            Err(why) => prop_assert!(why.contains("is no step"), "{}", why),
        }
    }
}
