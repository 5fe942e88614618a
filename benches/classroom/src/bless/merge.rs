//! Merging two changes of one text.

use std::collections::BTreeMap;

use diffy::{Line, create_patch, merge};

/// A text that was merged.
#[derive(Debug, PartialEq, Eq)]
pub enum Merged {
    /// No line is changed in both.
    Lines(String),
    /// Some lines are, but no word: the text may be nonsense.
    Words(String),
}

/// The text with both changes; a name that `ours` has replaced everywhere is
/// replaced in all of it. `None` if both change the same words.
pub fn merged(base: &str, ours: &str, theirs: &str) -> Option<Merged> {
    let names = replaced(base, ours);
    let base = with_names(base, &names);
    let theirs = with_names(theirs, &names);
    if let Ok(lines) = merge(&base, ours, &theirs) {
        return Some(Merged::Lines(lines));
    }
    let words = [base.as_str(), ours, &theirs].map(one_a_line);
    let words = merge(&words[0], &words[1], &words[2]).ok()?;
    Some(Merged::Words(from_lines(&words)))
}

/// The names of `base` that are gone from `ours`, because each of them was
/// replaced by one other name everywhere.
fn replaced(base: &str, ours: &str) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let (base, now) = (one_a_line(base), one_a_line(ours));
    let patch = create_patch(&base, &now);
    for hunk in patch.hunks() {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for line in hunk.lines().iter().chain([&Line::Context("")]) {
            match line {
                Line::Delete(word) => gone.push(*word),
                Line::Insert(word) => come.push(*word),
                Line::Context(_) => {
                    if gone.len() == come.len() {
                        let pairs = gone.iter().zip(&come);
                        names.extend(pairs.map(|(a, b)| {
                            (a.trim_end().into(), b.trim_end().into())
                        }));
                    }
                    gone.clear();
                    come.clear();
                }
            }
        }
    }
    let is_left = |name: &str| now.lines().any(|word| word == name);
    names.retain(|old, new| is_name(old) && is_name(new) && !is_left(old));
    names
}

fn with_names(text: &str, names: &BTreeMap<String, String>) -> String {
    let words = words(text);
    let word = |word| names.get(word).map_or(word, String::as_str);
    words.map(word).collect()
}

/// A word each line; the end of a line is a word of its own.
fn one_a_line(text: &str) -> String {
    let word = |word: &str| match word {
        "\n" => "\\n\n".to_string(),
        word => format!("{word}\n"),
    };
    words(text).map(word).collect()
}

fn from_lines(lines: &str) -> String {
    let word = |line: &'_ str| match line {
        "\\n" => "\n".to_string(),
        word => word.to_string(),
    };
    lines.split_terminator('\n').map(word).collect()
}

/// The names and numbers of a text, and each character between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
    text.split_inclusive(is_end).flat_map(move |part| {
        let end = part.char_indices().next_back();
        let at = end.filter(|(_, c)| is_end(*c)).map_or(part.len(), |e| e.0);
        let (name, rest) = part.split_at(at);
        [name, rest].into_iter().filter(|word| !word.is_empty())
    })
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "let old = f();\nfor x in old {\n    use(x, old);\n}\n";

    #[test]
    fn a_name_that_was_replaced_is_replaced_in_the_patch() {
        let ours = BASE.replace("old", "new");
        let theirs = BASE.replace("use(x, old);", "drop(old);");
        let both = ours.replace("use(x, new);", "drop(new);");
        assert_eq!(merged(BASE, &ours, &theirs), Some(Merged::Lines(both)));
    }

    #[test]
    fn words_of_one_line_are_merged() {
        let ours = BASE.replace("in old", "in old.iter()");
        let theirs = BASE.replace("for x", "for (x, _)");
        let both = BASE.replace("for x in old", "for (x, _) in old.iter()");
        assert_eq!(merged(BASE, &ours, &theirs), Some(Merged::Words(both)));
    }

    #[test]
    fn two_changes_of_one_word_are_a_conflict() {
        let ours = BASE.replace("f()", "f(1)");
        let theirs = BASE.replace("f()", "f(2)");
        assert_eq!(merged(BASE, &ours, &theirs), None);
    }
}
