//! The bugs: what each is, and what catches it.
//!
//! Next: [`bug`](crate::bug).

use serde_json::Value;

use crate::cargo::{Program, models};
use crate::complaint::{Complaint, Kind, failure, unknown};
use crate::patch::{self, Patch};
use crate::side::{SIDES, Side};
use crate::tree::Tree;
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
    let none =
        || unknown("bug", "bug", name, bugs.iter().map(|b| b.name.as_str()));
    bugs.iter().find(|bug| bug.name == name).ok_or_else(none)
}

/// The result of a check.
pub struct Finding {
    /// The program, if it compiles.
    pub program: Option<Program>,
    /// Whether it was caught by what its header names, with its message.
    pub caught: bool,
    /// The text to print.
    pub text: String,
    /// rustc's error, or what the checker says about the model.
    pub report: Value,
}

impl Bug {
    /// Whether it compiles: then it can be stepped through.
    pub fn compiles(&self) -> bool {
        self.by != "rustc"
    }

    /// The sources with the bug.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn planted(&self) -> Result<Tree, Complaint> {
        let mut tree = sources()?;
        self.patch.apply(&mut tree)?;
        Ok(tree)
    }

    /// Builds it, and runs the model that it names.
    ///
    /// # Errors
    /// If it cannot be checked; above all if it does not compile, but should.
    pub fn check(&self, scratch: &Scratch) -> Result<Finding, Complaint> {
        let at = scratch.lay(&self.planted()?)?;
        let program = match models(at, self.side) {
            Err(Complaint { kind: Kind::NotBuilt(code), text }) => {
                return self.by_rustc(code, &text);
            }
            other => other?,
        };
        if !self.compiles() {
            let text = format!("{} compiles: rustc must refuse it", self.name);
            return Err(failure(text));
        }
        let report = program.report(&["--exact", &self.by])?[0].take();
        let failure = &report["failure"];
        let said = format!("{} {}", failure["headline"], failure["why"]);
        let said = said.replace("\\n", " ");
        let text = report["text"].as_str().unwrap_or_default().trim_end();
        let side = self.side.package();
        Ok(Finding {
            program: Some(program),
            caught: !failure.is_null() && said.contains(&self.words),
            text: format!("{side}, in every interleaving\n\n{text}"),
            report,
        })
    }

    fn by_rustc(
        &self,
        code: Option<String>,
        text: &str,
    ) -> Result<Finding, Complaint> {
        if self.compiles() {
            return Err(failure(format!(
                "{} does not build, so nothing was checked:\n{text}",
                self.name
            )));
        }
        Ok(Finding {
            program: None,
            caught: code.as_ref() == Some(&self.words),
            text: format!("rustc refuses it:\n\n{text}"),
            report: code.into(),
        })
    }
}
