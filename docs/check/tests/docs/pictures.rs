//! The pictures under `docs/pictures`: drawn by hand, with one look.
//!
//! A picture that a page shows as an image can load no style sheet. So each
//! has a copy of `look.xml`, between two comments: `cargo bless docs` puts it
//! there.

use std::fs;
use std::path::PathBuf;

use crate::pages::{Page, files, root};

const BEFORE: &str = "<!-- look.xml: `cargo bless docs` -->\n";
const AFTER: &str = "<!-- drawn -->\n";

pub struct Picture {
    /// As the pages of `docs` write it: `pictures/wait.svg`.
    pub name: String,
    path: PathBuf,
    text: String,
}

pub fn all() -> Vec<Picture> {
    let mut paths = files("docs/pictures");
    paths.retain(|path| path.extension().is_some_and(|e| e == "svg"));
    let picture = |path: PathBuf| {
        let file = path.file_name().expect("it is a file").to_string_lossy();
        let text = fs::read_to_string(&path).expect("a picture can be read");
        let text = text.replace("\r\n", "\n");
        Picture { name: format!("pictures/{file}"), path, text }
    };
    paths.into_iter().map(picture).collect()
}

impl Picture {
    /// Gives it the look, or says that it has another.
    pub fn look(&self, blessing: bool) -> Result<(), String> {
        let look = fs::read_to_string(root().join("docs/pictures/look.xml"))
            .expect("look.xml can be read")
            .replace("\r\n", "\n");
        let parts = self.text.split_once(BEFORE).and_then(|(head, rest)| {
            let (has, drawn) = rest.split_once(AFTER)?;
            Some((head, has, drawn))
        });
        let (head, has, drawn) =
            parts.ok_or(format!("{}: no place for the look", self.name))?;
        if has == look {
            return Ok(());
        }
        if blessing {
            let text = format!("{head}{BEFORE}{look}{AFTER}{drawn}");
            fs::write(&self.path, text).expect("a picture can be written");
            return Ok(());
        }
        Err(format!("{}: not the look of look.xml", self.name))
    }

    /// Whether it says in words what it shows, and a page shows it.
    pub fn is_shown_and_told(&self, pages: &[Page]) -> Result<(), String> {
        let told = ["<title id=\"title\">", "<desc id=\"desc\">"];
        if !told.iter().all(|tag| self.text.contains(tag)) {
            return Err(format!("{}: no title, or no desc", self.name));
        }
        let shows = |page: &Page| {
            let mut lines = page.text.split("![").skip(1);
            let end = format!("]({})", self.name);
            lines.any(|line| line.find(&end).is_some_and(|at| at > 10))
        };
        let shown = pages.iter().any(shows);
        let why = "no page shows it with a text for those who do not see it";
        shown.then_some(()).ok_or(format!("{}: {why}", self.name))
    }

    /// What it sets as code, and no line of the programs has.
    pub fn unknown_code(&self, sources: &str) -> Vec<String> {
        let is_code = |line: &&str| {
            let class = line.split('"').nth(1).unwrap_or_default();
            class.split(' ').any(|class| class == "code")
        };
        let lines = self.text.lines().filter(is_code);
        let shown = lines.filter_map(|line| line.split(['<', '>']).nth(2));
        let between = |c: char| !c.is_alphanumeric() && c != '_';
        let words = shown.flat_map(|code| code.split(between));
        let unknown = words.filter(|word| !sources.contains(word));
        unknown
            .filter(|word| *word != "amp")
            .map(|word| format!("{}: no {word}", self.name))
            .collect()
    }
}

/// The Rust that the pictures are about.
pub fn sources() -> String {
    let rooms = ["mutex-poller/src", "channel-poller/src", "shared/src"];
    let files = rooms.iter().flat_map(|room| files(room));
    files.map(|path| fs::read_to_string(path).expect("it is a text")).collect()
}
