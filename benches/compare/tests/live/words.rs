//! Why there was no answer, in words that tell whose fault it is.

use std::io::{self, ErrorKind, Read, Write};

use crate::server::{accept, nobody, serve, serve_stream, wait_for_the_end};
use crate::{auto, client, row};
use compare::ask::Ask;
use compare::live::words::why;
use compare::shown::{
    printable, printable_lines, without_login, without_logins,
};
use compare::urls::parse;

#[test]
fn what_went_wrong_has_a_name() {
    assert_eq!(auto(&format!("http://{}/", nobody())), "refused");
    let closes = serve(|_| "");
    assert_eq!(auto(&closes.url("/")), "connection lost");
    let halfway = serve(|_| "HTTP/1.1 200 OK\r\nX: y");
    assert_eq!(auto(&halfway.url("/")), "connection lost");
    for garbage in [
        "what do you want?\r\n\r\n",
        "220 mail.example ESMTP\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "\u{1b}[31mHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let server = serve(move |_| garbage);
        assert_eq!(auto(&server.url("/")), "not an HTTP answer", "{garbage}");
    }
    let plain = accept(|mut stream| {
        // The client's hello holds no empty line.
        let _ = stream.read(&mut [0]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        wait_for_the_end(&mut stream);
    });
    let url = format!("https://{plain}/");
    assert_eq!(auto(&url), "does not speak TLS");
}

#[test]
fn what_the_system_says_has_a_name() {
    let in_words = |error: io::Error| why(&error.into()).error.to_string();
    for (kind, said) in [
        (ErrorKind::TimedOut, "timed out"),
        (ErrorKind::ConnectionRefused, "refused"),
        (ErrorKind::HostUnreachable, "unreachable"),
        (ErrorKind::NetworkUnreachable, "unreachable"),
        (ErrorKind::NetworkDown, "unreachable"),
        (ErrorKind::PermissionDenied, "unreachable"),
        (ErrorKind::ConnectionReset, "connection lost"),
        (ErrorKind::BrokenPipe, "connection lost"),
        (ErrorKind::AddrNotAvailable, "no local address or port"),
        (ErrorKind::OutOfMemory, "out of memory or threads"),
    ] {
        assert_eq!(in_words(kind.into()), said, "{kind}");
    }
    let files = if cfg!(windows) { &[10_024][..] } else { &[23, 24] };
    for &code in files {
        let error = io::Error::from_raw_os_error(code);
        assert_eq!(in_words(error), "too many open files");
    }
}

/// The server's first bytes come, and the rest does not.
#[test]
fn a_server_that_stops_halfway_is_timed_out() {
    let server = serve_stream(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
        wait_for_the_end(stream);
    });
    let http = client(Ask::Auto, crate::TIMEOUT);
    assert_eq!(row(&http, &server.url("/")), "timed out");
}

/// Headers that are not kept must not make an answer endless.
#[test]
fn a_server_whose_headers_never_end_is_timed_out() {
    let server = serve_stream(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X: y\r\n").is_ok() {}
    });
    let http = client(Ask::Head, crate::TIMEOUT);
    assert_eq!(row(&http, &server.url("/")), "timed out");
}

#[test]
fn letters_of_all_languages_are_encoded() {
    for (typed, url) in [
        ("http://m\u{fc}ller.de", "http://xn--mller-kva.de/"),
        (
            "http://m\u{fc}ller.de:81/\u{e9}?\u{e9}",
            "http://xn--mller-kva.de:81/%C3%A9?%C3%A9",
        ),
        ("https://\u{4f8b}\u{3048}.jp/", "https://xn--r8jz45g.jp/"),
        ("http://a.example/\u{1f980}", "http://a.example/%F0%9F%A6%80"),
        ("http://me:p\u{e4}ss@a.example/", "http://me:p%C3%A4ss@a.example/"),
    ] {
        assert_eq!(parse(typed).unwrap().as_str(), url);
    }
}

#[test]
fn what_cannot_be_polled_says_why() {
    for (typed, why) in [
        ("http://::1/", "brackets"),
        ("http://fe80::1:8080/", "brackets"),
        ("http://m\u{fc}:99999/", "port"),
        ("ftp://m\u{fc}/", "begin with http"),
        ("https:///\u{fc}", "names no host"),
        ("http://1.2.3.4.5/", "IPv4"),
        ("http://a%b/", "character"),
        ("http://\u{ad}/", "host"),
    ] {
        let error = parse(typed).unwrap_err();
        assert!(error.contains(why), "{typed}: {error}");
    }
}

#[test]
fn no_login_is_shown() {
    for (text, shown) in [
        ("https://me:pw@a/x", "https://***@a/x"),
        ("https://me:p/w@a/x", "https://***@a/x"),
        ("https://me:p#w@p?w@a", "https://***@a"),
        ("http:/me:pw@a/", "***@a/"),
        ("me:pw@a/", "***@a/"),
        ("//me:pw@a/", "//***@a/"),
        ("list@home.txt", "list@home.txt"),
        ("https://a/x", "https://a/x"),
    ] {
        assert_eq!(without_login(text), shown);
    }
    let said = "error: 'https://me:pw@a/' for 'you:pw@b'\nand c";
    let shown = "error: 'https://***@a/' for ***@b'\nand c";
    assert_eq!(without_logins(said), shown);
}

#[test]
fn a_terminal_is_given_nothing_to_obey() {
    let text = "a\u{1b}[31m\r\u{9b}m\u{202e}\u{7f}\tb\n\u{fc}";
    let shown = "a\\u{1b}[31m\\u{d}\\u{9b}m\\u{202e}\\u{7f}\\u{9}b\n\u{fc}";
    assert_eq!(printable_lines(text), shown);
    // Within a line not even a new one.
    assert_eq!(printable(text), shown.replace('\n', "\\u{a}"));
}

/// Whatever is typed is refused when it is read, or can be asked for.
#[test]
fn what_is_taken_can_be_asked_for() {
    use ureq::http::Uri;
    let end = serve(|_| "HTTP/1.1 204 x\r\n\r\n");
    for c in (0..=255).filter_map(char::from_u32) {
        for form in ["/x%c", "/?%c", "/x%cy#%c", "/%c%c/../x"] {
            let url = end.url(&form.replace("%c", &c.to_string()));
            let Ok(url) = parse(&url) else { continue };
            let sent = compare::live::bare(&url.as_str().parse().unwrap());
            assert!(sent.as_str().parse::<Uri>().is_ok(), "{sent}");
        }
    }
}
