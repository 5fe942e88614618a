//! A page for every bug and every model, and an index.

use std::fs;
use std::path::Path;

use super::game::{self, Game};
use crate::bugs::Bug;
use crate::complaint::{Result, with};
use crate::out;

/// Writes all pages to this folder.
///
/// # Errors
/// If a page cannot be made or written.
pub fn write(folder: &Path, bugs: &[Bug]) -> Result {
    fs::create_dir_all(folder).map_err(with(folder))?;
    let folder = fs::canonicalize(folder).map_err(with(folder))?;
    let bugs = bugs.iter().filter(|bug| bug.compiles()).map(Game::of_bug);
    let mut rows = String::new();
    for game in bugs.chain(game::models(|_, _| true)?.into_iter().map(Ok)) {
        let game = game?;
        let file = game.file();
        let summary = game.page(&folder.join(&file), &[])?;
        out::say(format!("{file:50} {summary}"));
        let cells = [&game.title, game.side.package, &game.about, &summary];
        let [title, side, about, summary] = cells.map(escaped);
        rows += &format!(
            "<tr><td><a href=\"{file}\">{title}</a></td><td>{side}</td>\
             <td>{about}</td><td>{summary}</td></tr>\n"
        );
    }
    let index = include_str!("index.html").replace("{{rows}}", &rows);
    let file = folder.join("index.html");
    fs::write(&file, index).map_err(with(&file))?;
    out::say("and index.html");
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
