//! A page for every bug and every model, and an index.

use std::fs;
use std::path::Path;

use classroom::out;
use classroom::planting::bugs::Bug;
use classroom::planting::{Complaint, failure};

use crate::game::{self, Game, Place};

/// Writes all pages to this folder.
///
/// # Errors
/// If a page cannot be made or written.
pub fn write(folder: &Path, bugs: &[Bug]) -> Result<(), Complaint> {
    let said = |e| failure(format!("{}: {e}", folder.display()));
    fs::create_dir_all(folder).map_err(said)?;
    let folder = fs::canonicalize(folder).map_err(said)?;
    let bugs = bugs.iter().filter(|bug| bug.compiles()).map(Game::of_bug);
    let models = game::models()?;
    let models = models.iter().map(|(side, model)| Game::of_model(side, model));
    let games: Vec<_> = bugs.chain(models).collect();
    game::building();
    let mut rows = String::new();
    for game in &games {
        let summary =
            game.page(&Place::of(game)?, &folder.join(game.file()), &[])?;
        out::say(format!("{:50} {summary}", game.file()));
        rows += &row(game, &summary);
    }
    let index = INDEX.replace("{{rows}}", &rows);
    fs::write(folder.join("index.html"), index).map_err(said)?;
    out::say(format!("{} pages, and index.html", games.len()));
    Ok(())
}

fn row(game: &Game, summary: &str) -> String {
    let cells = [game.side.as_str(), &game.about, summary];
    let cells = cells.map(|cell| format!("<td>{}</td>", escaped(cell)));
    let (file, title) = (game.file(), escaped(&game.title));
    format!(
        "<tr><td><a href=\"{file}\">{title}</a></td>{}</tr>\n",
        cells.concat()
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const INDEX: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>You are the scheduler</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
td, th { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0;
  border-bottom: 1px solid #8884; }
@media (max-width: 50rem) { td { display: block; border: 0; padding: 0; }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid #8884; }
  thead { display: none; } }
</style>
<main>
<h1>You are the scheduler</h1>
<p>Each page is a small program that runs the shipped source of a poller.
Choose which thread goes on, and see what happens. In a program with a bug,
find the schedule that shows it.</p>
<table>
<thead><tr><th>Page</th><th>Side</th><th>About</th><th>Schedules</th></tr>
</thead>
<tbody>
{{rows}}</tbody>
</table>
</main>
</html>
";
