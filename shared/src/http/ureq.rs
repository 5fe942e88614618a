//! The real web, through ureq. Behind the feature `web`, for TLS takes long
//! to build.
//!
//! Next: [`contract`](crate::contract).

use std::io::{self, ErrorKind};
use std::time::Duration;

use ::http::HeaderMap;
use ::ureq::{Agent, Error};

use crate::{HttpClient, HttpError, Status, Url};

/// HTTP HEAD requests over the network. One agent for all workers: it keeps
/// connections open and lets them share.
///
/// A user and password in the URL are sent as basic authentication. A proxy
/// named by the environment (`HTTPS_PROXY` and its like) is used.
pub struct UreqHttp {
    agent: Agent,
    headers: HeaderMap,
}

impl UreqHttp {
    /// A client that gives up on a request, with its redirects and all, after
    /// `timeout`. It follows ten redirects, as Go's client does.
    pub fn new(timeout: Duration) -> Self {
        // Without the first two a silent server would hold a worker for ever,
        // and `404 Not Found` would be no answer.
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(10)
            .max_idle_connections(100)
            .build();
        UreqHttp { agent: config.new_agent(), headers: HeaderMap::new() }
    }

    /// Sends these headers, too, with every request.
    pub fn with_headers(self, headers: HeaderMap) -> Self {
        UreqHttp { headers, ..self }
    }
}

impl HttpClient for UreqHttp {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let mut request = self.agent.head(url.as_str());
        if let Some(headers) = request.headers_mut() {
            headers.extend(self.headers.clone());
        }
        match request.call() {
            Ok(answer) => Ok(Status(answer.status())),
            Err(error) => Err(in_our_words(&error)),
        }
    }
}

/// The texts of operating systems differ, and those of servers may be
/// anything: these are the same everywhere.
fn in_our_words(error: &Error) -> HttpError {
    match error {
        Error::Timeout(_) => HttpError::TimedOut,
        Error::HostNotFound => HttpError::NoSuchHost,
        Error::TooManyRedirects => HttpError::TooManyRedirects,
        Error::Protocol(_)
        | Error::Http(_)
        | Error::RedirectFailed
        | Error::LargeResponseHeader(..) => HttpError::BadAnswer,
        Error::Tls(_) | Error::Rustls(_) | Error::TlsRequired => HttpError::Tls,
        Error::Io(error) if is_lookup(error) => HttpError::NoSuchHost,
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => HttpError::TimedOut,
            ErrorKind::ConnectionRefused => HttpError::Refused,
            // rustls reports a bad certificate or handshake like this.
            ErrorKind::InvalidData => HttpError::Tls,
            _ => HttpError::Lost,
        },
        _ => HttpError::Lost,
    }
}

/// Whether a host's name could not be looked up: there is no kind for that,
/// but the standard library's own text for it, and Windows has numbers.
fn is_lookup(error: &io::Error) -> bool {
    let windows = matches!(error.raw_os_error(), Some(11_001..=11_004));
    (cfg!(windows) && windows)
        || error.to_string().contains("failed to lookup address")
}
