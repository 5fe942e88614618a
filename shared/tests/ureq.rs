//! The real client against a server of our own, on this machine's loopback.
//! Built with the feature `web`, which `benches` turns on.

#![cfg(feature = "web")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use shared::http::ureq::UreqHttp;
use shared::{HttpClient, HttpError};

/// For an answer that comes: however busy the machine, it comes before.
const PATIENCE: Duration = Duration::from_secs(30);
/// For one that does not come: waited for in full.
const TIMEOUT: Duration = Duration::from_millis(200);

/// A server that answers every connection as told, until the test ends.
fn serve(answer: impl Fn(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            read_request(&mut stream);
            answer(&mut stream);
        }
    });
    format!("http://{address}/")
}

/// Reads up to the empty line that ends a request, and gives its text.
fn read_request(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok() {
        text.push(byte[0]);
        if text.len() > 10_000 {
            break;
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn serve_text(text: &'static str) -> String {
    serve(move |stream| {
        let _ = stream.write_all(text.as_bytes());
    })
}

fn head(url: &str) -> Result<String, HttpError> {
    head_within(PATIENCE, url)
}

fn head_within(timeout: Duration, url: &str) -> Result<String, HttpError> {
    let status = UreqHttp::new(timeout).head(&url.parse().unwrap());
    status.map(|status| status.to_string())
}

#[test]
fn every_status_is_an_answer_in_the_words_of_the_standard() {
    let answers = |text| head(&serve_text(text));
    for (line, status) in [
        ("HTTP/1.1 200 Fine by me\r\nConnection: close\r\n\r\n", "200 OK"),
        ("HTTP/1.1 404 \r\nConnection: close\r\n\r\n", "404 Not Found"),
        (
            "HTTP/1.1 405 No\r\nConnection: close\r\n\r\n",
            "405 Method Not Allowed",
        ),
        (
            "HTTP/1.1 500 Oh\r\nConnection: close\r\n\r\n",
            "500 Internal Server Error",
        ),
        ("HTTP/1.1 299 Odd\r\nConnection: close\r\n\r\n", "299"),
    ] {
        assert_eq!(answers(line), Ok(status.to_string()), "{line}");
    }
}

#[test]
fn asks_for_the_head_only() {
    let (asked, requests) = mpsc::channel();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        asked.send(read_request(&mut stream)).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
    });
    assert_eq!(head(&format!("http://{address}/x")).unwrap(), "200 OK");
    let request = requests.recv().unwrap();
    assert!(request.starts_with("HEAD /x HTTP/1.1\r\n"), "{request}");
    let lower = request.to_lowercase();
    assert!(lower.contains("connection: close\r\n"), "{request}");
}

#[test]
fn follows_redirects_but_not_for_ever() {
    let end = serve_text("HTTP/1.1 204 x\r\nConnection: close\r\n\r\n");
    let hop = serve(move |stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 302 x\r\nLocation: {end}\r\nConnection: close\r\n\r\n"
        );
    });
    assert_eq!(head(&hop).unwrap(), "204 No Content");
    let ring = serve_text(
        "HTTP/1.1 301 x\r\nLocation: /again\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(head(&ring), Err(HttpError::TooManyRedirects));
}

#[test]
fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused = head(&format!("http://{address}/"));
    assert_eq!(refused, Err(HttpError::Refused));
    let nowhere = head("http://nowhere.invalid/");
    assert_eq!(nowhere, Err(HttpError::NoSuchHost));
}

#[test]
fn answers_that_are_none() {
    let garbage = serve_text("what do you want?\r\n\r\n");
    assert_eq!(head(&garbage), Err(HttpError::BadAnswer));
    let closes = serve(|_| ());
    assert_eq!(head(&closes), Err(HttpError::Lost));
}

#[test]
fn gives_up_on_the_silent_and_on_the_slow() {
    // Kept open until the test is over, and never answered.
    let (kept, _open) = mpsc::channel();
    let silent = serve(move |stream| {
        let _ = kept.send(stream.try_clone().unwrap());
    });
    assert_eq!(head_within(TIMEOUT, &silent), Err(HttpError::TimedOut));
    // Something now and then, and never the end: only a timeout for the
    // whole request ends this.
    let dribbles = serve(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(TIMEOUT / 10);
        }
    });
    assert_eq!(head_within(TIMEOUT, &dribbles), Err(HttpError::TimedOut));
}

/// Answers the first request of a connection, and only then sends what it
/// should not have sent: the next answer on that connection is not one.
fn serve_and_send_late(late: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                read_request(&mut stream);
                let fine = "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n";
                let _ = stream.write_all(fine.as_bytes());
                read_request(&mut stream);
                let _ = stream.write_all(late.as_bytes());
            });
        }
    });
    format!("http://{address}/")
}

#[test]
fn an_answer_is_never_taken_from_an_earlier_connection() {
    for late in [
        // A body that came late.
        "HTTP/1.1 500 Internal Server Error\r\n\r\n",
        "<html>",
        // The server closes the connection.
        "",
    ] {
        let url = serve_and_send_late(late).parse().unwrap();
        let http = UreqHttp::new(PATIENCE);
        for _ in 0..3 {
            let status = http.head(&url).map(|status| status.to_string());
            assert_eq!(status, Ok("200 OK".into()), "{late:?}");
        }
    }
}
