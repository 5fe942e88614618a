//! The pages, their blocks and their links.

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

/// A Markdown file.
pub struct Page {
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

/// A fenced block.
pub struct Block {
    pub language: String,
    /// What the comment above it says.
    pub label: String,
    pub text: String,
    /// Where its text is in the page.
    pub range: Range<usize>,
    pub line: usize,
    /// Set beside another one, where the window is wide enough.
    pub beside: bool,
}

/// README and all under docs.
pub fn all() -> Vec<Page> {
    let mut paths = vec![root().join("README.md")];
    collect(&root().join("docs"), &mut paths);
    paths.sort();
    let page = |path: PathBuf| {
        let name = path.strip_prefix(root()).expect("it is in it");
        let name = name.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).expect("a page can be read");
        let text = text.replace("\r\n", "\n");
        Page { name, path, text }
    };
    paths.into_iter().map(page).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("docs can be read") {
        let path = entry.expect("docs can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|e| e == "md") {
            paths.push(path);
        }
    }
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
    pub fn blocks(&self) -> Vec<Block> {
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
            let before = &self.text[..range.start];
            let above = before.trim_end().lines().last().unwrap_or_default();
            let label = above.trim().strip_prefix("<!-- ");
            let label = label.and_then(|l| l.strip_suffix(" -->"));
            blocks.push(Block {
                language: language.to_string(),
                label: label.unwrap_or_default().to_string(),
                text: self.text[from..to.max(from)].to_string(),
                range: from..to.max(from),
                line: before.lines().count() + 1,
                beside: is_open(before),
            });
        }
        blocks
    }

    /// The names of its headings, as code hosts make them.
    fn headings(&self) -> Vec<String> {
        let (mut names, mut heading) = (Vec::new(), None);
        for event in Parser::new(&self.text) {
            match event {
                Event::Start(Tag::Heading { .. }) => {
                    heading = Some(String::new());
                }
                Event::End(TagEnd::Heading(_)) => names.extend(heading.take()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        let keep = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        let name = |text: String| -> String {
            let text = text.to_lowercase();
            text.chars().filter(keep).collect::<String>().replace(' ', "-")
        };
        names.into_iter().map(name).collect()
    }

    /// What is set as code within a line.
    pub fn inline_code(&self) -> Vec<String> {
        let code = |event| match event {
            Event::Code(code) => Some(code.to_string()),
            _ => None,
        };
        Parser::new_ext(&self.text, Options::ENABLE_TABLES)
            .filter_map(code)
            .collect()
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
        let mut dead = Vec::new();
        for to in self.links() {
            if to.contains("://") {
                continue;
            }
            let (file, heading) = to.split_once('#').unwrap_or((&to, ""));
            let folder = self.path.parent().expect("it is in a folder");
            let path = if file.is_empty() {
                self.path.clone()
            } else {
                folder.join(file)
            };
            let there = fs::canonicalize(&path);
            let page = pages.iter().find(|page| {
                there.as_ref().is_ok_and(|t| {
                    fs::canonicalize(&page.path).is_ok_and(|p| p == *t)
                })
            });
            let named = page.is_some_and(|page| {
                page.headings().iter().any(|name| name == heading)
            });
            if there.is_err() || (!heading.is_empty() && !named) {
                dead.push(format!("{}: dead link {to}", self.name));
            }
        }
        dead
    }
}
