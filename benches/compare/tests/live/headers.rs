//! Headers that the user gave: who gets them.

use std::sync::{Arc, OnceLock};

use compare::ask::Ask;
use compare::headers::read;
use compare::live::LiveHttp;

use crate::server::{OK, Server, serve};
use crate::{PATIENCE, client, row};

/// A login, a login in a cookie, and one that only the user knows to be one.
const SECRETS: [&str; 3] =
    ["authorization: secret1", "cookie: a=secret2", "x-key: secret3"];

/// A client that sends all these, and says who it is.
fn with_secrets() -> LiveHttp {
    let texts = SECRETS.into_iter().chain(["User-Agent: mine"]);
    let texts: Vec<String> = texts.map(String::from).collect();
    client(Ask::Auto, PATIENCE).with_headers(read(&texts).unwrap())
}

/// Redirects everything but `/end`.
fn redirecting(location: String) -> Server {
    serve(move |request| match request {
        end if end.contains(" /end ") => OK.into(),
        _ => format!("HTTP/1.1 302 x\r\nLocation: {location}\r\n\r\n"),
    })
}

/// How many of the secrets each request so far had, if they all say who asks.
fn secrets(server: &Server) -> Vec<usize> {
    let count = |request: String| {
        let request = request.to_lowercase();
        assert!(request.contains("\r\nuser-agent: mine\r\n"), "{request}");
        let has = |secret: &&&str| request.contains(**secret);
        SECRETS.iter().filter(has).count()
    };
    server.requests.try_iter().map(count).collect()
}

#[test]
fn headers_go_along_on_the_same_host() {
    let server = redirecting("/end".into());
    assert_eq!(row(&with_secrets(), &server.url("/")), "200 OK");
    assert_eq!(secrets(&server), [3, 3]);
}

#[test]
fn headers_go_along_with_get_after_head() {
    let server = serve(|request| match request {
        head if head.starts_with("HEAD") => "HTTP/1.1 405 x\r\n\r\n",
        _ => OK,
    });
    assert_eq!(row(&with_secrets(), &server.url("/")), "200 OK (GET)");
    assert_eq!(secrets(&server), [3, 3]);
}

#[test]
fn headers_are_not_sent_to_another_host() {
    // Another port is another host.
    let end = serve(|_| OK);
    let localhost = end.url("/").replace("127.0.0.1", "localhost");
    for to in [end.url("/"), localhost] {
        let server = redirecting(to);
        assert_eq!(row(&with_secrets(), &server.url("/")), "200 OK");
        assert_eq!(secrets(&server), [3]);
        assert_eq!(secrets(&end), [0]);
    }
}

/// Another host says where the way back leads: not what goes along.
#[test]
fn headers_that_were_left_behind_do_not_come_back() {
    let back = Arc::new(OnceLock::new());
    let location = back.clone();
    let other = serve(move |_| {
        let location: &String = location.get().unwrap();
        format!("HTTP/1.1 302 x\r\nLocation: {location}\r\n\r\n")
    });
    let server = redirecting(other.url("/"));
    back.set(server.url("/end")).unwrap();
    assert_eq!(row(&with_secrets(), &server.url("/")), "200 OK");
    assert_eq!(secrets(&server), [3, 0]);
    assert_eq!(secrets(&other), [0]);
}

#[test]
fn a_login_given_as_a_header_is_instead_of_one_in_the_url() {
    let server = serve(|_| OK);
    let url = server.url("/").replace("//", "//me:pw@");
    assert_eq!(row(&with_secrets(), &url), "200 OK");
    let request = server.requests.recv().unwrap().to_lowercase();
    assert_eq!(request.matches("\r\nauthorization:").count(), 1, "{request}");
    assert!(request.contains("authorization: secret1"), "{request}");
}

#[test]
fn a_header_may_be_long() {
    let value = "x".repeat(60_000);
    let headers = read(&[format!("X-Long: {value}")]).unwrap();
    let server = serve(|_| OK);
    let http = client(Ask::Head, PATIENCE).with_headers(headers);
    assert_eq!(row(&http, &server.url("/")), "200 OK");
    assert!(server.requests.recv().unwrap().contains(&value));
}
