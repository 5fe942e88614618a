//! What may be shown of a text that a user typed, or that a file holds.

use std::fmt::Write;

/// A text that may be meant as a URL, without what may be meant as a user
/// name and a password: all from `//` to the last `@`.
pub fn without_login(text: &str) -> String {
    let Some((before, host)) = text.rsplit_once('@') else {
        return text.into();
    };
    match before.split_once("//") {
        Some((scheme, _)) => format!("{scheme}//***@{host}"),
        // `me:secret@host`; but `list@home.txt` is a file.
        None if before.contains(':') => format!("***@{host}"),
        None => text.into(),
    }
}

/// The same for each word of a text.
pub fn without_logins(text: &str) -> String {
    text.split_inclusive([' ', '\n']).map(without_login).collect()
}

/// A text that a terminal takes for a piece of a line: what could move its
/// cursor, change its colors, or show letters in another order is escaped.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let is_hidden = c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
        if is_hidden {
            // A String takes whatever is written.
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The same for several lines.
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}
