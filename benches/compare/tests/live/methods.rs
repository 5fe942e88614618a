//! HEAD, and GET where that is refused.

use std::io::Write;

use compare::ask::Ask;

use crate::server::{OK, serve, serve_stream, wait_for_the_end};
use crate::{PATIENCE, TIMEOUT, auto, client, row};

const REFUSALS: [(&str, &str); 4] = [
    ("403 No", "403 Forbidden"),
    ("404 No", "404 Not Found"),
    ("405 No", "405 Method Not Allowed"),
    ("501 No", "501 Not Implemented"),
];

#[test]
fn where_head_is_refused_one_get_follows_and_the_row_says_so() {
    for (refusal, in_words) in REFUSALS {
        let server = serve(move |request| match request {
            head if head.starts_with("HEAD") => {
                format!("HTTP/1.1 {refusal}\r\n\r\n")
            }
            _ => OK.into(),
        });
        let url = server.url("/");
        assert_eq!(auto(&url), "200 OK (GET)", "{refusal}");
        let both = ["HEAD / HTTP/1.1", "GET / HTTP/1.1"];
        assert_eq!(server.asked(), both, "{refusal}");
        assert_eq!(row(&client(Ask::Head, PATIENCE), &url), in_words);
        assert_eq!(server.asked(), ["HEAD / HTTP/1.1"]);
        assert_eq!(row(&client(Ask::Get, PATIENCE), &url), "200 OK (GET)");
        assert_eq!(server.asked(), ["GET / HTTP/1.1"]);
    }
}

#[test]
fn what_head_and_get_agree_about_is_no_refusal() {
    for (refusal, in_words) in REFUSALS {
        let server = serve(move |_| format!("HTTP/1.1 {refusal}\r\n\r\n"));
        assert_eq!(auto(&server.url("/")), in_words);
        assert_eq!(server.asked().len(), 2);
    }
}

#[test]
fn other_answers_to_head_are_answers() {
    for (code, in_words) in
        [(200, "200 OK"), (401, "401 Unauthorized"), (500, "500 Internal")]
    {
        let server = serve(move |_| format!("HTTP/1.1 {code} x\r\n\r\n"));
        let row = auto(&server.url("/"));
        assert!(row.starts_with(in_words), "{row}");
        assert_eq!(server.asked(), ["HEAD / HTTP/1.1"]);
    }
}

#[test]
fn a_server_that_closes_on_head_is_asked_by_get() {
    let server =
        serve(|request| if request.starts_with("HEAD") { "" } else { OK });
    assert_eq!(auto(&server.url("/")), "200 OK (GET)");
}

#[test]
fn a_server_that_is_silent_on_head_is_asked_by_get() {
    let server = serve_stream(|request, stream| {
        if request.starts_with("HEAD") {
            wait_for_the_end(stream);
        } else {
            let _ = stream.write_all(OK.as_bytes());
        }
    });
    let http = client(Ask::Auto, TIMEOUT);
    assert_eq!(row(&http, &server.url("/")), "200 OK (GET)");
}

#[test]
fn silent_on_both_is_timed_out() {
    let server = serve_stream(|_, stream| wait_for_the_end(stream));
    let http = client(Ask::Auto, TIMEOUT);
    assert_eq!(row(&http, &server.url("/")), "timed out");
    assert_eq!(server.asked().len(), 2);
}

/// The body never ends: a client that reads it does not return.
#[test]
fn the_body_of_a_get_is_not_read() {
    let server = serve_stream(|_, stream| {
        let _ = stream.write_all(OK.as_bytes());
        while stream.write_all(&[b'x'; 1000]).is_ok() {}
    });
    let http = client(Ask::Get, PATIENCE);
    assert_eq!(row(&http, &server.url("/")), "200 OK (GET)");
}

/// What comes on a connection after its answer is no answer.
#[test]
fn a_connection_answers_one_request() {
    for late in ["HTTP/1.1 500 Oh\r\n\r\n", "<html>", ""] {
        let server = serve_stream(move |_, stream| {
            let fine = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
            let _ = stream.write_all(fine.as_bytes());
            crate::server::read_head(stream);
            let _ = stream.write_all(late.as_bytes());
        });
        let http = client(Ask::Head, PATIENCE);
        for _ in 0..3 {
            assert_eq!(row(&http, &server.url("/")), "200 OK", "{late:?}");
        }
    }
}
