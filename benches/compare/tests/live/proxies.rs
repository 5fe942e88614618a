//! Proxies that the environment names.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use compare::ask::Ask;
use compare::live::LiveHttp;
use compare::live::lookup::Lookups;
use compare::live::proxy::Proxies;

use crate::server::{OK, accept, nobody, read_head, serve};
use crate::{PATIENCE, row};

fn proxies(variables: &[(&str, &str)]) -> Result<Proxies, String> {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    Proxies::from_env(|name| variables.get(name).map(ToString::to_string))
}

/// A client that finds no address but localhost's: what it gets comes through
/// a proxy.
fn client(variables: &[(&str, &str)]) -> LiveHttp {
    let lookups = Lookups::new(|name| match name.split_once(':') {
        Some(("localhost", port)) => {
            Ok(vec![SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()))])
        }
        _ => Err(std::io::Error::other("failed to lookup address")),
    });
    let proxies = proxies(variables).unwrap();
    LiveHttp::with(Ask::Head, PATIENCE, proxies, lookups)
}

#[test]
fn plain_http_is_passed_on_by_its_whole_url() {
    let proxy = serve(|_| OK);
    let named = proxy.url("").replace("//", "//me:p%40ss@");
    let http = client(&[("http_proxy", &named)]);
    assert_eq!(row(&http, "http://a.example/x?y=1"), "200 OK");
    let request = proxy.requests.recv().unwrap().to_lowercase();
    let line = "head http://a.example/x?y=1 http/1.1\r\n";
    assert!(request.starts_with(line), "{request}");
    assert!(request.contains("host: a.example\r\n"), "{request}");
    let login = "proxy-authorization: basic bwu6cebzcw==\r\n";
    assert!(request.contains(login), "{request}");
    assert_eq!(row(&http, "http://a.example:81/"), "200 OK");
    assert_eq!(proxy.asked(), ["HEAD http://a.example:81/ HTTP/1.1"]);
    // A login is for the site, in a header; a proxy may log its URL.
    assert_eq!(row(&http, "http://you:pw@a.example/"), "200 OK");
    let request = proxy.requests.recv().unwrap().to_lowercase();
    assert!(request.starts_with("head http://a.example/ "), "{request}");
    assert!(request.contains("\r\nauthorization: basic "), "{request}");
    // This one is for plain http only.
    assert_eq!(row(&http, "https://a.example/"), "no such host");
}

/// A redirect may lead from one proxy to another, or to none.
#[test]
fn a_redirect_is_proxied_by_its_own_url() {
    let end = serve(|_| OK);
    let location = format!("http://localhost:{}/end", end.address.port());
    let proxy = serve(move |_| {
        format!("HTTP/1.1 302 x\r\nLocation: {location}\r\n\r\n")
    });
    let http =
        client(&[("HTTP_PROXY", &proxy.url("")), ("NO_PROXY", "localhost")]);
    assert_eq!(row(&http, "http://a.example/"), "200 OK");
    assert_eq!(end.asked(), ["HEAD /end HTTP/1.1"]);
}

#[test]
fn a_proxy_that_refuses_is_told_from_a_site_that_does() {
    for answer in ["407 Login", "403 No", "502 Bad Gateway"] {
        let proxy = serve(move |_| format!("HTTP/1.1 {answer}\r\n\r\n"));
        let http = client(&[("all_proxy", &proxy.url(""))]);
        assert_eq!(row(&http, "https://a.example/"), "proxy refused");
        assert_eq!(proxy.asked(), ["CONNECT a.example:443 HTTP/1.1"]);
    }
    let proxy = serve(|_| "HTTP/1.1 407 Login\r\n\r\n");
    let http = client(&[("all_proxy", &proxy.url(""))]);
    assert_eq!(row(&http, "http://a.example/"), "proxy refused");
}

#[test]
fn a_proxy_that_is_not_there_is_told_from_a_site_that_is_not() {
    let nobody = nobody().to_string();
    for proxy in ["http://gone.example:1", "socks5h://gone.example:1"]
        .map(String::from)
        .into_iter()
        .chain(["http", "socks5h"].map(|s| format!("{s}://{nobody}")))
    {
        let http = client(&[("all_proxy", &proxy)]);
        for url in ["http://a.example/", "https://a.example/"] {
            assert_eq!(row(&http, url), "proxy unreachable", "{proxy} {url}");
        }
    }
}

/// A SOCKS5 proxy that connects to one address only, whatever it is told, and
/// tells which name it was told.
fn socks(code: u8, to: SocketAddr) -> SocketAddr {
    accept(move |mut stream| {
        let mut greeting = [0; 2];
        let mut request = [0; 5];
        stream.read_exact(&mut greeting).unwrap();
        let mut methods = vec![0; greeting[1].into()];
        stream.read_exact(&mut methods).unwrap();
        stream.write_all(&[5, 0]).unwrap();
        stream.read_exact(&mut request).unwrap();
        let mut name = vec![0; request[4].into()];
        stream.read_exact(&mut name).unwrap();
        stream.read_exact(&mut [0; 2]).unwrap();
        let code = if name == b"a.example" { code } else { 1 };
        stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        if code == 0 {
            copy(stream, TcpStream::connect(to).unwrap());
        }
    })
}

/// Both ways, until both ends have closed.
fn copy(one: TcpStream, other: TcpStream) {
    let pump = |from: &TcpStream, to: &TcpStream| {
        let (mut from, mut to) =
            (from.try_clone().unwrap(), to.try_clone().unwrap());
        move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Write);
        }
    };
    let back = thread::spawn(pump(&other, &one));
    pump(&one, &other)();
    back.join().unwrap();
}

