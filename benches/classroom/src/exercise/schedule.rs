//! Grades a schedule, written by hand: it must lead to a bad end.
//!
//! Next: [`prove`](mod@super::prove).

use crate::bugs::Bug;
use crate::cargo::models;
use crate::complaint::{Kind, Result, refused};
use crate::tree::Tree;
use crate::workspace::Scratch;

/// Grades the schedule in this answer, of the models with this bug.
///
/// # Errors
/// If it is wrong, or cannot be judged.
pub fn grade(
    scratch: &Scratch,
    bug: &Bug,
    answer: &Tree,
) -> Result<Option<String>> {
    let Some(steps) = steps(answer.get("answer.txt")) else {
        return Err(refused(
            "besides comments, answer.txt must have one line, such as \
             `--schedule 1,2,2`",
        ));
    };
    let at = scratch.lay(&bug.patch.applied()?)?;
    let exact = ["--exact", &bug.by, "--replay", "--schedule", steps];
    let report = match models(at, bug.side)?.report(&exact) {
        // Such a word is no step.
        Err(why) if why.kind == Kind::Misuse => return Err(refused(&why.text)),
        report => report?,
    };
    if report["bad"] != true {
        let told = report["text"].as_str().unwrap_or_default();
        let why = "This schedule does not lead to a bad end.";
        return Err(refused(&format!("{told}\n{why}")));
    }
    let number = |key: &str| report[key].as_u64().unwrap_or(0);
    let (yours, fewest) = (number("steps"), number("fewest"));
    Ok(Some(if yours <= fewest {
        format!("Your schedule has {yours} steps, and none is shorter.")
    } else {
        format!("Your schedule has {yours} steps; the shortest has {fewest}.")
    }))
}

/// The steps in the one line of an answer that is neither empty nor a comment:
/// what a page shows, or copies as a command or a link, or they alone.
fn steps(answer: &str) -> Option<&str> {
    let lines = answer.lines().map(|line| line.trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let [line] = *Vec::from_iter(lines) else { return None };
    let after = |mark| Some(line.rsplit_once(mark)?.1);
    let steps = after("--schedule").or_else(|| after("#")).unwrap_or(line);
    Some(steps.trim()).filter(|steps| !steps.is_empty())
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn what_a_page_copies_is_accepted() {
        for line in [
            "1,2,2w1",
            "--schedule 1,2,2w1",
            "cargo step unlock-then-wait --schedule 1,2,2w1",
            "file:///a%20b/unlock-then-wait.html#1,2,2w1",
        ] {
            let answer = format!("# A comment.\n\n{line}\n");
            assert_eq!(steps(&answer), Some("1,2,2w1"), "{line}");
        }
    }

    #[test]
    fn an_answer_is_one_line_with_steps() {
        for answer in ["", "# --schedule 1,2", "1,2\n1,3", "--schedule "] {
            assert_eq!(steps(answer), None, "{answer:?}");
        }
    }
}
