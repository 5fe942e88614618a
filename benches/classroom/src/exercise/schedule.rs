//! Grades a schedule, written by hand: it must lead to a bad end.

use std::fs;
use std::path::Path;

use classroom::planting::Complaint;
use classroom::planting::bugs::Bug;
use classroom::planting::judge::{LOOM, cargo};
use classroom::planting::scratch::Scratch;

/// Why the schedule in this answer is refused, with the bug in the copy;
/// `None` if it ends badly.
///
/// # Errors
/// If cargo cannot be run.
pub fn refused(
    scratch: &Scratch,
    bug: &Bug,
    answer: &str,
) -> Result<Option<String>, Complaint> {
    let steps = match steps(answer) {
        Ok(steps) => steps,
        Err(why) => return Ok(Some(why)),
    };
    let mut args = LOOM.to_vec();
    args.extend(["--package", &bug.side, "--", "--exact", &bug.by]);
    args.extend(["--replay", "--schedule", &steps]);
    let out = cargo(scratch, &args)?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    if !out.status.success() {
        let why = String::from_utf8_lossy(&out.stderr);
        return Ok(Some(format!("{text}{why}")));
    }
    // A sentence of a step is indented; how the run ended is not.
    let ends = ["Deadlock:", "Broken,", "It ends"];
    let end = text.lines().find(|l| ends.iter().any(|e| l.starts_with(e)));
    Ok(match end {
        None => Some(format!("{text}\nThis schedule stops before the end.")),
        Some(end) if end.starts_with("It ends") => {
            Some(format!("{text}\nThis schedule does not end badly."))
        }
        Some(_) => None,
    })
}

/// The one line of an answer that is neither empty nor a comment.
fn steps(answer: &str) -> Result<String, String> {
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
    let steps = line.strip_prefix("--schedule").unwrap_or(line).trim();
    if steps.is_empty() {
        return Err("the schedule has no steps yet".into());
    }
    Ok(steps.into())
}

/// How long an accepted schedule is, and the shortest one, which the diagrams
/// that are kept know.
pub fn remark(root: &Path, bug: &Bug, answer: &str) -> Option<String> {
    let yours = steps(answer).ok()?.split(',').count();
    let golden = root.join("docs/golden").join(&bug.side);
    let text = fs::read_to_string(golden.join(format!("{}.txt", bug.name)));
    let text = text.ok()?;
    let fewest = text.split("the shortest that does has ").nth(1)?;
    let fewest: usize = fewest.split(' ').next()?.parse().ok()?;
    Some(if yours <= fewest {
        format!("Your schedule has {yours} steps, and none is shorter.")
    } else {
        format!(
            "Your schedule has {yours} steps. The shortest has {fewest}: can \
             you find one?"
        )
    })
}
