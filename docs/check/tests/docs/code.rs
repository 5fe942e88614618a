//! Finds `path#item`: a function, `Type::method`, struct, enum, trait or
//! const; without comments for rustdoc and without attributes.
//!
//! It reads lines and needs no parser, because rustfmt has set them: an item
//! ends at the first line that is indented as its first line is, and closes
//! something.

use std::fs;

use crate::pages::root;

/// The text of the item, set to the left margin.
pub fn item(label: &str) -> Result<String, String> {
    let (path, name) = label.split_once('#').ok_or("no `path#item`")?;
    let text = fs::read_to_string(root().join(path))
        .map_err(|error| format!("{path}: {error}"))?;
    let lines: Vec<&str> = text.lines().collect();
    let found = match name.split_once("::") {
        Some((of, method)) => impls(&lines, of)
            .find_map(|within| find(within, 4, &["fn"], method)),
        None => find(&lines, 0, &KEYWORDS, name),
    };
    let found = found.ok_or_else(|| format!("{path} has no {name}"))?;
    let margin = indent(found[0]);
    let mut item = String::new();
    for line in found {
        let doc = line.trim_start();
        if !doc.starts_with("///") && !doc.starts_with("#[") {
            item += line.get(margin..).unwrap_or_default();
            item.push('\n');
        }
    }
    Ok(item)
}

const KEYWORDS: [&str; 5] = ["fn", "struct", "enum", "trait", "const"];

type Lines<'a> = &'a [&'a str];

/// The item with this name, if one of these keywords introduces it.
fn find<'a>(
    lines: Lines<'a>,
    margin: usize,
    keywords: &[&str],
    name: &str,
) -> Option<Lines<'a>> {
    let starts = |line: &&str| {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let named =
            |pair: &[&str]| keywords.contains(&pair[0]) && pair[1] == name;
        indent(line) == margin && words.windows(2).take(3).any(named)
    };
    let from = lines.iter().position(starts)?;
    Some(whole(&lines[from..]))
}

/// The blocks of `impl Type`, also of those with a trait.
fn impls<'a>(lines: Lines<'a>, of: &str) -> impl Iterator<Item = Lines<'a>> {
    let is_its = move |line: &str| {
        let heads = [format!(" {of} {{"), format!(" {of}<")];
        let named = heads.iter().any(|head| line.contains(head));
        line.starts_with("impl") && named
    };
    let starts = lines.iter().enumerate().filter(move |(_, line)| is_its(line));
    starts.map(|(from, _)| whole(&lines[from..]))
}

/// From the first of these lines to the one that ends its item.
fn whole<'a>(lines: Lines<'a>) -> Lines<'a> {
    let margin = indent(lines[0]);
    let closes =
        |line: &&str| indent(line) == margin && line.ends_with(['}', ';']);
    let last = lines.iter().position(closes);
    &lines[..=last.unwrap_or(lines.len() - 1)]
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
