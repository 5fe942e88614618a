//! The real client against servers of our own, on this machine's loopback.

#![cfg(not(loom))]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use shared::http::ureq::{Lookups, UreqHttp};
use shared::{HttpClient, Url};

/// For an answer that comes: however busy the machine, it comes before.
const PATIENCE: Duration = Duration::from_secs(30);
/// For one that does not come: waited for in full.
const TIMEOUT: Duration = Duration::from_millis(200);

const OK: &str = "HTTP/1.1 200 OK\r\n\r\n";

/// A server, until the test ends.
struct Server {
    address: SocketAddr,
    /// The head of each request, as it came.
    requests: Receiver<String>,
}

impl Server {
    /// One answer for HEAD, and one for GET. The body of [`OK`] never comes: a
    /// client that reads it returns when its time is up.
    fn of(head: &'static str, get: &'static str) -> Self {
        Server::by(move |request, stream| {
            let answer = if request.starts_with("HEAD") { head } else { get };
            let _ = stream.write_all(answer.as_bytes());
            if answer == OK {
                read(stream);
            }
        })
    }

    /// Does this with each connection after its first request.
    fn by(
        serve: impl Fn(&str, &mut TcpStream) + Copy + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, requests) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, asked) = (stream.unwrap(), asked.clone());
                thread::spawn(move || {
                    let request = read(&mut stream);
                    let _ = asked.send(request.clone());
                    serve(&request, &mut stream);
                });
            }
        });
        Server { address, requests }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// How many requests with this method there have been.
    fn asked(&self, method: &str) -> usize {
        self.requests.try_iter().filter(|r| r.starts_with(method)).count()
    }
}

/// Reads a request, which a client sends at once; or waits until the client has
/// closed the connection.
fn read(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 1000];
    let read = stream.read(&mut bytes).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

/// Without a proxy, whatever the environment names.
fn client(timeout: Duration) -> UreqHttp {
    UreqHttp::with(timeout, None, Lookups::by_the_system())
}

fn row(http: &UreqHttp, url: &str) -> String {
    let url: Url = url.parse().unwrap();
    let found = http.head(&url);
    found.map_or_else(|why| why.to_string(), |status| status.to_string())
}

/// What a server may answer to HEAD, and the row that this alone would get.
const ANSWERS: [(&str, &str); 15] = [
    ("HTTP/1.1 200 Fine by me\r\n\r\n", "200 OK"),
    ("HTTP/1.1 299 x\r\n\r\n", "299"),
    ("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "200 OK"),
    // It answers HEAD with a body.
    ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nHTTP", "200 OK"),
    ("HTTP/1.1 200 OK\r\n\r\n<html>", "200 OK"),
    ("HTTP/1.1 400 x\r\n\r\n", "400 Bad Request"),
    ("HTTP/1.1 404 x\r\n\r\n", "404 Not Found"),
    ("HTTP/1.1 429 x\r\n\r\n", "429 Too Many Requests"),
    ("HTTP/1.1 500 x\r\n\r\n", "500 Internal Server Error"),
    ("HTTP/1.1 304 x\r\n\r\n", "304 Not Modified"),
    ("HTTP/1.1 301 x\r\nLocation: /\r\n\r\n", "too many redirects"),
    ("HTTP/1.1 302 x\r\n\r\n", "malformed answer"),
    ("HTTP/1.1 302 x\r\nLocation: ftp://a/\r\n\r\n", "malformed answer"),
    ("<html>no HEAD here</html>\r\n\r\n", "malformed answer"),
    ("", "connection lost"),
];

#[test]
fn anything_but_success_is_asked_for_by_get_once() {
    for (head, of_head) in ANSWERS {
        let is_ok = of_head.starts_with('2');
        let server = Server::of(head, OK);
        let wanted = if is_ok { of_head } else { "200 OK (GET)" };
        let began = Instant::now();
        assert_eq!(row(&client(PATIENCE), &server.url()), wanted, "{head}");
        assert!(began.elapsed() < PATIENCE, "it waited for a body");
        assert_eq!(server.asked("GET"), usize::from(!is_ok), "{head}");
        // Where GET is refused, too, or fails: the row is HEAD's.
        for get in ["HTTP/1.1 418 x\r\n\r\n", "nonsense\r\n\r\n", "", head] {
            let server = Server::of(head, get);
            let row = row(&client(PATIENCE), &server.url());
            assert_eq!(row, of_head, "{head} {get}");
        }
    }
}

#[test]
fn without_an_answer_the_row_says_why() {
    let closed = "http://127.0.0.1:1/";
    assert_eq!(row(&client(PATIENCE), closed), "refused");
    let nowhere = "http://nowhere.invalid/";
    assert_eq!(row(&client(PATIENCE), nowhere), "no such host");
    // This one does not speak TLS, or we do not.
    let https = Server::of(OK, OK).url().replace("http:", "https:");
    let words = if cfg!(feature = "tls") { "TLS failed" } else { "needs TLS" };
    assert!(row(&client(PATIENCE), &https).starts_with(words));
}

#[test]
fn gives_up_on_the_silent_and_on_the_slow() {
    let silent = Server::by(|_, stream| drop(read(stream)));
    assert_eq!(row(&client(TIMEOUT), &silent.url()), "timed out");
    assert_eq!(silent.asked(""), 1, "no GET after it");
    // Something now and then, and never the end.
    let dribbles = Server::by(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(TIMEOUT / 10);
        }
    });
    assert_eq!(row(&client(TIMEOUT), &dribbles.url()), "timed out");
}

