//! Why there was no answer.
//!
//! Next: [`fake`](super::fake), the made-up web.

use std::fmt;

/// Why there was no answer. The texts are our own, because those of the
/// operating systems differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpError {
    /// No answer in time.
    TimedOut,
    /// No program listens on that port.
    Refused,
    /// There is no route to the host.
    Unreachable,
    /// The host's name has no address.
    NoSuchHost,
    /// No name server said whether the name has an address.
    LookupFailed,
    /// No name server answered in time.
    LookupTimedOut,
    /// One redirect led to the next, more often than the client follows.
    TooManyRedirects,
    /// A redirect that does not say where to.
    NoLocation,
    /// A redirect to a text that is no URL, or has no valid port.
    BadLocation,
    /// A redirect to `file:`, `mailto:` or the like.
    OtherScheme,
    /// What came back was not HTTP.
    BadAnswer,
    /// What came back was not TLS.
    NotTls,
    /// No authority that this machine trusts has signed the certificate.
    UnknownAuthority,
    /// The certificate is signed by itself.
    SelfSigned,
    /// The certificate is no longer valid.
    Expired,
    /// The certificate is not valid yet, or this machine's clock is wrong.
    NotYetValid,
    /// The certificate names other hosts.
    WrongHost,
    /// The certificate is revoked, or wrong in another way.
    BadCertificate,
    /// This machine has no list of authorities to trust.
    NoAuthorities,
    /// TLS failed for another reason.
    Tls,
    /// The proxy could not be reached.
    ProxyUnreachable,
    /// The proxy did not pass the request on.
    ProxyRefused,
    /// The connection broke.
    Lost,
    /// This process may open no more files: the site is not at fault.
    TooManyFiles,
    /// This machine has no free address or port to connect from.
    NoLocalAddress,
    /// This machine has no memory or no threads left.
    OutOfMemory,
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
            HttpError::LookupFailed => "name lookup failed",
            HttpError::LookupTimedOut => "name lookup timed out",
            HttpError::TooManyRedirects => "too many redirects",
            HttpError::NoLocation => "redirect without a Location",
            HttpError::BadLocation => "redirect to a malformed URL",
            HttpError::OtherScheme => "redirect to neither http nor https",
            HttpError::BadAnswer => "not an HTTP answer",
            HttpError::NotTls => "does not speak TLS",
            HttpError::UnknownAuthority => {
                "certificate from an unknown authority"
            }
            HttpError::SelfSigned => "self-signed certificate",
            HttpError::Expired => "certificate expired",
            HttpError::NotYetValid => "certificate not valid yet",
            HttpError::WrongHost => "certificate for another host",
            HttpError::BadCertificate => "certificate not accepted",
            HttpError::NoAuthorities => "no certificate authorities found",
            HttpError::Tls => "TLS failed",
            HttpError::ProxyUnreachable => "proxy unreachable",
            HttpError::ProxyRefused => "proxy refused",
            HttpError::Lost => "connection lost",
            HttpError::TooManyFiles => "too many open files",
            HttpError::NoLocalAddress => "no local address or port",
            HttpError::OutOfMemory => "out of memory or threads",
            HttpError::Panicked => "the client panicked",
        })
    }
}

impl std::error::Error for HttpError {}
