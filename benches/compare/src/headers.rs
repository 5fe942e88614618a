//! The headers that go with every request to the real web.

pub use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::out::Failure;
use crate::shown::printable;

/// The User-Agent that the owners of a site see in their logs, unless
/// `--header` sets another.
pub const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!(
    "share-memory-two-ways/",
    env!("CARGO_PKG_VERSION")
));

/// These say where a request ends and to which host it goes, so only the client
/// sets them.
const OF_THE_CLIENT: [HeaderName; 5] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TRANSFER_ENCODING,
];

/// Servers refuse more headers than this.
const MOST: usize = 100;

/// The headers that `--header` gave, and one that names us.
///
/// # Errors
/// If some are not headers: names all of these at once, without their values,
/// because many people read logs, and a value may be a password.
pub fn read(texts: &[String]) -> Result<HeaderMap, Failure> {
    if texts.len() > MOST {
        let most = format!("--header: at most {MOST} of them can be sent");
        return Err(Failure::Usage(most));
    }
    let mut headers = HeaderMap::new();
    let mut wrong = Vec::new();
    for (n, text) in (1..).zip(texts) {
        match one(text) {
            Ok((name, value)) => {
                headers.append(name, value);
            }
            Err(why) => wrong.push(format!("--header number {n}: {why}")),
        }
    }
    headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
    Failure::of_all(wrong, "headers are wrong").map_or(Ok(headers), Err)
}

/// Of these headers, those that may go to any host that a redirect leads to:
/// others were meant for the host that the user named, and may be a login.
pub fn for_any_host(headers: &HeaderMap) -> HeaderMap {
    let names = headers.get_all(header::USER_AGENT).into_iter();
    names.map(|name| (header::USER_AGENT, name.clone())).collect()
}

fn one(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parts = text.split_once(':').map(|(n, v)| (n.trim(), v.trim()));
    let (name, value) = parts
        .ok_or("it has no colon: write it as \"Name: value\"".to_string())?;
    let shown = printable(name);
    let name: HeaderName = name.parse().map_err(|_| {
        format!("`{shown}` is not a name that a header can have")
    })?;
    if OF_THE_CLIENT.contains(&name) {
        return Err(format!("`{name}` cannot be set: the client sets it"));
    }
    let mut value: HeaderValue = value.parse().map_err(|_| {
        format!("the value of `{name}` has a character that cannot be sent")
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}