/// It refuses HEAD after half of the time, and says nothing to GET. With a time
/// limit for each of the two, none of the tries would end in time.
#[test]
fn both_methods_share_one_time_limit() {
    let slow = Server::by(|request, stream| {
        if request.starts_with("GET") {
            return drop(read(stream));
        }
        thread::sleep(TIMEOUT / 2);
        let _ = stream.write_all(b"HTTP/1.1 403 x\r\n\r\n");
    });
    let ends_in_time = |_| {
        let began = Instant::now();
        row(&client(TIMEOUT), &slow.url()) == "403 Forbidden"
            && began.elapsed() < TIMEOUT / 2 + TIMEOUT
    };
    assert!((0..20).any(ends_in_time));
}

/// What comes late on a connection is not the answer for the next request.
#[test]
fn an_answer_is_never_taken_from_an_earlier_connection() {
    let server = Server::by(|_, stream| {
        let _ =
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
        read(stream);
        let _ = stream.write_all(b"HTTP/1.1 500 x\r\n\r\n");
    });
    let http = client(PATIENCE);
    assert_eq!([(); 3].map(|()| row(&http, &server.url())), ["200 OK"; 3]);
}

/// A password goes to the host that it was given for, and to no other.
#[test]
fn a_login_travels_on_the_same_host_only() {
    let other = Server::of(OK, OK);
    let port = other.address.port();
    let server = Server::by(move |request, stream| {
        let on = request.contains(" /here ");
        // The same machine, by another name.
        let elsewhere = format!("http://localhost:{port}/");
        let to = if on { "/on" } else { elsewhere.as_str() };
        let _ = write!(stream, "HTTP/1.1 302 x\r\nLocation: {to}\r\n\r\n");
    });
    let url = format!("http://me:pass@{}/here", server.address);
    assert_eq!(row(&client(PATIENCE), &url), "200 OK");
    let authorized = |server: &Server| {
        let request = server.requests.recv().unwrap().to_lowercase();
        request.contains("authorization: basic bwu6cgfzcw==\r\n")
    };
    assert!(authorized(&server) && authorized(&server));
    assert!(!authorized(&other));
}

/// Polls of names that are never found leave one thread for each name behind,
/// however often they are polled, and delay no other name. All polls that wait
/// for one name get its addresses.
#[test]
fn a_name_that_is_never_found_takes_one_thread_and_no_others_time() {
    static DEAD: AtomicUsize = AtomicUsize::new(0);
    let lookups = Lookups::by(|name| {
        if name.starts_with("dead") {
            DEAD.fetch_add(1, Ordering::Relaxed);
            thread::sleep(PATIENCE * 100);
        }
        thread::sleep(TIMEOUT);
        Ok(name.replace("alive", "127.0.0.1").to_socket_addrs()?.collect())
    });
    let http = UreqHttp::with(TIMEOUT, None, lookups.clone());
    let dead = |n| format!("http://dead{}/", n % 100);
    at_once(300, |n| assert_eq!(row(&http, &dead(n)), "timed out"));
    // Now all these lookups are under way.
    let http = UreqHttp::with(PATIENCE, None, lookups);
    let alive = Server::of(OK, OK).url().replace("127.0.0.1", "alive");
    at_once(4, |_| assert_eq!(row(&http, &alive), "200 OK"));
    assert_eq!(DEAD.load(Ordering::Relaxed), 100);
}

/// Does it so many times, each in a thread of its own.
fn at_once(times: usize, one: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for n in 0..times {
            let one = &one;
            scope.spawn(move || one(n));
        }
    });
}
