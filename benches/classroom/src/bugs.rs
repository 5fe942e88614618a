//! The bugs: what each is, and what catches it.
//!
//! Next: [`bug`](crate::bug).

use std::time::Duration;

use serde_json::Value;

use crate::cargo::{Refusal, build_models};
use crate::complaint::{Complaint, failure, find};
use crate::patch::{self, Patch};
use crate::side::{SIDES, Side};
use crate::workspace::{Scratch, root, sources};

/// One `bugs/NAME.patch`.
pub struct Bug {
    /// The name of its file, without `.patch`.
    pub name: String,
    /// The program that it is in.
    pub side: Side,
    /// The reasoning that leads to the bug.
    pub thought: String,
    /// The model that catches it, or `rustc`.
    pub by: String,
    /// A part of the message of what catches it.
    pub words: String,
    /// The change.
    pub patch: Patch,
}

/// Every bug of both sides, by name.
///
/// # Errors
/// If one cannot be read.
pub fn all() -> Result<Vec<Bug>, Complaint> {
    let mut bugs = Vec::new();
    for side in SIDES {
        for patch in patch::below(&root().join(side.package()).join("bugs"))? {
            bugs.push(Bug {
                name: patch.name(),
                side,
                thought: patch.said("thought")?.into(),
                by: patch.said("caught by")?.into(),
                words: patch.said("in these words")?.into(),
                patch,
            });
        }
    }
    Ok(bugs)
}

/// The bug with this name.
///
/// # Errors
/// If there is none.
pub fn named<'a>(bugs: &'a [Bug], name: &str) -> Result<&'a Bug, Complaint> {
    find(bugs, "bug", name, |bug| &bug.name)
}

/// The result of a check.
pub struct Finding {
    /// Whether it was caught by what its header names, with its message.
    pub caught: bool,
    /// The text to print.
    pub text: String,
    /// The diagram of the failing run, as kept in `docs/golden`.
    pub story: Option<String>,
    /// rustc's error, such as `E0382`, if it did not compile.
    pub code: Option<String>,
    /// How many interleavings loom ran until it found the bug.
    pub interleavings: u64,
    /// The time that took, without the build.
    pub took: Duration,
}

impl Bug {
    /// Whether it compiles: then it can be stepped through.
    pub fn compiles(&self) -> bool {
        self.by != "rustc"
    }

    /// The command that steps through it.
    pub fn step(&self) -> String {
        format!("cargo step {}", self.name)
    }

    /// Lays it out in the scratch workspace.
    ///
    /// # Errors
    /// If it does not fit, or cannot be written.
    pub fn plant(&self, scratch: &Scratch) -> Result<(), Complaint> {
        let mut tree = sources()?;
        self.patch.apply(&mut tree)?;
        tree.write(&scratch.path)
    }

    /// Builds what is laid out, and runs the model that the bug names.
    ///
    /// # Errors
    /// If it cannot be checked; above all if it does not compile, but should.
    pub fn check(&self, scratch: &Scratch) -> Result<Finding, Complaint> {
        let built = build_models(&scratch.path, self.side.package())?;
        match (built, self.compiles()) {
            (Ok(program), true) => {
                let report = program.report(&["--exact", &self.by])?;
                Ok(self.by_loom(&report[0]))
            }
            (Err(refusal), false) => Ok(self.by_rustc(refusal)),
            (Ok(_), false) => Err(failure(format!(
                "{} compiles, but rustc must refuse it",
                self.name
            ))),
            (Err(refusal), true) => Err(refusal.of(&self.name)),
        }
    }

    fn by_rustc(&self, refusal: Refusal) -> Finding {
        Finding {
            caught: refusal.code.as_ref() == Some(&self.words),
            text: format!("rustc refuses it:\n\n{}", refusal.text),
            story: None,
            code: Some(refusal.code.unwrap_or("an error".into())),
            interleavings: 0,
            took: Duration::ZERO,
        }
    }

    fn by_loom(&self, model: &Value) -> Finding {
        let failure = &model["failure"];
        let said = format!("{} {}", failure["headline"], failure["why"]);
        let said = said.replace("\\n", " ");
        let text = model["text"].as_str().unwrap_or_default().trim_end();
        let side = self.side.package();
        Finding {
            caught: !failure.is_null() && said.contains(&self.words),
            text: format!("{side}, in every interleaving\n\n{text}"),
            story: story(failure),
            code: None,
            interleavings: model["interleavings"].as_u64().unwrap_or(0),
            took: Duration::from_millis(model["took_ms"].as_u64().unwrap_or(0)),
        }
    }
}

/// The diagram of a failure, in 100 columns, without its legend.
fn story(failure: &Value) -> Option<String> {
    let headline = failure["headline"].as_str()?;
    let lanes = failure["lanes"].as_str()?;
    let lanes = lanes.split("\n|  it could run").next()?;
    Some(format!("{headline}\n\n{}\n", lanes.trim_end()))
}
