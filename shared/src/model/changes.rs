//! What changed between two `{:?}` texts of one value.
//!
//! Next: [`source`](super::source).

/// A text made short: a resource is its URL, a state its URL and status.
pub fn short(text: &str) -> String {
    let text = replace(text, "Resource {", |fields| value(fields, "url: "));
    let text = replace(&text, "State {", |fields| {
        let id: usize = value(fields, "id: ")?.parse().ok()?;
        let url = char::from(b'a' + u8::try_from(id).ok()?);
        let status = value(fields, "status: ")?;
        let status = status.trim_end_matches(')');
        let status = status.rsplit('(').next()?;
        Some(format!("{url} is {status}"))
    });
    text.replace('"', "")
}

fn value(fields: &str, name: &str) -> Option<String> {
    let (_, rest) = fields.split_once(name)?;
    Some(rest.split([',', '}']).next()?.trim().to_string())
}

fn replace(
    text: &str,
    start: &str,
    by: impl Fn(&str) -> Option<String>,
) -> String {
    let Some((before, rest)) = text.split_once(start) else {
        return text.into();
    };
    let Some((fields, after)) = rest.split_once('}') else {
        return text.into();
    };
    let Some(short) = by(fields) else { return text.into() };
    format!("{before}{short}{}", replace(after, start, by))
}

/// `out 0 -> 1`: the parts that are in both texts, and differ; at most two,
/// the least deep first.
pub fn between(before: &str, after: &str) -> String {
    let (before, after) = (parts(before), parts(after));
    let mut changed: Vec<_> = before
        .into_iter()
        .filter_map(|(path, old)| {
            let (_, new) = after.iter().find(|(at, _)| *at == path)?;
            let depth = path.matches(['.', '[']).count();
            (old != *new).then(|| (depth, format!("{path} {old} -> {new}")))
        })
        .collect();
    changed.sort_by_key(|(depth, _)| *depth);
    // Instants differ in every run, and from platform to platform.
    changed.retain(|(_, text)| !text.contains("tv_") && !text.contains(".at"));
    // Where items moved, all that is said of places in lists is noise.
    let whole = changed.iter().filter(|(_, text)| !text.contains('[')).count();
    let shown = if whole > 0 { whole.min(2) } else { 1 };
    if whole > 0 || changed.len() == 1 {
        changed.retain(|(_, text)| whole == 0 || !text.contains('['));
        changed.truncate(shown);
    } else {
        changed.clear();
    }
    let texts: Vec<_> = changed.into_iter().map(|(_, text)| text).collect();
    texts.join(", ")
}

/// Every leaf of a `{:?}` text, with its path: fields of structs, items of
/// lists. All else is a leaf.
fn parts(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect("", text.trim(), &mut found);
    found
}

fn collect(path: &str, text: &str, found: &mut Vec<(String, String)>) {
    if let Some(items) =
        text.strip_prefix('[').and_then(|t| t.strip_suffix(']'))
    {
        for (n, item) in split(items).into_iter().enumerate() {
            collect(&format!("{path}[{n}]"), item, found);
        }
    } else if let Some((name, fields)) = text.split_once(" { ")
        && name.chars().all(char::is_alphanumeric)
        && let Some(fields) = fields.strip_suffix(" }")
    {
        for field in split(fields) {
            let (name, value) = field.split_once(": ").unwrap_or((field, ""));
            let dot = if path.is_empty() { "" } else { "." };
            collect(&format!("{path}{dot}{name}"), value, found);
        }
    } else {
        found.push((path.to_string(), short(text)));
    }
}

/// At the commas that are in no bracket.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    if from < text.len() {
        parts.push(text[from..].trim());
    }
    parts
}
