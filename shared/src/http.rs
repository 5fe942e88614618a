//! The web, as far as a poller sees it: one trait, so that lessons, tests and
//! the model checker can put a made-up web in its place.
//!
//! Next: [`fake`], the made-up web, or [`contract`](crate::contract).

pub mod fake;
#[cfg(feature = "web")]
pub mod ureq;

use std::fmt;

use crate::Url;

pub use ::http::StatusCode;

/// Somebody who can ask for the head of a URL. Shared by all workers, so it
/// needs no lock of ours.
pub trait HttpClient: Sync {
    /// One HTTP HEAD request. Every status is an answer, also `404 Not Found`;
    /// an error is no answer.
    ///
    /// It must return, after a time-out if need be: a stop waits for requests
    /// that have begun. If it panics, that is [`HttpError::Panicked`].
    ///
    /// # Errors
    /// Says in short why there was no answer.
    fn head(&self, url: &Url) -> Result<Status, HttpError>;
}

impl<H: HttpClient + ?Sized> HttpClient for &H {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        (**self).head(url)
    }
}

/// An HTTP status, printed with the text that the standard gives the code:
/// what the server calls it may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub StatusCode);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_u16())?;
        match self.0.canonical_reason() {
            Some(reason) => write!(f, " {reason}"),
            None => Ok(()),
        }
    }
}

/// Why there was no answer, in our own few words: those of the operating
/// systems differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpError {
    /// No answer in time.
    TimedOut,
    /// Nobody listens there.
    Refused,
    /// The name stands for no address.
    NoSuchHost,
    /// Redirects went on and on.
    TooManyRedirects,
    /// What came back was not HTTP.
    BadAnswer,
    /// The certificate was not trusted, or TLS failed otherwise.
    Tls,
    /// The connection broke.
    Lost,
    /// The client itself panicked.
    Panicked,
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HttpError::TimedOut => "timed out",
            HttpError::Refused => "refused",
            HttpError::NoSuchHost => "no such host",
            HttpError::TooManyRedirects => "too many redirects",
            HttpError::BadAnswer => "not an HTTP answer",
            HttpError::Tls => "TLS failed",
            HttpError::Lost => "connection lost",
            HttpError::Panicked => "the client panicked",
        })
    }
}

impl std::error::Error for HttpError {}
