//! Why there was no answer.
//!
//! Next: [`fake`](super::fake), the made-up web.

use std::fmt;

/// Why there was no answer. The texts are our own, because those of the
/// operating systems differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HttpError {
    /// No answer in time.
    TimedOut,
    /// No program listens on that port.
    Refused,
    /// There is no route to the host.
    Unreachable,
    /// The host's name has no address.
    NoSuchHost,
    /// The proxy that the environment names does not connect to the host.
    Proxy,
    /// The certificate is expired, for another host, or from an authority
    /// that this machine does not trust.
    BadCertificate,
    /// TLS failed for another reason, or this build has none.
    Tls,
    /// One redirect led to the next, more often than the client follows.
    TooManyRedirects,
    /// What came back was not HTTP, or a redirect that leads nowhere.
    BadAnswer,
    /// The connection broke.
    Lost,
    /// This process can open no more files or ports: the site is not at fault.
    TooManyFiles,
    /// The client itself panicked.
    Panicked,
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HttpError::TimedOut => "timed out",
            HttpError::Refused => "refused",
            HttpError::Unreachable => "unreachable",
            HttpError::NoSuchHost => "no such host",
            HttpError::Proxy => "proxy failed",
            HttpError::BadCertificate => "certificate not accepted",
            HttpError::Tls if cfg!(feature = "tls") => "TLS failed",
            HttpError::Tls => "needs TLS: use cargo compare",
            HttpError::TooManyRedirects => "too many redirects",
            HttpError::BadAnswer => "malformed answer",
            HttpError::Lost => "connection lost",
            HttpError::TooManyFiles => "too many open files or ports",
            HttpError::Panicked => "the client panicked",
        })
    }
}

impl std::error::Error for HttpError {}