#[test]
fn a_socks_proxy_is_used() {
    let site = serve(|_| OK);
    let proxy = format!("socks5h://{}", socks(0, site.address));
    let http = client(&[("ALL_PROXY", &proxy)]);
    assert_eq!(row(&http, "http://a.example/x"), "200 OK");
    assert_eq!(site.asked(), ["HEAD /x HTTP/1.1"]);
    // Its login is for the proxy, and not for the site.
    let proxy = format!("socks5h://me:pw@{}", socks(0, site.address));
    let http = client(&[("ALL_PROXY", &proxy)]);
    assert_eq!(row(&http, "http://a.example/x"), "200 OK");
    let request = site.requests.recv().unwrap().to_lowercase();
    assert!(!request.contains("authorization"), "{request}");
    let proxy = format!("socks5h://{}", socks(5, site.address));
    let http = client(&[("ALL_PROXY", &proxy)]);
    assert_eq!(row(&http, "http://a.example/"), "proxy refused");
}

#[cfg(target_os = "linux")]
#[test]
fn https_goes_through_a_tunnel() {
    use crate::tls::{Authority, answer, compare, named, rows};
    let ours = Authority::new("tunnel");
    let config = ours.server(named("a.example"));
    let proxy = accept(move |mut stream| {
        let request = read_head(&mut stream);
        assert!(request.starts_with("CONNECT a.example:443 "), "{request}");
        let fine = b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n";
        stream.write_all(fine).unwrap();
        answer(&config, stream);
    });
    let urls = ["https://a.example/".to_string()];
    let mut command = compare(&ours.file, &urls);
    command.env("HTTPS_PROXY", format!("http://{proxy}"));
    assert_eq!(rows(&mut command, &urls), ["200 OK"]);
}

#[test]
fn a_malformed_proxy_is_an_error_and_shows_no_password() {
    for (value, shown) in [
        ("ftp://me:secret@a:1", "ftp://***@a:1"),
        ("http://me:secret@a:99999", "http://***@a:99999"),
        ("me:secret@", "***@"),
        ("http://", "http://"),
    ] {
        let why = proxies(&[("https_proxy", value)]).unwrap_err();
        let wanted = format!(
            "https_proxy in the environment is not the URL of a proxy: \
             {shown}: "
        );
        assert!(why.contains(&wanted), "{why}");
    }
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_compare"))
        .args(["--live", "http://a.example/"])
        .env("HTTP_PROXY", "gopher://a")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("HTTP_PROXY in the environment"), "{said}");
}

#[test]
fn no_proxy_is_honored() {
    let is_direct = |list: &str, url: &str| {
        let all = [("all_proxy", "http://proxy"), ("no_proxy", list)];
        let proxies = proxies(&all).unwrap();
        proxies.for_url(&url.parse().unwrap()).is_none()
    };
    for (list, url) in [
        ("*", "http://a.example/"),
        ("a.example", "https://a.example/"),
        ("A.Example", "https://a.example/"),
        ("x, a.example", "https://a.example/"),
        ("x a.example", "https://a.example/"),
        ("a.example", "https://b.a.example/"),
        (".a.example", "https://b.a.example/"),
        ("*.a.example", "https://b.a.example/"),
        ("a.example:443", "https://a.example/"),
        ("a.example:8080", "http://a.example:8080/"),
        ("a.example", "http://a.example./"),
        ("127.0.0.1", "http://127.0.0.1:81/"),
        ("127.0.0.1:81", "http://127.0.0.1:81/"),
        ("10.0.0.0/8", "http://10.1.2.3/"),
        ("::1", "http://[::1]/"),
        ("[::1]", "http://[::1]/"),
        ("[::1]:81", "http://[::1]:81/"),
        ("fe80::/10", "http://[fe80::1]/"),
    ] {
        assert!(is_direct(list, url), "{list}: {url}");
    }
    for (list, url) in [
        ("", "http://a.example/"),
        (",", "http://a.example/"),
        (".", "http://a.example/"),
        ("example", "http://a.example.org/"),
        ("a.example", "http://ba.example/"),
        ("a.example:443", "http://a.example/"),
        ("10.0.0.0/8", "http://11.1.2.3/"),
        ("1.2.3.4", "http://a1.2.3.4.example/"),
        ("[::1]:81", "http://[::1]:82/"),
    ] {
        assert!(!is_direct(list, url), "{list}: {url}");
    }
}

#[test]
fn each_scheme_has_its_proxy() {
    let all = [
        ("http_proxy", "http://one"),
        ("HTTPS_PROXY", "two:81"),
        ("all_proxy", "three"),
    ];
    let host = |variables: &[(&str, &str)], url: &str| {
        let proxies = proxies(variables).unwrap();
        let proxy = proxies.for_url(&url.parse().unwrap());
        proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port()))
    };
    assert_eq!(host(&all, "http://a/").as_deref(), Some("one:80"));
    assert_eq!(host(&all, "https://a/").as_deref(), Some("two:81"));
    assert_eq!(host(&all[2..], "https://a/").as_deref(), Some("three:80"));
    assert_eq!(host(&all[..1], "https://a/"), None);
    // Set to nothing is not set.
    assert_eq!(host(&[("http_proxy", " ")], "http://a/"), None);
}
