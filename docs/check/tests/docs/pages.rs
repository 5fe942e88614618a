//! The pages, their parts that are held to something, and their links.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2);
    root.expect("docs/check is a folder of it").to_path_buf()
}

/// All files under a folder.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A Markdown file.
pub struct Page {
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

/// A fenced block, or a table under a label.
pub struct Part {
    /// Of a fenced block.
    pub language: String,
    /// What the comment above it says.
    pub label: String,
    pub text: String,
    /// Where its text is in the page.
    pub range: Range<usize>,
    /// `page:line`.
    pub at: String,
    /// Set beside another one, where the window is wide enough.
    pub beside: bool,
}

/// README and all under docs.
pub fn all() -> Vec<Page> {
    let mut paths = files("docs");
    paths.retain(|path| path.extension().is_some_and(|e| e == "md"));
    paths.push(root().join("README.md"));
    let page = |path: PathBuf| {
        let name = path.strip_prefix(root()).expect("it is in it");
        let name = name.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).expect("a page can be read");
        let text = text.replace("\r\n", "\n");
        Page { name, path, text }
    };
    paths.into_iter().map(page).collect()
}

/// Whether this ends inside of two sides.
fn is_open(text: &str) -> bool {
    let Some(start) = text.rfind("<div class=\"sides\">") else {
        return false;
    };
    let sides = &text[start..];
    sides.matches("<div").count() > sides.matches("</div>").count()
}

impl Page {
    fn part(&self, language: &str, label: &str, range: Range<usize>) -> Part {
        let before = &self.text[..range.start];
        Part {
            language: language.to_string(),
            label: label.to_string(),
            text: self.text[range.clone()].to_string(),
            at: format!("{}:{}", self.name, before.lines().count()),
            beside: is_open(before),
            range,
        }
    }

    /// Its fenced blocks.
    pub fn blocks(&self) -> Vec<Part> {
        let mut blocks = Vec::new();
        for (event, range) in Parser::new(&self.text).into_offset_iter() {
            let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) =
                event
            else {
                continue;
            };
            let whole = &self.text[range.clone()];
            let from = range.start + whole.find('\n').map_or(0, |n| n + 1);
            let to = range.start + whole.rfind("```").unwrap_or(whole.len());
            let above = self.text[..range.start].trim_end().lines().last();
            let label = above.and_then(|line| {
                line.trim().strip_prefix("<!-- ")?.strip_suffix(" -->")
            });
            let label = label.unwrap_or_default();
            blocks.push(self.part(&language, label, from..to.max(from)));
        }
        blocks
    }

    /// Its tables that a comment `table: NAME` stands above; empty if no
    /// table follows yet.
    pub fn tables(&self) -> Vec<Part> {
        let labels = self.text.match_indices("\n<!-- table: ");
        let table = |(at, _): (usize, &str)| {
            let label = self.text[at..].trim_start().lines().next()?;
            let from = at + 1 + label.len() + 1;
            let rows = self.text.get(from..)?.split_inclusive('\n');
            let rows = rows.take_while(|row| row.starts_with('|'));
            let to = from + rows.map(str::len).sum::<usize>();
            let label = label.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
            Some(self.part("", label, from..to))
        };
        labels.filter_map(table).collect()
    }

    /// Whether a heading has this name, as code hosts make it.
    fn has_heading(&self, name: &str) -> bool {
        let keep = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        let of = |heading: &str| -> String {
            let text = heading.trim_start_matches('#').trim().to_lowercase();
            text.chars().filter(keep).collect::<String>().replace(' ', "-")
        };
        let mut headings = self.text.lines().filter(|l| l.starts_with('#'));
        headings.any(|heading| of(heading) == name)
    }

    /// What is set as code within a line, and what is not.
    pub fn code_and_prose(&self) -> [Vec<String>; 2] {
        let (mut code, mut prose, mut fenced) = (Vec::new(), Vec::new(), false);
        for event in Parser::new_ext(&self.text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::CodeBlock(_) | Tag::Table(_)) => {
                    fenced = true;
                }
                Event::End(TagEnd::CodeBlock | TagEnd::Table) => fenced = false,
                Event::Code(text) => code.push(text.to_string()),
                Event::Text(text) if !fenced => prose.push(text.to_string()),
                _ => {}
            }
        }
        [code, prose]
    }

    /// Where its links lead, also those inside of HTML.
    fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for event in Parser::new(&self.text) {
            match event {
                Event::Start(
                    Tag::Link { dest_url: to, .. }
                    | Tag::Image { dest_url: to, .. },
                ) => links.push(to.to_string()),
                Event::Html(html) | Event::InlineHtml(html) => {
                    for (from, to) in [("](", ')'), ("href=\"", '"')] {
                        let parts = html.split(from).skip(1);
                        let ends = parts.filter_map(|p| p.split_once(to));
                        links.extend(ends.map(|(link, _)| link.to_string()));
                    }
                }
                _ => {}
            }
        }
        links
    }

    /// Links to files and headings that are not there.
    pub fn dead_links(&self, pages: &[Page]) -> Vec<String> {
        let folder = self.path.parent().expect("it is in a folder");
        let leads_somewhere = |to: &String| {
            let (file, heading) = to.split_once('#').unwrap_or((to, ""));
            let to = if file.is_empty() { &self.name } else { file };
            let folder = if file.is_empty() { root() } else { folder.into() };
            let there = fs::canonicalize(folder.join(to)).ok();
            let is = |page: &&Page| fs::canonicalize(&page.path).ok() == there;
            let named = || {
                let page = pages.iter().find(is);
                page.is_some_and(|page| page.has_heading(heading))
            };
            there.is_some() && (heading.is_empty() || named())
        };
        let links = self.links().into_iter();
        let inside = links.filter(|to| !to.contains("://"));
        let dead = inside.filter(|to| !leads_somewhere(to));
        dead.map(|to| format!("{}: dead link {to}", self.name)).collect()
    }
}
