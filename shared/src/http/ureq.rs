//! The real web, through ureq. Behind the feature `web`, because TLS takes
//! long to build.
//!
//! This is all that a poller needs. `compare --live` needs more (redirects
//! of every kind, GET where HEAD is refused, proxies): see its module `live`.
//!
//! Next: [`contract`](crate::contract).

use std::io::{self, ErrorKind};
use std::time::Duration;

use ::ureq::{Agent, Error};

use super::Method;
use crate::{HttpClient, HttpError, Status, Url};

/// HTTP HEAD requests over the network. One agent serves all workers.
///
/// It trusts the certificate authorities that are compiled in, and connects
/// directly, whatever proxy the environment names.
pub struct UreqHttp(Agent);

impl UreqHttp {
    /// A client that gives up on a request, redirects included, after
    /// `timeout`. It follows at most ten redirects, as Go's client does.
    pub fn new(timeout: Duration) -> Self {
        // Without the first two a silent server would hold a worker forever,
        // and `404 Not Found` would be an error.
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(10)
            .proxy(None)
            // On a connection that is kept, what a server sends late becomes
            // the answer for the next URL. A poller polls each URL once in a
            // while, so a connection that is kept would gain little.
            .max_idle_connections(0)
            .build();
        UreqHttp(config.new_agent())
    }
}

impl HttpClient for UreqHttp {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let request = self.0.head(url.as_str());
        match request.header("Connection", "close").call() {
            Ok(answer) => Ok(Status(answer.status(), Method::Head)),
            Err(error) => Err(in_our_words(&error)),
        }
    }
}

/// Maps an error of ureq to one of ours, whose texts are the same everywhere:
/// those of operating systems differ, and servers may send any text.
pub fn in_our_words(error: &Error) -> HttpError {
    match error {
        Error::Timeout(_) => HttpError::TimedOut,
        Error::HostNotFound => HttpError::NoSuchHost,
        Error::TooManyRedirects => HttpError::TooManyRedirects,
        Error::Protocol(_)
        | Error::Http(_)
        | Error::RedirectFailed
        | Error::LargeResponseHeader(..) => HttpError::BadAnswer,
        Error::Tls(_) | Error::Rustls(_) | Error::TlsRequired => HttpError::Tls,
        Error::ConnectProxyFailed(_) => HttpError::ProxyRefused,
        Error::Io(error) => of_the_system(error),
        _ => HttpError::Lost,
    }
}

/// Maps an error of the operating system, or one that rustls reports as such.
fn of_the_system(error: &io::Error) -> HttpError {
    match error.kind() {
        _ if is_lookup(error) => HttpError::NoSuchHost,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => HttpError::TimedOut,
        ErrorKind::ConnectionRefused => HttpError::Refused,
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::PermissionDenied => HttpError::Unreachable,
        ErrorKind::AddrNotAvailable => HttpError::NoLocalAddress,
        ErrorKind::OutOfMemory => HttpError::OutOfMemory,
        // rustls reports a bad certificate or handshake like this.
        ErrorKind::InvalidData => HttpError::Tls,
        _ if is_files(error) => HttpError::TooManyFiles,
        _ => HttpError::Lost,
    }
}

/// Whether a host's name could not be looked up. There is no `ErrorKind` for
/// that, but the standard library has a fixed text, and Windows has numbers.
fn is_lookup(error: &io::Error) -> bool {
    let windows = matches!(error.raw_os_error(), Some(11_001..=11_004));
    (cfg!(windows) && windows)
        || error.to_string().contains("failed to lookup address")
}

/// Whether this process or system can open no more files. There is no
/// `ErrorKind` for that either: on Unix it is `EMFILE` or `ENFILE`, on Windows
/// `WSAEMFILE`.
pub fn is_files(error: &io::Error) -> bool {
    match error.raw_os_error() {
        Some(23 | 24) => cfg!(unix),
        Some(10_024) => cfg!(windows),
        _ => false,
    }
}
