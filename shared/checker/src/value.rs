//! A value that a thread sends, or that a lock guards, as data: parsed once,
//! from the text that `#[derive(Debug)]` gives. A value needs no other trait.
//!
//! Next: `event`.

use std::fmt;
use std::sync::OnceLock;

/// A value, as its `{:?}` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A number, a text in quotes, a name, or anything that matches no rule.
    Atom(String),
    /// `Name { field: value }`.
    Struct(String, Vec<(String, Value)>),
    /// `Name(value, value)`, or a tuple, whose name is empty.
    Tuple(String, Vec<Value>),
    /// `[value, value]`.
    List(Vec<Value>),
    /// `{key: value}`; in a set there are keys only.
    Map(Vec<(Value, Option<Value>)>),
}

/// How values are to be seen: see [`Value::seen_as`].
pub type View = fn(Value) -> Value;

/// Digits that follow this are not shown. They tell values apart whose texts
/// are the same: an end of a channel from one of another channel.
pub const NUMBERED: char = '\u{1}';

/// What a thread has seen: the text of a value, which is read when it is asked
/// for.
pub struct Seen {
    text: String,
    view: View,
    value: OnceLock<Value>,
}

impl Seen {
    /// This text, to be seen so.
    pub fn new(text: String, view: View) -> Self {
        Seen { text, view, value: OnceLock::new() }
    }

    /// With all that tells it apart.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As it is shown.
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| {
            let mut parts = self.text.split(NUMBERED);
            let first = parts.next().unwrap_or_default().to_string();
            let digit = |c: char| c.is_ascii_digit();
            let text =
                parts.fold(first, |all, p| all + p.trim_start_matches(digit));
            Value::parse(&text).seen_as(self.view)
        })
    }
}

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A part of a value that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where, as in the source: `states.polls`, `data[0].url`.
    pub path: String,
    /// What it was; `None` if it was not there.
    pub before: Option<Value>,
    /// What it is; `None` if it is gone.
    pub after: Option<Value>,
}

impl Value {
    /// Reads a value's `{:?}`. This never fails: text that matches no rule is
    /// an [`Atom`](Value::Atom).
    pub fn parse(text: &str) -> Value {
        let mut reader = Reader { rest: text };
        match reader.value() {
            Some(value) if reader.rest.is_empty() => value,
            _ => Value::Atom(text.into()),
        }
    }

    /// The same value, after `view` was applied to each of its parts, and then
    /// to itself.
    pub fn seen_as(self, view: fn(Value) -> Value) -> Value {
        let one = |value: Value| value.seen_as(view);
        let all = |items: Vec<Value>| items.into_iter().map(one).collect();
        view(match self {
            Value::Atom(_) => self,
            Value::Struct(name, fields) => {
                let field = |(name, value)| (name, one(value));
                Value::Struct(name, fields.into_iter().map(field).collect())
            }
            Value::Tuple(name, items) => Value::Tuple(name, all(items)),
            Value::List(items) => Value::List(all(items)),
            Value::Map(entries) => {
                let entry =
                    |(key, value): (_, Option<_>)| (one(key), value.map(one));
                Value::Map(entries.into_iter().map(entry).collect())
            }
        })
    }

    /// Whether this is `other`, or contains it.
    pub fn contains(&self, other: &Value) -> bool {
        self == other || self.parts().iter().any(|p| p.1.contains(other))
    }

