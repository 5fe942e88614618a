//! What a user may type, and what is shown of it.

use shared::Url;
use shared::url::UrlError;

#[test]
fn takes_http_and_https_and_gives_one_form() {
    let one = |text: &str| text.parse::<Url>().unwrap().as_str().to_string();
    assert_eq!(one("https://go.dev"), "https://go.dev/");
    assert_eq!(one(" https://go.dev/ "), "https://go.dev/");
    assert_eq!(one("HTTP://go.dev/x?y=1"), "http://go.dev/x?y=1");
    assert_eq!(one("http://[::1]:8080/"), "http://[::1]:8080/");
    let upper = "https://Me:PW@Go.dev:443/Path";
    assert_eq!(one(upper), "https://Me:PW@go.dev:443/Path");
}

#[test]
fn says_what_is_wrong() {
    let why = |text: &str| text.parse::<Url>().unwrap_err();
    assert_eq!(why(""), UrlError::Empty);
    assert_eq!(why("http://a b/"), UrlError::Blank);
    assert_eq!(why("ftp://a/"), UrlError::Scheme);
    assert_eq!(why("go.dev"), UrlError::Scheme);
    assert_eq!(why("https:///x"), UrlError::NoHost);
    assert_eq!(why("https://user@/x"), UrlError::NoHost);
    assert_eq!(why("https://:80/"), UrlError::NoHost);
    assert_eq!(why("https://m\u{fc}ller.de/"), UrlError::NotAscii);
    assert_eq!(why("ftp://m\u{fc}ller.de/"), UrlError::Scheme);
    assert_eq!(why("http://::1/"), UrlError::Brackets);
    assert_eq!(why("http://me:pw@fe80::1:80/"), UrlError::Brackets);
    assert_eq!(why("http://a:99999/"), UrlError::Port);
    assert_eq!(why("http://a:x/"), UrlError::Port);
    assert_eq!(why("http://a/<b>"), UrlError::Syntax);
}

#[test]
fn shows_no_user_and_no_password() {
    let url = "https://me:secret@go.dev/x@y".parse::<Url>().unwrap();
    assert_eq!(url.to_string(), "https://go.dev/x@y");
    assert_eq!(format!("{url:?}"), "https://go.dev/x@y");
    assert!(url.as_str().contains("secret"));
}
