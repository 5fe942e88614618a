//! Where redirects lead, and what goes along.

use std::io::{Read, Write};

use compare::ask::Ask;
use compare::live::answer::Lines;
use compare::live::redirect::next;
use ureq::http::{HeaderValue, Response};

use crate::server::{OK, Server, serve, serve_stream};
use crate::{PATIENCE, TIMEOUT, auto, client, row};

const START: &str = "/dir/page?q=1";

/// Redirects from one path, and answers on all others.
fn redirecting(location: &[u8]) -> Server {
    let location = location.to_vec();
    serve(move |request| {
        if request.contains(START) {
            let head = b"HTTP/1.1 302 Found\r\nLocation: ";
            [head, &location[..], b"\r\n\r\n"].concat()
        } else {
            OK.into()
        }
    })
}

#[test]
fn a_location_is_joined_to_the_url_and_encoded() {
    for (location, path) in [
        (&b"?x=1"[..], "/dir/page?x=1"),
        (b"other", "/dir/other"),
        (b"../up", "/up"),
        (b"/a b", "/a%20b"),
        (b"/a?b c", "/a?b%20c"),
        ("/\u{fc}?\u{fc}".as_bytes(), "/%C3%BC?%C3%BC"),
        // Not UTF-8: it goes back as it came.
        (b"/\xfc", "/%FC"),
        (b"/%41%zz", "/%41%zz"),
        (b"/x#fragment", "/x"),
        (b"  /x", "/x"),
    ] {
        let server = redirecting(location);
        assert_eq!(auto(&server.url(START)), "200 OK", "{path}");
        let asked = server.asked();
        assert_eq!(asked[1], format!("HEAD {path} HTTP/1.1"));
    }
}

#[test]
fn a_location_may_name_a_host() {
    let end = serve(|_| OK);
    for prefix in ["http:", "HTTP:", ""] {
        let location = format!("{prefix}//{}/y", end.address);
        let server = redirecting(location.as_bytes());
        assert_eq!(auto(&server.url(START)), "200 OK", "{location}");
        assert_eq!(end.asked(), ["HEAD /y HTTP/1.1"]);
    }
}

#[test]
fn an_empty_location_is_the_same_url() {
    let times = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let server = serve(move |_| {
        match times.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => "HTTP/1.1 302 Found\r\nLocation:\r\n\r\n",
            _ => OK,
        }
    });
    assert_eq!(auto(&server.url(START)), "200 OK");
    let line = format!("HEAD {START} HTTP/1.1");
    assert_eq!(server.asked(), [line.clone(), line]);
}

#[test]
fn redirects_that_lead_nowhere_say_why() {
    for (location, row) in [
        ("http://a:99999/", "redirect to a malformed URL"),
        ("http://[::1/", "redirect to a malformed URL"),
        ("http://a b/", "redirect to a malformed URL"),
        ("file:///etc/passwd", "redirect to neither http nor https"),
        ("mailto:a@b.example", "redirect to neither http nor https"),
        ("javascript:alert(1)", "redirect to neither http nor https"),
    ] {
        let server = redirecting(location.as_bytes());
        assert_eq!(auto(&server.url(START)), row, "{location}");
    }
    let endless = "x".repeat(200_000);
    let server = redirecting(endless.as_bytes());
    assert_eq!(auto(&server.url(START)), "not an HTTP answer");
    for code in [301, 302, 303, 307, 308] {
        let server = serve(move |_| format!("HTTP/1.1 {code} x\r\n\r\n"));
        assert_eq!(auto(&server.url("/")), "redirect without a Location");
    }
}

#[test]
fn other_codes_from_300_are_answers() {
    for (code, in_words) in
        [(300, "300 Multiple Choices"), (304, "304 Not Modified")]
    {
        let server = serve(move |_| {
            format!("HTTP/1.1 {code} x\r\nLocation: /x\r\n\r\n")
        });
        assert_eq!(auto(&server.url("/")), in_words);
    }
}

#[test]
fn redirects_are_followed_ten_times() {
    let ring = serve(|_| "HTTP/1.1 301 x\r\nLocation: /again\r\n\r\n");
    assert_eq!(auto(&ring.url("/")), "too many redirects");
    assert_eq!(ring.asked().len(), 11);
}

/// Each redirect comes in time, all of them together do not.
#[test]
fn the_time_out_is_for_all_redirects_together() {
    let slow = serve_stream(|_, stream| {
        let _ = stream.set_read_timeout(Some(TIMEOUT / 2));
        let _ = stream.read(&mut [0]);
        let again = b"HTTP/1.1 302 x\r\nLocation: /\r\n\r\n";
        let _ = stream.write_all(again);
    });
    let http = client(Ask::Head, TIMEOUT);
    assert_eq!(row(&http, &slow.url("/")), "timed out");
}

