//! URLs and lists of them, whatever text they are: never a panic; what is
//! taken can be taken again; what is refused is named by its line.

use std::fs;
use std::path::PathBuf;

use compare::out::Failure;
use compare::shown::{printable, without_login};
use compare::urls;
use proptest::collection::vec;
use proptest::prelude::*;
use shared::Url;

/// Pieces of which URLs are made, right and wrong ones, and any text.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "http", "https", "HTTP", "ftp", "://", ":", "/", "//", "?", "#",
            "@", "[", "]", "::1", "localhost", "go.dev", "127.0.0.1", "80",
            "99999", "%20", "%", "ä", "日本", "xn--", ".", "..", " ", "\t",
            "\u{0}", "\u{202e}", "me:secret@",
        ])
        .prop_map(String::from),
        1 => any::<String>(),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn with_scheme() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec!["http://", "https://"]);
    (scheme, text()).prop_map(|(scheme, text)| format!("{scheme}{text}"))
}

proptest! {
    /// The poller's own reader, and the one for what a user types.
    #[test]
    fn a_url_that_is_taken_is_taken_again(
        text in prop_oneof![text(), with_scheme()],
    ) {
        if let Ok(url) = text.parse::<Url>() {
            prop_assert_eq!(url.as_str().parse::<Url>(), Ok(url.clone()));
            let shown = url.to_string();
            prop_assert_eq!(printable(&shown), shown);
        }
        if let Ok(url) = urls::parse(&text) {
            prop_assert_eq!(urls::parse(url.as_str()), Ok(url));
        }
    }

    #[test]
    fn a_login_is_never_shown(
        text in "[a-z0-9:%@]{0,8}",
        host in "[a-z]{1,8}",
        path in "(/[a-z]{0,5}){0,2}",
    ) {
        let login = format!("{text}SECRET");
        let text = format!("http://{login}@{host}{path}");
        if let Ok(url) = text.parse::<Url>() {
            prop_assert!(!url.to_string().contains("SECRET"));
            let for_logs = format!("{url:?}");
            prop_assert!(!for_logs.contains("SECRET"));
        }
        prop_assert!(!without_login(&text).contains("SECRET"));
    }

    #[test]
    fn what_is_shown_moves_no_cursor(text in any::<String>()) {
        let shown = printable(&text);
        prop_assert!(!shown.contains(char::is_control), "{shown:?}");
        prop_assert_eq!(printable(&shown), shown.clone());
    }

    /// Any bytes: it is a list, or an error with a line of the file.
    #[test]
    fn a_file_of_anything_is_read(bytes in vec(any::<u8>(), 0..200)) {
        let file = file(&bytes);
        let name = file.to_string_lossy().into_owned();
        let read = urls::read(std::slice::from_ref(&name), true);
        fs::remove_file(&file).expect("it was written");
        if let Err(Failure::Usage(said) | Failure::Failed(said)) = read {
            prop_assert!(said.contains(&name), "{said}");
        }
    }

    /// Each wrong line is named by its number, and no other line is.
    #[test]
    fn wrong_lines_are_named(lines in vec(line(), 1..20)) {
        let text: Vec<_> = lines.iter().map(|(_, line)| &**line).collect();
        let file = file(text.join("\n").as_bytes());
        let name = file.to_string_lossy().into_owned();
        let read = urls::read(std::slice::from_ref(&name), true);
        fs::remove_file(&file).expect("it was written");
        let kinds = |kind| lines.iter().filter(|(k, _)| *k == kind).count();
        match read {
            Ok(urls) => {
                prop_assert_eq!(kinds(Kind::Wrong), 0);
                prop_assert!(urls.len() <= kinds(Kind::Right));
            }
            Err(Failure::Usage(said)) => {
                let (wrong, right) = (kinds(Kind::Wrong), kinds(Kind::Right));
                prop_assert!(wrong > 0 || right == 0, "{}", said);
                for (n, (kind, line)) in (1..).zip(&lines) {
                    let named = said.contains(&format!("{name}:{n}: "));
                    let wrong = *kind == Kind::Wrong;
                    prop_assert_eq!(named, wrong, "{}: {}", line, said);
                }
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Right,
    Nothing,
    Wrong,
}

/// A line of a list, and what it is.
fn line() -> impl Strategy<Value = (Kind, String)> {
    prop_oneof![
        "https?://[a-z]{1,9}(/[a-z0-9]{0,5}){0,3}( # [a-z ]{0,9})?\r?"
            .prop_map(|line| (Kind::Right, line)),
        "[ \t]{0,3}(#[ -~]{0,20})?".prop_map(|line| (Kind::Nothing, line)),
        "[a-z0-9./]{1,20}".prop_map(|line| (Kind::Wrong, line)),
        "ftp://[a-z]{1,9}/".prop_map(|line| (Kind::Wrong, line)),
        "https?://[a-z]{1,9}:[1-9][0-9]{5,8}".prop_map(|l| (Kind::Wrong, l)),
    ]
}

/// A file of this process and thread with these bytes.
fn file(bytes: &[u8]) -> PathBuf {
    let thread = std::thread::current().id();
    let name = format!("any-text-{}-{thread:?}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, bytes).expect("a temporary file can be written");
    path
}
