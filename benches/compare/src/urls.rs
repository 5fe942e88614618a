//! The URLs to poll: named on the command line, or listed in files.
//!
//! Next: [`run`](crate::run).

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::str;
use std::sync::Arc;

use shared::Url;

use crate::out::{Failure, without_login};

/// Reads every argument: one with `://` is a URL, `-` is standard input, and
/// anything else is a file with one URL on each line and comments after `#`.
/// A URL that is named twice is polled once.
///
/// # Errors
/// If arguments, or lines of files, are wrong: says which and why, for all of
/// them at once.
pub fn read(args: &[String]) -> Result<Arc<[Url]>, Failure> {
    let mut list = List::default();
    for arg in args {
        if arg.contains("://") {
            list.add(arg, "the command line");
        } else {
            list.add_file(arg);
        }
    }
    match list.wrong.as_slice() {
        [] => Ok(list.urls.into()),
        [one] => Err(Failure::Usage(one.clone())),
        all => Err(Failure::Usage(format!(
            "{} URLs or files cannot be used:\n  {}",
            all.len(),
            all[..all.len().min(MOST_SHOWN)].join("\n  ")
        ))),
    }
}

/// How many errors are shown at most.
const MOST_SHOWN: usize = 20;

#[derive(Default)]
struct List {
    urls: Vec<Url>,
    known: HashSet<Url>,
    /// What is wrong, and where.
    wrong: Vec<String>,
}

impl List {
    fn add(&mut self, text: &str, place: &str) {
        match text.parse::<Url>() {
            Ok(url) if self.known.insert(url.clone()) => self.urls.push(url),
            Ok(_) => {}
            Err(why) => {
                let shown = without_login(text);
                let wrong = format!("{place}: not a URL to poll: {shown}");
                self.wrong.push(format!("{wrong}: {why}"));
            }
        }
    }

    fn add_file(&mut self, name: &str) {
        // It may be meant as a URL.
        let shown = without_login(name);
        let mut bytes = Vec::new();
        let read = match name {
            "-" => io::stdin().read_to_end(&mut bytes),
            _ => File::open(name).and_then(|mut f| f.read_to_end(&mut bytes)),
        };
        match read {
            Ok(_) => self.add_lines(&shown, &bytes),
            Err(error) => self.wrong.push(match error.kind() {
                ErrorKind::NotFound => format!("\"{shown}\": {NO_FILE}"),
                _ => format!("\"{shown}\": cannot be read: {error}"),
            }),
        }
    }

    fn add_lines(&mut self, name: &str, bytes: &[u8]) {
        // A file from Windows may begin with a mark of its encoding.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut is_empty = true;
        for (n, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
            let place = format!("{name}:{n}");
            // A fragment, which also begins with a `#`, is never sent.
            let line = str::from_utf8(line).map(|line| line.split('#').next());
            match line.map(|url| url.unwrap_or_default().trim()) {
                Ok("") => continue,
                Ok(url) => self.add(url, &place),
                Err(_) => self.wrong.push(format!("{place}: not UTF-8 text")),
            }
            is_empty = false;
        }
        if is_empty {
            let what = "no URL in it: write one on each line";
            self.wrong.push(format!("{name}: {what}"));
        }
    }
}

const NO_FILE: &str =
    "no such file; if it is a URL, write its https:// or http://";
