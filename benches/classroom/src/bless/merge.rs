//! Merging two changes of one text.

use std::collections::BTreeMap;

use diffy::{DiffOptions, Line, merge};

/// The text with both changes, and whether both change some line, though no
/// word of it: then the text may be nonsense. A name that `ours` has replaced
/// everywhere is replaced in all of it. `None` if both change the same words.
pub fn merged(base: &str, ours: &str, theirs: &str) -> Option<(String, bool)> {
    let [base, ours, theirs] = [base, ours, theirs].map(words);
    let names = replaced(&base, &ours);
    let [base, theirs] = [&base, &theirs].map(|words| renamed(words, &names));
    let lines = [&base, &ours, &theirs].map(|words| text(words));
    if let Ok(both) = merge(&lines[0], &lines[1], &lines[2]) {
        return Some((both, false));
    }
    let both = merge(&base, &ours, &theirs).ok()?;
    Some((text(&both), true))
}

/// Each word, and each character between words, on a line of its own; the end
/// of a line is this one:
const END: &str = "\0";

fn words(text: &str) -> String {
    let mut words = String::new();
    for c in text.chars() {
        let in_word = is_of_name(c);
        if !in_word && !words.ends_with('\n') {
            words.push('\n');
        }
        match c {
            '\n' => words.push_str(END),
            c => words.push(c),
        }
        if !in_word {
            words.push('\n');
        }
    }
    words
}

fn text(words: &str) -> String {
    words.replace('\n', "").replace(END, "\n")
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

type Names = BTreeMap<String, String>;

/// The names of `base` that are gone from `ours`, because each of them was
/// replaced by one other name everywhere.
fn replaced(base: &str, ours: &str) -> Names {
    let mut names = Names::new();
    let patch = DiffOptions::new().set_context_len(0).create_patch(base, ours);
    for hunk in patch.hunks() {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for line in hunk.lines() {
            match line {
                Line::Delete(word) => gone.push(word.trim_end().to_string()),
                Line::Insert(word) => come.push(word.trim_end().to_string()),
                Line::Context(_) => {}
            }
        }
        if gone.len() == come.len() {
            names.extend(gone.into_iter().zip(come));
        }
    }
    let is_name = |word: &str| word.starts_with(is_of_name);
    let is_left = |name: &str| ours.lines().any(|word| word == name);
    names.retain(|old, new| is_name(old) && is_name(new) && !is_left(old));
    names
}

fn renamed(words: &str, names: &Names) -> String {
    let word = |word| names.get(word).map_or(word, String::as_str);
    words.lines().flat_map(|line| [word(line), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::merged;

    const BASE: &str = "let old = f();\nfor x in old {\n    use(x, old);\n}\n";

    /// Two changes, each of one part of the base, and what becomes of both.
    fn both(ours: [&str; 2], theirs: [&str; 2]) -> Option<(String, bool)> {
        let [ours, theirs] = [ours, theirs].map(|[a, b]| BASE.replace(a, b));
        merged(BASE, &ours, &theirs)
    }

    #[test]
    fn changes_are_merged_by_names_lines_and_words() {
        let is = |text: &str, by_words| Some((text.to_string(), by_words));
        let name = both(["old", "new"], ["use(x, old)", "drop(old)"]);
        let text = "let new = f();\nfor x in new {\n    drop(new);\n}\n";
        assert_eq!(name, is(text, false));
        let words = both(["in old", "in old.iter()"], ["for x", "for (x, _)"]);
        let text = BASE.replace("for x in old", "for (x, _) in old.iter()");
        assert_eq!(words, is(&text, true));
        assert_eq!(both(["f()", "f(1)"], ["f()", "f(2)"]), None);
    }
}
