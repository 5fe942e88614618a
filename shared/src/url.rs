//! A URL: its text for the request, and what of it may be shown.
//!
//! Next: [`http`](crate::http).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ::http::Uri;

/// A URL. A clone costs no copy of its text.
///
/// Printed, it shows no user name and no password: many people read logs and
/// listings.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(Arc<str>);

/// Why a text is no URL that can be polled, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// The text is empty.
    Empty,
    /// A space or a control character inside.
    Blank,
    /// No `http://` or `https://` at its beginning.
    Scheme,
    /// Nothing where the host should be.
    NoHost,
    /// An IPv6 address that is not in brackets.
    Brackets,
    /// Characters beyond ASCII.
    NotAscii,
    /// What follows the colon after the host is no port.
    Port,
    /// Anything else that the standard forbids.
    Syntax,
}

impl Url {
    /// Takes any name unchecked: the made-up web answers every URL.
    pub fn unchecked(name: &str) -> Self {
        Url(name.into())
    }

    /// The whole text, a password in it included: for the request only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Parses what a user typed. The error says why it is no http or https URL.
impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(UrlError::Blank);
        }
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        if !["http", "https"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) {
            return Err(UrlError::Scheme);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        let host = authority.rsplit('@').next().unwrap_or("");
        if !host.starts_with('[') && host.matches(':').count() > 1 {
            return Err(UrlError::Brackets);
        }
        if host.is_empty() || host.starts_with(':') {
            return Err(UrlError::NoHost);
        }
        if !text.is_ascii() {
            return Err(UrlError::NotAscii);
        }
        // `https://Go.dev`, `https://go.dev` and `https://go.dev/` are one
        // URL: the name of a host ignores case.
        let at = scheme.len() + "://".len() + authority.len() - host.len();
        let mut same = text.to_string();
        same[at..at + host.len()].make_ascii_lowercase();
        let uri: Uri = same.parse().map_err(|_| UrlError::Syntax)?;
        if host_has_port(host) && uri.port_u16().is_none() {
            return Err(UrlError::Port);
        }
        Ok(Url(uri.to_string().into()))
    }
}

/// Whether a colon follows the host; those within `[::1]` are part of it.
fn host_has_port(host: &str) -> bool {
    host.rsplit(']').next().is_some_and(|after| after.contains(':'))
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return f.write_str(&self.0);
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        write!(f, "{scheme}://{host}{path}")
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UrlError::Empty => "it is empty: write a URL",
            UrlError::Blank => {
                "it has a space or a control character inside: write a \
                 space as %20"
            }
            UrlError::Scheme => "it must begin with http:// or https://",
            UrlError::NoHost => "it names no host: write https://HOST/",
            UrlError::Brackets => {
                "an IPv6 address must be in brackets: write http://[::1]/"
            }
            UrlError::NotAscii => {
                "it has characters beyond ASCII: write the host in its \
                 xn-- form, and percent-encode the rest"
            }
            UrlError::Port => "its port must be a number from 0 to 65535",
            UrlError::Syntax => "it has a character that is not allowed",
        })
    }
}

impl std::error::Error for UrlError {}