    /// The field of a struct with this name.
    pub fn field(&self, name: &str) -> Option<&Value> {
        let Value::Struct(_, fields) = self else { return None };
        fields.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// The name of a struct or of a tuple, or a name that stands alone.
    pub fn name(&self) -> &str {
        match self {
            Value::Struct(name, _) | Value::Tuple(name, _) => name,
            Value::Atom(name) => name,
            Value::List(_) | Value::Map(_) => "",
        }
    }

    /// The differences between this and `after`, part by part.
    pub fn changes(&self, after: &Value) -> Vec<Change> {
        let mut found = Vec::new();
        compare("", Some(self), Some(after), &mut found);
        found
    }

    /// Its parts, each with the path that leads to it from here.
    fn parts(&self) -> Vec<(String, &Value)> {
        match self {
            Value::Atom(_) => Vec::new(),
            Value::Struct(_, fields) => {
                fields.iter().map(|(n, v)| (format!(".{n}"), v)).collect()
            }
            Value::Tuple(_, items) | Value::List(items) => {
                let numbered = items.iter().enumerate();
                numbered.map(|(n, v)| (format!("[{n}]"), v)).collect()
            }
            Value::Map(entries) => {
                let values = entries.iter();
                values
                    .map(|(k, v)| (format!("[{k}]"), v.as_ref().unwrap_or(k)))
                    .collect()
            }
        }
    }

    fn same_kind(&self, other: &Value) -> bool {
        !matches!(self, Value::Atom(_))
            && std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.name() == other.name()
    }

    /// Whether this is a list of atoms, which is shown as a whole.
    pub fn is_simple_list(&self) -> bool {
        let atom = |item: &Value| matches!(item, Value::Atom(_));
        matches!(self, Value::List(items) if items.iter().all(atom))
    }
}

fn compare(
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Change>,
) {
    if before == after {
        return;
    }
    let (Some(b), Some(a)) = (before, after) else {
        return found.push(Change::new(path, before, after));
    };
    let whole = b.is_simple_list() && a.is_simple_list();
    if whole || !b.same_kind(a) {
        return found.push(Change::new(path, before, after));
    }
    let (b, a) = (b.parts(), a.parts());
    for (part, before) in &b {
        let after = a.iter().find(|(p, _)| p == part).map(|(_, v)| *v);
        compare(&format!("{path}{part}"), Some(before), after, found);
    }
    for (part, after) in a.iter().filter(|(p, _)| b.iter().all(|o| o.0 != *p)) {
        compare(&format!("{path}{part}"), None, Some(after), found);
    }
}

impl Change {
    fn new(path: &str, before: Option<&Value>, after: Option<&Value>) -> Self {
        let path = path.strip_prefix('.').unwrap_or(path).to_string();
        Change { path, before: before.cloned(), after: after.cloned() }
    }
}

/// As `{:?}` wrote it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Atom(text) => f.write_str(text),
            Value::Struct(name, fields) => {
                write!(f, "{name} {{ ")?;
                list(f, fields, |f, (name, value)| {
                    write!(f, "{name}: {value}")
                })?;
                f.write_str(" }")
            }
            Value::Tuple(name, items) => {
                write!(f, "{name}(")?;
                list(f, items, |f, item| write!(f, "{item}"))?;
                f.write_str(")")
            }
            Value::List(items) => {
                f.write_str("[")?;
                list(f, items, |f, item| write!(f, "{item}"))?;
                f.write_str("]")
            }
            Value::Map(entries) => {
                f.write_str("{")?;
                list(f, entries, |f, (key, value)| match value {
                    Some(value) => write!(f, "{key}: {value}"),
                    None => write!(f, "{key}"),
                })?;
                f.write_str("}")
            }
        }
    }
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    one: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            f.write_str(", ")?;
        }
        one(f, item)?;
    }
    Ok(())
}

/// Reads a text from its beginning.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, what: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?;
        Some(())
    }

    fn value(&mut self) -> Option<Value> {
        if self.rest.starts_with(['"', '\'']) {
            return self.quoted().map(Value::Atom);
        }
        if self.eat("[").is_some() {
            return self.until("]", Reader::value).map(Value::List);
        }
        if self.eat("{").is_some() {
            return self.until("}", Reader::entry).map(Value::Map);
        }
        let before = self.rest;
        let name = self.name();
        if self.eat("(").is_some() {
            let items = self.until(")", Reader::value)?;
            return Some(Value::Tuple(name.into(), items));
        }
        if !name.is_empty() && self.eat(" { ").is_some() {
            let fields = self.until(" }", Reader::field)?;
            return Some(Value::Struct(name.into(), fields));
        }
        self.rest = before;
        self.atom()
    }

    fn name(&mut self) -> &'a str {
        let other = |c: char| !c.is_alphanumeric() && c != '_';
        let end = self.rest.find(other).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name
    }

    /// Items with commas between them, up to `end`.
    fn until<T>(
        &mut self,
        end: &str,
        one: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut items = Vec::new();
        while self.eat(end).is_none() {
            if !items.is_empty() {
                self.eat(", ")?;
            }
            items.push(one(self)?);
        }
        Some(items)
    }

    fn field(&mut self) -> Option<(String, Value)> {
        // As `finish_non_exhaustive` shows what it leaves out.
        if self.eat("..").is_some() {
            return Some(("..".into(), Value::Atom(String::new())));
        }
        let name = self.name();
        self.eat(": ")?;
        Some((name.into(), self.value()?))
    }

    fn entry(&mut self) -> Option<(Value, Option<Value>)> {
        let key = self.value()?;
        if self.eat(": ").is_none() {
            return Some((key, None));
        }
        Some((key, Some(self.value()?)))
    }

    /// A text or a character in quotes.
    fn quoted(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            if c == quote && !escaped {
                let (text, rest) = self.rest.split_at(at + 1);
                self.rest = rest;
                return Some(text.into());
            }
            escaped = c == '\\' && !escaped;
        }
        None
    }

    /// Anything else, up to where the value around it goes on.
    fn atom(&mut self) -> Option<Value> {
        let mut open = 0;
        let mut end = self.rest.len();
        for (at, c) in self.rest.char_indices() {
            let rest = &self.rest[at..];
            match c {
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' if open > 0 => open -= 1,
                ')' | ']' | '}' => {
                    end = at;
                    break;
                }
                _ => {}
            }
            let stops = rest.starts_with(", ") || rest.starts_with(" }");
            if open == 0 && stops {
                end = at;
                break;
            }
        }
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!text.is_empty()).then(|| Value::Atom(text.into()))
    }
}
