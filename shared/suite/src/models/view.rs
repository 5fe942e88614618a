//! How values of this workspace are shown in a diagram: a resource as its URL,
//! a state as in a listing.

use checker::value::Value;

use crate::config::url;

/// Shortens a value whose parts are shortened already.
pub fn view(value: Value) -> Value {
    let seen = match value.name() {
        "Resource" if value.field("id").is_some() => value.field("url"),
        "Due" => value.field("resource"),
        "Instant" => return Value::Atom("time".into()),
        "Settings" => return Value::List(Vec::new()),
        "State" if only(&value).is_none() => {
            return state(&value).unwrap_or(value);
        }
        "States" => return states(&value).unwrap_or(value),
        "Reverse" | "State" | "Status" | "Ok" | "Err" | "Some" => only(&value),
        _ => None,
    };
    seen.cloned().unwrap_or(value)
}

fn only(value: &Value) -> Option<&Value> {
    match value {
        Value::Tuple(_, items) if items.len() == 1 => items.first(),
        _ => None,
    }
}

/// `a is 200`.
fn state(value: &Value) -> Option<Value> {
    let id = value.field("id")?.name().parse().ok()?;
    let status = value.field("status")?;
    Some(Value::Atom(format!("{} is {status}", url(id))))
}

/// The last state of each URL, by its URL.
fn states(value: &Value) -> Option<Value> {
    let (Value::List(urls), Value::List(last)) =
        (value.field("urls")?, value.field("last")?)
    else {
        return None;
    };
    let names = urls.iter().map(Value::to_string);
    let fields = names.zip(last.iter().cloned()).collect();
    Some(Value::Struct("States".into(), fields))
}
