//! A page for every bug and every model, and an index.

use std::fs;
use std::path::Path;

use super::game::{self, Game};
use crate::bugs::Bug;
use crate::complaint::{Complaint, with};
use crate::out;

/// Writes all pages to this folder.
///
/// # Errors
/// If a page cannot be made or written.
pub fn write(folder: &Path, bugs: &[Bug]) -> Result<(), Complaint> {
    fs::create_dir_all(folder).map_err(with(folder))?;
    let folder = fs::canonicalize(folder).map_err(with(folder))?;
    let bugs = bugs.iter().filter(|bug| bug.compiles()).map(Game::of_bug);
    let models = game::models()?;
    let models =
        models.iter().map(|(side, model)| Game::of_model(*side, model));
    let games: Vec<_> = bugs.chain(models).collect();
    let mut rows = String::new();
    for game in &games {
        let page = folder.join(&game.file);
        let summary = game.stage()?.page(&page, &[])?;
        out::say(format!("{:50} {summary}", game.file));
        rows += &row(game, &summary);
    }
    let index = include_str!("index.html").replace("{{rows}}", &rows);
    let file = folder.join("index.html");
    fs::write(&file, index).map_err(with(&file))?;
    out::say(format!("{} pages, and index.html", games.len()));
    Ok(())
}

fn row(game: &Game<'_>, summary: &str) -> String {
    let cells = [game.side.package(), &game.about, summary];
    let cells = cells.map(|cell| format!("<td>{}</td>", escaped(cell)));
    let (file, title) = (&game.file, escaped(&game.title));
    format!(
        "<tr><td><a href=\"{file}\">{title}</a></td>{}</tr>\n",
        cells.concat()
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
