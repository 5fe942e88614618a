//! What the demo says of its run, from how long each side took.

use std::time::Duration;

use compare::demo::in_words;

fn said(took: [u64; 3]) -> String {
    in_words(true, took.map(Duration::from_millis))
}

const SAME: &str = "Mutex and channel: the same answers in the same time.";
const ANSWERS: &str = "Mutex and channel: the same answers.";
const MISTAKE: &str = "The mistake is as safe, and took 1.6 times as long.";

#[test]
fn what_differs_clearly_is_said() {
    assert_eq!(said([377, 377, 603]), format!("{SAME}\n{MISTAKE}"));
    assert_eq!(said([377, 370, 603]), format!("{SAME}\n{MISTAKE}"));
    let other = in_words(false, [Duration::from_secs(1); 3]);
    assert_eq!(other, "Mutex and channel: different answers in the same time.");
}

/// Mutex and channel wait for the same requests: 25 ms between them is the
/// machine, and so may be as much between them and the mistake.
#[test]
fn what_a_busy_machine_cannot_show_is_not_said() {
    assert_eq!(said([377, 402, 643]), format!("{ANSWERS}\n{MISTAKE}"));
    assert_eq!(said([402, 377, 643]), format!("{ANSWERS}\n{MISTAKE}"));
    assert_eq!(said([377, 402, 470]), ANSWERS);
    assert_eq!(said([377, 377, 390]), SAME);
    assert_eq!(said([377, 600, 603]), ANSWERS);
    assert_eq!(said([0, 0, 0]), "Mutex and channel: the same answers.");
}
