//! Small servers on this machine's loopback, one for each test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// A server, until the test ends.
pub struct Server {
    pub address: SocketAddr,
    /// The head of each request, as it came.
    pub requests: Receiver<String>,
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The first lines of all requests so far.
    pub fn asked(&self) -> Vec<String> {
        let first = |text: String| text.lines().next().unwrap().to_string();
        self.requests.try_iter().map(first).collect()
    }
}

/// Answers each request with these bytes, and closes the connection.
pub fn serve<A: AsRef<[u8]>>(
    answer: impl Fn(&str) -> A + Send + Sync + Clone + 'static,
) -> Server {
    serve_stream(move |request, stream| {
        let _ = stream.write_all(answer(request).as_ref());
    })
}

/// Lets each connection, after its first request, be used as wanted.
pub fn serve_stream(
    answer: impl Fn(&str, &mut TcpStream) + Send + Sync + Clone + 'static,
) -> Server {
    let (asked, requests) = channel();
    let address = accept(move |mut stream| {
        let request = read_head(&mut stream);
        // The client has given up, or the test is over.
        if request.is_empty() {
            return;
        }
        let _ = asked.send(request.clone());
        answer(&request, &mut stream);
    });
    Server { address, requests }
}

/// A thread for each connection.
pub fn accept(
    serve: impl Fn(TcpStream) + Send + Sync + Clone + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (serve, stream) = (serve.clone(), stream.unwrap());
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// Reads up to the empty line that ends a request.
pub fn read_head(stream: &mut impl Read) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => text.push(byte[0]),
            _ => return String::new(),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns when the client has closed the connection.
pub fn wait_for_the_end(stream: &mut TcpStream) {
    while stream.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
}

/// An address where no program listens.
pub fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

pub const OK: &str = "HTTP/1.1 200 OK\r\n\r\n";
