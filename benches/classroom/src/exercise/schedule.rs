//! Grades a schedule, written by hand: it must lead to a bad end.
//!
//! Next: [`prove`](super::prove).

use super::grade::Grade;
use crate::bugs::Bug;
use crate::cargo::build_models;
use crate::complaint::Complaint;
use crate::tree::Tree;
use crate::workspace::Scratch;

/// Grades the schedule in this answer, with the bug in the tree.
///
/// # Errors
/// If it cannot be judged.
pub fn grade(
    scratch: &Scratch,
    bug: &Bug,
    answer: &str,
    tree: &Tree,
) -> Result<Grade, Complaint> {
    let steps = match steps(answer) {
        Ok(steps) => steps,
        Err(why) => return Ok(Grade::Refused(why)),
    };
    tree.write(&scratch.path)?;
    let built = build_models(&scratch.path, bug.side.package())?;
    let program = built.map_err(|refusal| refusal.of(&bug.name))?;
    let exact = ["--exact", &bug.by, "--replay", "--schedule", steps];
    let report = match program.report(&exact) {
        Ok(report) => report,
        // It cannot be followed, and the checker says why.
        Err(why) => return Ok(Grade::Refused(why.text)),
    };
    let told = report["text"].as_str().unwrap_or_default();
    Ok(match report["end"].as_str() {
        Some("deadlock" | "broken") => Grade::Accepted(remark(
            report["steps"].as_u64().unwrap_or(0),
            report["fewest"].as_u64().unwrap_or(0),
        )),
        Some(_) => {
            Grade::Refused(format!("{told}\nThis schedule does not end badly."))
        }
        None => Grade::Refused(format!(
            "{told}\nThis schedule stops before the end."
        )),
    })
}

/// The one line of an answer that is neither empty nor a comment: what a page
/// shows or copies as a command or a link, or the steps alone.
fn steps(answer: &str) -> Result<&str, String> {
    let lines = answer.lines().map(|line| line.trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let lines: Vec<_> = lines.collect();
    let [line] = lines.as_slice() else {
        return Err(format!(
            "the answer is one line, `--schedule 1,2,...`; the file has {} \
             lines besides comments",
            lines.len()
        ));
    };
    let after = |mark| Some(line.rsplit_once(mark)?.1);
    let steps = after("--schedule").or_else(|| after("#"));
    match steps.unwrap_or(line).trim() {
        "" => Err("the schedule has no steps yet".into()),
        steps => Ok(steps),
    }
}

/// How long an accepted schedule is, and the shortest one.
fn remark(yours: u64, fewest: u64) -> Option<String> {
    Some(if yours <= fewest {
        format!("Your schedule has {yours} steps, and none is shorter.")
    } else {
        format!(
            "Your schedule has {yours} steps. The shortest has {fewest}: can \
             you find one?"
        )
    })
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
            assert_eq!(steps(&answer), Ok("1,2,2w1"), "{line}");
        }
    }

    #[test]
    fn an_answer_is_one_line_with_steps() {
        for answer in ["", "# --schedule 1,2", "1,2\n1,3", "--schedule "] {
            assert!(steps(answer).is_err(), "{answer:?}");
        }
    }
}
