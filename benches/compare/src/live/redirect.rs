//! Where a redirect leads (RFC 9110, 10.2.2; RFC 3986, 5).

use shared::HttpError;
use shared::http::StatusCode;
use ureq::http::Response;
use url::Url;

/// The URL to ask for next; `None` if the answer is no redirect.
///
/// # Errors
/// If it is one that leads nowhere.
pub fn next<B>(
    from: &Url,
    answer: &Response<B>,
) -> Result<Option<Url>, HttpError> {
    let redirects = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !redirects.contains(&answer.status()) {
        return Ok(None);
    }
    let location = answer.headers().get("location");
    let location = location.ok_or(HttpError::NoLocation)?;
    let to = from.join(&in_ascii(location.as_bytes()));
    let mut to = to.map_err(|_| HttpError::BadLocation)?;
    if !["http", "https"].contains(&to.scheme()) {
        return Err(HttpError::OtherScheme);
    }
    let has_login = !to.username().is_empty() || to.password().is_some();
    if !has_login && is_same_host(from, &to) {
        // Both fail only for URLs without a host; this has one.
        let _ = to.set_username(from.username());
        let _ = to.set_password(from.password());
    }
    Ok(Some(to))
}

/// Servers send UTF-8, or whatever they have: each byte that is not ASCII
/// goes back as it came, encoded. In the host's name `url` decodes it.
fn in_ascii(location: &[u8]) -> String {
    let mut text = String::with_capacity(location.len());
    for &byte in location {
        if byte.is_ascii() {
            text.push(byte.into());
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

/// Whether a login, or a header that the user gave, may go along: the same
/// host and port, or the standard ports of both, and never from https to http.
pub fn is_same_host(from: &Url, to: &Url) -> bool {
    let downgraded = from.scheme() == "https" && to.scheme() == "http";
    from.host() == to.host() && from.port() == to.port() && !downgraded
}
