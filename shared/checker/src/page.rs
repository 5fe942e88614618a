//! The graph of a model as one page that holds all it needs: play with it in
//! a browser, without a network.
//!
//! `data` is what the page is made from, as JSON; `page.html` beside this file
//! draws it. Next: `data`, then `owners`, who has a value.

mod data;
mod owners;

use std::fs;
use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::graph::Graph;
use crate::story::{Telling, to_show};
use crate::world::Choice;

/// What a page says besides the graph.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// Its title: the name of a bug or of a model.
    pub title: String,
    /// The property, in words.
    pub says: String,
    /// The size of the model.
    pub size: String,
    /// The reasoning behind the bug, or an empty text.
    pub thought: String,
    /// The command that makes this page.
    pub command: String,
    /// Whether the model looks for something that must be seen once.
    pub some: bool,
    /// The values that have one owner at any time.
    pub tokens: Vec<String>,
    /// The schedule of the run that loom shows.
    pub loom: Option<Vec<Choice>>,
    /// How a run that has failed before an edit goes now, or an empty text.
    pub carried: String,
}

const TEMPLATE: &str = include_str!("page.html");

/// The page.
pub fn page(graph: &Graph, story: &Story) -> String {
    let data = data::data(graph, story).to_string();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let written = packed.write_all(data.as_bytes());
    written.expect("memory takes what is written");
    let packed = packed.finish().expect("memory takes what is written");
    // Where there is no JavaScript: loom's run, or the shortest to a bad end.
    let run = story.loom.clone().unwrap_or_else(|| to_show(graph));
    let told = Telling { graph, command: &story.command }.story(&run);
    TEMPLATE
        .replace("{{title}}", &escaped(&story.title))
        .replace("{{run}}", &escaped(&told.unwrap_or_default()))
        .replace("{{data}}", &STANDARD.encode(packed))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Writes a page, and the folder that it is in.
///
/// # Errors
/// If it cannot be written.
pub fn write(file: &Path, page: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, page)
}
