//! The URLs to poll: named on the command line, or listed in files.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::sync::Arc;

use shared::Url;
use shared::url::UrlError;

use crate::out::{Failure, complain};
use crate::shown::{printable, without_login};

/// Reads every argument: one with `://` is a URL, `-` is standard input, and
/// anything else is a file with one URL on each line and comments after `#`.
/// Unless `quiet`, prints which URLs are named twice.
///
/// # Errors
/// If arguments, or lines of files, are wrong: says which and why, for all of
/// them at once.
pub fn read(args: &[String], quiet: bool) -> Result<Arc<[Url]>, Failure> {
    let mut list = List::default();
    for arg in args {
        if arg.contains("://") {
            list.add(arg, COMMAND_LINE);
        } else if arg == "-" {
            list.add_input();
        } else {
            list.add_file(arg);
        }
    }
    if let Some(failure) =
        Failure::of_all(list.wrong, "URLs or files cannot be used")
    {
        return Err(failure);
    }
    if list.urls.is_empty() {
        return Err(Failure::Usage(
            "--live needs URLs: name some, or a file with one on each line, \
             or - for standard input"
                .into(),
        ));
    }
    if !quiet {
        say_twice(&list.twice);
    }
    Ok(list.urls.into())
}

const COMMAND_LINE: &str = "the command line";

/// How many URLs that are named twice, and polled once, are shown at most.
const MOST_TWICE: usize = 10;

fn say_twice(twice: &[String]) {
    twice.iter().take(MOST_TWICE).for_each(|note| complain(note));
    if let left @ 1.. = twice.len().saturating_sub(MOST_TWICE) {
        complain(&format!("and {left} more URLs that are named twice"));
    }
}

#[derive(Default)]
struct List {
    urls: Vec<Url>,
    places: HashMap<Url, String>,
    /// What is wrong, and where.
    wrong: Vec<String>,
    /// Which URLs are in the list already.
    twice: Vec<String>,
}

impl List {
    /// Adds a URL, unless it is there already.
    fn add(&mut self, text: &str, place: &str) {
        let url = match parse(text) {
            Ok(url) => url,
            Err(why) => {
                let shown = printable(&without_login(text));
                let wrong = format!("{place}: not a URL to poll: {shown}");
                return self.wrong.push(format!("{wrong}: {why}"));
            }
        };
        if let Some(first) = self.places.get(&url) {
            let where_else = if first == place {
                format!("twice on {place}")
            } else {
                format!("by {place}, too, after {first}")
            };
            let note = format!("{url} is named {where_else}: polled once");
            return self.twice.push(note);
        }
        self.places.insert(url.clone(), place.into());
        self.urls.push(url);
    }

    fn add_input(&mut self) {
        let mut bytes = Vec::new();
        match io::stdin().read_to_end(&mut bytes) {
            Ok(_) => self.add_text("standard input", &bytes),
            Err(error) => self.wrong.push(format!("standard input: {error}")),
        }
    }

    fn add_file(&mut self, name: &str) {
        let is_folder = fs::metadata(name).is_ok_and(|file| file.is_dir());
        // It may be meant as a URL.
        let shown = printable(&without_login(name));
        if is_folder {
            let what = "a folder, not a file of URLs";
            return self.wrong.push(format!("{shown}: {what}"));
        }
        match fs::read(name) {
            Ok(bytes) => self.add_text(&shown, &bytes),
            Err(error) => {
                self.wrong.push(format!("\"{shown}\": {}", in_short(&error)))
            }
        }
    }

    fn add_text(&mut self, name: &str, bytes: &[u8]) {
        let mut seen = false;
        // A file from Windows may begin with a mark of its encoding.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        for (n, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
            let place = format!("{name}:{n}");
            let line = str::from_utf8(line).map(without_comment);
            match line {
                Ok("") => continue,
                Ok(url) => self.add(url, &place),
                Err(_) => self.wrong.push(format!("{place}: not UTF-8 text")),
            }
            seen = true;
        }
        if !seen {
            let what = "no URL in it: write one on each line";
            self.wrong.push(format!("{name}: {what}"));
        }
    }
}

/// A URL as a user types it: its host and path may have letters of any
/// language, which are encoded as in browsers.
///
/// # Errors
/// If it cannot be polled: says why.
pub fn parse(text: &str) -> Result<Url, String> {
    let in_words = |why: url::ParseError| match why {
        url::ParseError::InvalidPort => UrlError::Port.to_string(),
        why => format!("it cannot be polled: {why}"),
    };
    let url = match text.parse::<Url>() {
        Err(UrlError::NotAscii) => {
            let encoded = url::Url::parse(text.trim()).map_err(in_words)?;
            encoded.as_str().parse()
        }
        url => url,
    };
    let url: Url = url.map_err(|why| why.to_string())?;
    // What the client will make of it.
    url::Url::parse(url.as_str()).map_err(in_words)?;
    Ok(url)
}

/// A `#` begins a comment at the beginning of a line or after a space. Inside
/// a URL it is part of the URL.
fn without_comment(line: &str) -> &str {
    let line = line.trim();
    let is_comment =
        |&(i, _): &(usize, &str)| i == 0 || line[..i].ends_with([' ', '\t']);
    let comment = line.match_indices('#').find(is_comment);
    comment.map_or(line, |(i, _)| line[..i].trim_end())
}

const NO_FILE: &str =
    "no such file; if it is a URL, write its https:// or http://";

fn in_short(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => NO_FILE.into(),
        io::ErrorKind::PermissionDenied => "you may not read this file".into(),
        _ => error.to_string(),
    }
}
