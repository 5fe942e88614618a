//! The errors of ureq and of the operating system in our own words, which are
//! the same everywhere: systems differ, and servers may send any text.

use std::io::{self, ErrorKind};

use ::ureq::Error;

use crate::HttpError;

/// Maps an error of ureq to one of ours.
pub fn in_our_words(error: &Error) -> HttpError {
    match error {
        Error::Timeout(_) => HttpError::TimedOut,
        Error::HostNotFound => HttpError::NoSuchHost,
        Error::ConnectProxyFailed(_) => HttpError::Proxy,
        Error::TooManyRedirects => HttpError::TooManyRedirects,
        Error::Protocol(_)
        | Error::Http(_)
        | Error::BadUri(_)
        | Error::LargeResponseHeader(..) => HttpError::BadAnswer,
        Error::Io(error) => of_the_system(error),
        Error::Tls(_) | Error::TlsRequired => HttpError::Tls,
        #[cfg(feature = "tls")]
        Error::Rustls(_) => HttpError::Tls,
        _ => HttpError::Lost,
    }
}

/// Maps an error of the operating system, or one that rustls reports as such.
fn of_the_system(error: &io::Error) -> HttpError {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => HttpError::TimedOut,
        ErrorKind::ConnectionRefused => HttpError::Refused,
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::PermissionDenied => HttpError::Unreachable,
        ErrorKind::AddrNotAvailable => HttpError::TooManyFiles,
        // rustls reports a bad certificate or handshake like this.
        ErrorKind::InvalidData => of_tls(error),
        _ if is_files(error) => HttpError::TooManyFiles,
        _ => HttpError::Lost,
    }
}

/// Tells a certificate that is not accepted from other failures of TLS.
fn of_tls(error: &io::Error) -> HttpError {
    // The type of the error is not ours to name: it is rustls's.
    if error.to_string().contains("certificate") {
        HttpError::BadCertificate
    } else {
        HttpError::Tls
    }
}

/// Whether this process or system can open no more files. There is no
/// `ErrorKind` for that: on Unix it is `EMFILE` or `ENFILE`, on Windows
/// `WSAEMFILE`.
fn is_files(error: &io::Error) -> bool {
    match error.raw_os_error() {
        Some(23 | 24) => cfg!(unix),
        Some(10_024) => cfg!(windows),
        _ => false,
    }
}
