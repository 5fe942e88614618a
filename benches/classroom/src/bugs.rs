//! The bugs: what each is, and what catches it.
//!
//! Next: [`bug`](crate::bug).

use serde_json::Value;

use crate::cargo::{Program, models};
use crate::complaint::{Complaint, Result, unknown};
use crate::patch::{self, Patch};
use crate::side::{SIDES, Side};
use crate::workspace::Scratch;

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
pub fn all() -> Result<Vec<Bug>> {
    let mut bugs = Vec::new();
    for patch in patch::all()? {
        let its =
            |side: &Side| patch.folder == format!("{}/bugs", side.package);
        if let Some(side) = SIDES.into_iter().find(its) {
            bugs.push(Bug {
                side,
                name: patch.name.clone(),
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
pub fn named<'a>(bugs: &'a [Bug], name: &str) -> Result<&'a Bug> {
    let found = bugs.iter().find(|bug| bug.name == name);
    found.ok_or_else(|| unknown("bug", name, "cargo bug"))
}

/// The result of a check.
pub struct Finding {
    /// The program, if it compiles.
    pub program: Option<Program>,
    /// Whether it was caught by what its header names, with its message.
    pub caught: bool,
    /// The text to print.
    pub text: String,
    /// rustc's code for it, or what the checker says about the model.
    pub report: Value,
}

impl Bug {
    /// Whether it compiles: then it can be stepped through.
    pub fn compiles(&self) -> bool {
        self.by != "rustc"
    }

    /// Builds it, and runs the model that it names.
    ///
    /// # Errors
    /// If it cannot be checked.
    pub fn check(&self, scratch: &Scratch) -> Result<Finding> {
        let at = scratch.lay(&self.patch.applied()?)?;
        let program = match models(at, self.side) {
            Err(Complaint::NotBuilt(errors)) => {
                return Ok(Finding {
                    program: None,
                    caught: errors.contains(&format!("[{}]", self.words)),
                    text: format!("rustc refuses it:\n\n{errors}"),
                    report: self.words.as_str().into(),
                });
            }
            built => built?,
        };
        // One that must not compile, but does, names no model.
        let report = program.report(&["--exact", &self.by])?[0].take();
        let failure = &report["failure"];
        let said = format!("{} {}", failure["headline"], failure["why"]);
        let said = said.replace("\\n", " ");
        let text = report["text"].as_str().unwrap_or_default().trim_end();
        let side = self.side.package;
        Ok(Finding {
            program: Some(program),
            caught: !failure.is_null() && said.contains(&self.words),
            text: format!("{side}, in every interleaving\n\n{text}"),
            report,
        })
    }
}