#[test]
fn an_answer_may_have_any_headers() {
    let many: String = (0..130).map(|n| format!("X-{n}: x\r\n")).collect();
    let large = format!("X: {}\r\n", "x".repeat(70_000));
    let forms = "no colon\r\nX: a\r\n b\r\nContent-Length: 1\r\n\
                 Content-Length: 2\r\n\u{fc}: 1\r\n";
    for headers in [&many, &large, &(large.repeat(30)), forms] {
        let text = format!("HTTP/1.1 204 x\r\n{headers}\r\n");
        let server = serve(move |_| text.clone());
        assert_eq!(auto(&server.url("/")), "204 No Content");
        // What matters may come last.
        let text = format!("{headers}lOCATION: /end\r\n");
        let server = serve(move |request| {
            if request.contains("/end") {
                OK.into()
            } else {
                format!("HTTP/1.1 302 x\r\n{text}\r\n")
            }
        });
        assert_eq!(auto(&server.url("/")), "200 OK");
    }
}

/// However an answer is cut on its way, the same is kept of it.
#[test]
fn an_answer_may_come_in_pieces() {
    let text = b"HTTP/1.1 301 x\r\nX: y\r\nLocation: /a\r\nY: z\r\n\r\nHT";
    let kept = b"HTTP/1.1 301 x\r\nLocation: /a\r\n\r\nHT";
    for length in 1..=text.len() {
        let mut lines = Lines::default();
        let pieces = text.chunks(length).map(|piece| lines.keep(piece));
        let whole: Vec<u8> = pieces.flatten().collect();
        assert_eq!(whole, kept, "{length}");
    }
}

#[test]
fn an_answer_may_come_after_early_hints() {
    let server = serve(|_| {
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n\
         HTTP/1.1 100 Continue\r\nX: y\r\n\r\n\
         HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"
    });
    assert_eq!(auto(&server.url("/")), "204 No Content");
}

/// `me` and `p@ss`, encoded.
const LOGIN: &str = "authorization: basic bwu6cebzcw==";

#[test]
fn a_login_is_decoded_and_kept_on_the_same_host() {
    let server = redirecting(b"/end");
    let with_login = |url: String| url.replace("//", "//me:p%40ss@");
    assert_eq!(auto(&with_login(server.url(START))), "200 OK");
    for request in server.requests.try_iter() {
        let request = request.to_lowercase();
        assert!(request.contains(LOGIN), "{request}");
        assert!(request.lines().next().is_some_and(|l| !l.contains('@')));
    }
}

#[test]
fn a_login_is_not_sent_to_another_host() {
    let http = client(Ask::Head, PATIENCE);
    // Another port is another host.
    let end = serve(|_| OK);
    let localhost = end.url("/").replace("127.0.0.1", "localhost");
    for to in [end.url("/"), localhost] {
        let server = redirecting(to.as_bytes());
        let url = server.url(START).replace("//", "//me:p%40ss@");
        assert_eq!(row(&http, &url), "200 OK");
        let request = end.requests.recv().unwrap().to_lowercase();
        assert!(!request.contains("authorization"), "{request}");
    }
}

fn leads_to(from: &str, location: &str) -> url::Url {
    let mut answer = Response::new(());
    *answer.status_mut() = shared::http::StatusCode::FOUND;
    let location = HeaderValue::from_bytes(location.as_bytes()).unwrap();
    answer.headers_mut().insert("location", location);
    next(&from.parse().unwrap(), &answer).unwrap().unwrap()
}

#[test]
fn a_location_may_be_written_in_any_language() {
    let to = leads_to("http://a/", "http://b\u{fc}cher.example/\u{fc}");
    assert_eq!(to.as_str(), "http://xn--bcher-kva.example/%C3%BC");
}

/// Which login goes along to where a location leads.
fn login(from: &str, location: &str) -> String {
    let to = leads_to(from, location);
    format!("{}:{}", to.username(), to.password().unwrap_or_default())
}

#[test]
fn a_login_is_never_sent_in_clear_where_it_was_not() {
    assert_eq!(login("https://me:pw@a/", "https://a/x"), "me:pw");
    assert_eq!(login("http://me:pw@a/", "https://a/x"), "me:pw");
    assert_eq!(login("https://me:pw@a/", "http://a/x"), ":");
    assert_eq!(login("https://me:pw@a/", "https://a:444/x"), ":");
    assert_eq!(login("https://me:pw@a/", "https://b.a/x"), ":");
    assert_eq!(login("https://me:pw@a/", "//b/x"), ":");
    assert_eq!(login("https://me:pw@a/", "https://you:pw2@b/"), "you:pw2");
}
