//! What is read of an answer: its first line, and where it redirects to.
//!
//! Nothing else matters to a poller, so nothing else can go wrong: an answer
//! with 130 headers, or with 70 kB of them, or with a malformed one, is an
//! answer.

use std::io::{self, Read, Write};

use rustls::{ClientConnection, StreamOwned};
use shared::HttpError;
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use super::words::{Why, why};

/// A connection, with or without TLS.
pub enum Stream {
    /// Plain HTTP.
    Plain(TransportAdapter),
    /// HTTPS, after the handshake.
    Tls(Box<StreamOwned<ClientConnection, TransportAdapter>>),
}

/// A connection for one request.
pub struct Connection {
    stream: Stream,
    buffers: LazyBuffers,
    /// `None` for the way to a proxy: what comes is not HTTP for long.
    lines: Option<Lines>,
    /// For a proxy that passes plain http on: `http://` and the host, put
    /// before the path of the request line.
    origin: Option<String>,
}

impl Connection {
    /// Passes everything on.
    pub fn raw(stream: Stream) -> Self {
        let buffers = LazyBuffers::new(2 * LONGEST, 2 * LONGEST);
        Connection { stream, buffers, lines: None, origin: None }
    }

    /// Passes on what matters of an answer.
    pub fn http(stream: Stream, origin: Option<String>) -> Self {
        let lines = Some(Lines::default());
        Connection { lines, origin, ..Connection::raw(stream) }
    }

    fn read(&mut self) -> Result<usize, Error> {
        let mut bytes = [0; 4096];
        let read = self.stream.read(&mut bytes)?;
        let bytes = bytes.get(..read).unwrap_or_default();
        let kept = match &mut self.lines {
            Some(lines) => lines.keep(bytes),
            None => bytes.to_vec(),
        };
        let room = self.buffers.input_append_buf().get_mut(..kept.len());
        let full = Why::from(HttpError::BadAnswer);
        room.ok_or(full)?.copy_from_slice(&kept);
        self.buffers.input_appended(kept.len());
        Ok(read)
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(
        &mut self,
        amount: usize,
        timeout: NextTimeout,
    ) -> Result<(), Error> {
        self.stream.adapter().set_timeout(timeout);
        let bytes = &self.buffers.output()[..amount];
        // Only the first time: that is where the request line is.
        let absolute = self.origin.take().and_then(|origin| {
            let path = bytes.iter().position(|&byte| byte == b' ')? + 1;
            Some([&bytes[..path], origin.as_bytes(), &bytes[path..]].concat())
        });
        let bytes = absolute.as_deref().unwrap_or(bytes);
        Ok(self.stream.write_all(bytes)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.adapter().set_timeout(timeout);
        let is_answer = self.lines.is_some();
        let silent = |error| Error::from(Why { error, silent: is_answer });
        match self.read() {
            // Something came, though perhaps nothing that matters.
            Ok(1..) => Ok(true),
            Ok(0) => Err(silent(HttpError::Lost)),
            Err(error) => match why(&error).error {
                error @ (HttpError::Lost | HttpError::TimedOut) => {
                    Err(silent(error))
                }
                error => Err(Why::from(error).into()),
            },
        }
    }

    /// No connection is kept, so this is never asked.
    fn is_open(&mut self) -> bool {
        false
    }

    fn is_tls(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }
}

impl Stream {
    fn adapter(&mut self) -> &mut TransportAdapter {
        match self {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => stream.get_mut(),
        }
    }

    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.read(bytes),
            Stream::Tls(stream) => stream.read(bytes),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Stream::Plain(stream) => stream.write_all(bytes),
            Stream::Tls(stream) => stream.write_all(bytes),
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

/// Goes through the lines of an answer as they come.
#[derive(Debug, Default)]
pub struct Lines {
    /// Whether the first line has ended.
    in_headers: bool,
    /// A header that has not ended.
    line: Vec<u8>,
}

/// ureq reads no more of an answer either.
const LONGEST: usize = 64 * 1024;

impl Lines {
    /// What matters of these bytes, and of those that were kept back.
    pub fn keep(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut kept = Vec::new();
        for &byte in bytes {
            if self.in_headers {
                self.header(byte, &mut kept);
            } else {
                // Passed on at once, so that what is no HTTP is seen at once.
                kept.push(byte);
                self.in_headers = byte == b'\n';
            }
        }
        kept
    }

    fn header(&mut self, byte: u8, kept: &mut Vec<u8>) {
        if self.line.len() < LONGEST {
            self.line.push(byte);
        }
        let location = b"location:";
        let name = self.line.get(..location.len());
        let is_location =
            name.is_some_and(|name| name.eq_ignore_ascii_case(location));
        let is_full = self.line.len() == LONGEST && is_location;
        if byte != b'\n' && !is_full {
            return;
        }
        let is_end = self.line.iter().all(u8::is_ascii_whitespace);
        if is_end || is_location {
            kept.append(&mut self.line);
        }
        self.line.clear();
        // After `103 Early Hints` another answer follows.
        self.in_headers = !is_end;
    }
}
