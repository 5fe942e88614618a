//! What a page names must exist: a model, a test, a bug, an exercise.

use std::fs;
use std::path::PathBuf;

use crate::pages::{files, root};

/// Where names can be found.
pub struct Names {
    /// All Rust, and all patches: models and tests have their names there.
    sources: String,
    /// Of these, and of the pages.
    paths: Vec<String>,
    aliases: String,
}

impl Names {
    /// Reads all of it.
    pub fn read() -> Self {
        let rooms = ["shared", "mutex-poller", "channel-poller", "docs"];
        let text =
            |path: &PathBuf| fs::read_to_string(path).unwrap_or_default();
        let (mut sources, mut paths) = (String::new(), Vec::new());
        for path in rooms.iter().flat_map(|room| files(room)) {
            let is = |end: &str| path.extension().is_some_and(|e| e == end);
            if is("rs") || is("patch") {
                sources += &text(&path);
            }
            paths.push(path.to_string_lossy().replace('\\', "/"));
        }
        let aliases = text(&root().join(".cargo/config.toml"));
        Names { sources, paths, aliases }
    }

    /// A model, which may be a row of a table, or a test.
    fn is_property(&self, name: &str) -> bool {
        let named = ["\"NAME\"", "fn NAME(", "\n    NAME:"];
        let named = named.map(|named| named.replace("NAME", name));
        named.iter().any(|named| self.sources.contains(named))
    }

    fn is_bug_or_exercise(&self, name: &str) -> bool {
        let bug = format!("/bugs/{name}.patch");
        let exercise = format!("/exercises/{name}/");
        let mut paths = self.paths.iter();
        paths.any(|path| path.ends_with(&bug) || path.contains(&exercise))
    }

    /// A test or an example of a package, or of what an exercise adds to it.
    fn is_target(&self, package: &str, name: &str) -> bool {
        let file = format!("/{package}/{name}.rs");
        let folder = format!("/{package}/{name}/main.rs");
        let mut paths = self.paths.iter();
        paths.any(|path| path.ends_with(&file) || path.ends_with(&folder))
            || self.sources.contains(&file)
    }

    /// Whether cargo knows this command, and all that it names is there.
    pub fn command(&self, command: &str) -> bool {
        let command = command.split('#').next().unwrap_or_default();
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["cargo", "loom", .., "--", part] => self.sources.contains(part),
            ["cargo", "test", "-p", package, "--test", name] => {
                self.is_target(package, &format!("tests/{name}"))
            }
            ["cargo", "run", "-p", package, "--example", name] => {
                self.is_target(package, &format!("examples/{name}"))
            }
            ["cargo", "bug" | "step" | "exercise", name, ..]
                if !name.starts_with('-') && *name != "NAME" =>
            {
                self.is_bug_or_exercise(name) || self.is_property(name)
            }
            ["cargo", "run" | "test" | "bench" | "fetch" | "doc", ..]
            | ["cargo", "vendor" | "clean", ..] => true,
            ["cargo", alias, ..] => {
                self.aliases.contains(&format!("\n{alias} = "))
            }
            ["rustc", .., path] => root().join(path).exists(),
            ["node" | "npm", ..] => true,
            _ => false,
        }
    }

    /// A name of three words or more that is set as code is that of a bug, an
    /// exercise, a model or a test; other code may be anything.
    pub fn code(&self, code: &str) -> bool {
        let words = |joint: char| {
            let word = |c: char| c.is_ascii_lowercase() || c == joint;
            code.chars().all(word) && code.matches(joint).count() >= 2
        };
        let kebab = !words('-') || self.is_bug_or_exercise(code);
        let snake = !words('_') || self.is_property(code);
        code.starts_with("--") || (kebab && snake)
    }
}
