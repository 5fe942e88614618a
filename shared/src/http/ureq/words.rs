//! The errors of ureq and of the operating system in our own words, which are
//! the same everywhere: systems differ, and servers may send any text.

use std::io::{self, ErrorKind};

use ::ureq::Error;

use crate::HttpError;

/// Maps an error of ureq to one of ours.
pub fn in_our_words(error: Error) -> HttpError {
    match error {
        Error::Timeout(_) => HttpError::TimedOut,
        Error::HostNotFound => HttpError::NoSuchHost,
        Error::ConnectProxyFailed(_) => HttpError::Proxy,
        Error::TooManyRedirects => HttpError::TooManyRedirects,
        Error::Protocol(_)
        | Error::Http(_)
        | Error::BadUri(_)
        | Error::LargeResponseHeader(..) => HttpError::BadAnswer,
        Error::Io(error) => of_the_system(&error),
        Error::Tls(_) | Error::TlsRequired => HttpError::Tls,
        #[cfg(feature = "tls")]
        Error::Rustls(_) => HttpError::Tls,
        _ => HttpError::Lost,
    }
}

/// Maps an error of the operating system, or one that rustls reports as such.
fn of_the_system(error: &io::Error) -> HttpError {
    match error.kind() {
        ErrorKind::TimedOut => HttpError::TimedOut,
        ErrorKind::ConnectionRefused => HttpError::Refused,
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::PermissionDenied => HttpError::Unreachable,
        ErrorKind::AddrNotAvailable => HttpError::TooManyFiles,
        // The error inside is rustls's: only its text tells more.
        ErrorKind::InvalidData if error.to_string().contains("certificate") => {
            HttpError::BadCertificate
        }
        ErrorKind::InvalidData => HttpError::Tls,
        // `EMFILE` and `ENFILE`, for which there is no `ErrorKind`.
        _ if cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24)) => {
            HttpError::TooManyFiles
        }
        _ => HttpError::Lost,
    }
}
