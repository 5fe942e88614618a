//! Why there was no answer: texts that say which side is at fault.

use std::net::UdpSocket;
use std::{fmt, io};

use rustls::CertificateError as Certificate;
use rustls::Error as Tls;
use shared::HttpError;
use shared::http::ureq::{in_our_words, is_files};
use ureq::Error;

/// Why a request got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// What a listing prints.
    pub error: HttpError,
    /// The request was sent, and the server closed the connection or stayed
    /// silent: another method may get an answer.
    pub silent: bool,
}

impl From<HttpError> for Why {
    fn from(error: HttpError) -> Self {
        Why { error, silent: false }
    }
}

/// So that ureq carries it from our connector to us.
impl From<Why> for Error {
    fn from(why: Why) -> Self {
        Error::Other(Box::new(why))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)
    }
}

impl std::error::Error for Why {}

/// What ureq's error means.
pub fn why(error: &Error) -> Why {
    match error {
        Error::Other(other) => match other.downcast_ref::<Why>() {
            Some(why) => *why,
            None => HttpError::Lost.into(),
        },
        Error::Rustls(error) => of_tls(error).into(),
        Error::Io(io) => match tls_in(io) {
            Some(error) => of_tls(error).into(),
            None => in_our_words(error).into(),
        },
        error => in_our_words(error).into(),
    }
}

/// rustls reports what is wrong with a handshake as an error of the stream.
fn tls_in(error: &io::Error) -> Option<&Tls> {
    error.get_ref()?.downcast_ref()
}

fn of_tls(error: &Tls) -> HttpError {
    match error {
        Tls::InvalidCertificate(error) => of_certificate(error),
        // Not even the first byte is right: most often it is plain HTTP.
        Tls::InvalidMessage(_) => HttpError::NotTls,
        _ => HttpError::Tls,
    }
}

fn of_certificate(error: &Certificate) -> HttpError {
    match error {
        Certificate::Expired | Certificate::ExpiredContext { .. } => {
            HttpError::Expired
        }
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            HttpError::NotYetValid
        }
        Certificate::NotValidForName
        | Certificate::NotValidForNameContext { .. } => HttpError::WrongHost,
        Certificate::UnknownIssuer => HttpError::UnknownAuthority,
        // There is no kind for a certificate that is its own authority, which
        // is what `openssl req -x509` makes: only webpki's name for it.
        Certificate::Other(other)
            if format!("{other:?}").contains("CaUsedAsEndEntity") =>
        {
            HttpError::SelfSigned
        }
        _ => HttpError::BadCertificate,
    }
}

/// Whether this process can open no file now.
pub fn is_full() -> bool {
    let socket = UdpSocket::bind(("127.0.0.1", 0));
    socket.is_err_and(|error| is_files(&error))
}

/// What is wrong if a name has no address: the standard library has no kinds
/// for that, only texts, which come from the system.
pub fn of_lookup(error: &io::Error) -> HttpError {
    if is_files(error) {
        return HttpError::TooManyFiles;
    }
    let text = error.to_string();
    let no_answer = ["emporary failure", "ry again"];
    if no_answer.iter().any(|part| text.contains(part)) {
        HttpError::LookupFailed
    } else {
        HttpError::NoSuchHost
    }
}

/// Whether this machine has run out of something: then the site is not at
/// fault.
pub fn is_our_shortage(error: HttpError) -> bool {
    [
        HttpError::TooManyFiles,
        HttpError::NoLocalAddress,
        HttpError::OutOfMemory,
        HttpError::NoAuthorities,
    ]
    .contains(&error)
}
