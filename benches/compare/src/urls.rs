//! The URLs to poll: named on the command line, or listed in files.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::sync::Arc;

use shared::Url;
use shared::url::UrlError;

use crate::out::{Failure, complain};
use crate::shown::without_login;

/// Reads every argument: one with `://` is a URL, `-` is standard input, and
/// anything else is a file with one URL a line and comments after `#`.
///
/// # Errors
/// Says which argument, or which line of which file, is no good, and why.
pub fn read(args: &[String]) -> Result<Arc<[Url]>, Failure> {
    let mut list = List::default();
    for arg in args {
        if arg.contains("://") {
            list.add(arg, arg)?;
        } else if arg == "-" {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map_err(|error| {
                Failure::Usage(format!("standard input: {error}"))
            })?;
            list.add_text("standard input", &bytes)?;
        } else {
            list.add_file(arg)?;
        }
    }
    if list.urls.is_empty() {
        Err(Failure::Usage(
            "--live needs URLs: name some, or a file with one on each line, \
             or - for standard input"
                .into(),
        ))
    } else {
        Ok(list.urls.into())
    }
}

#[derive(Default)]
struct List {
    urls: Vec<Url>,
    places: HashMap<Url, String>,
}

impl List {
    /// Adds a URL; said, and not added, if it is there already.
    fn add(&mut self, text: &str, place: &str) -> Result<(), Failure> {
        let url = parse(text).map_err(|why| {
            let what = if place == text { "argument" } else { place };
            let shown = without_login(text);
            Failure::Usage(format!("{what}: no URL: {shown}: {why}"))
        })?;
        if let Some(first) = self.places.get(&url) {
            complain(&if place == text {
                format!("{url} is named twice: polled once")
            } else {
                format!(
                    "{place}: {url} is already at {first}: \
                                  polled once"
                )
            });
            return Ok(());
        }
        let place = if place == text { "the command line" } else { place };
        self.places.insert(url.clone(), place.into());
        self.urls.push(url);
        Ok(())
    }

    fn add_file(&mut self, name: &str) -> Result<(), Failure> {
        let read = match fs::metadata(name) {
            Ok(file) if file.is_dir() => {
                return Err(Failure::Usage(format!(
                    "{name}: a folder, not a file of URLs"
                )));
            }
            _ => fs::read(name),
        };
        match read {
            Ok(bytes) => self.add_text(name, &bytes),
            Err(error) => Err(Failure::Usage(format!(
                "{}: {}: name a file of URLs, or a URL with its http://",
                without_login(name),
                in_short(&error)
            ))),
        }
    }

    fn add_text(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let before = self.places.len();
        let mut seen = false;
        // A file from Windows may begin with a mark of its encoding.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        for (n, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
            let place = format!("{name}:{}", n + 1);
            let line = str::from_utf8(line).map_err(|_| {
                Failure::Usage(format!("{place}: not UTF-8 text"))
            })?;
            let url = without_comment(line);
            if !url.is_empty() {
                seen = true;
                self.add(url, &place)?;
            }
        }
        if seen || self.places.len() > before {
            Ok(())
        } else {
            Err(Failure::Usage(format!(
                "{name}: no URL in it: write one on each line"
            )))
        }
    }
}

/// A URL as a user types it: with the letters of any language in its host
/// and path, which are encoded as browsers do.
///
/// # Errors
/// Says why it cannot be polled.
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

/// A `#` begins a comment at the beginning of a line or after a blank: one
/// inside a URL is part of it.
fn without_comment(line: &str) -> &str {
    let line = line.trim();
    let is_comment =
        |&(i, _): &(usize, &str)| i == 0 || line[..i].ends_with([' ', '\t']);
    let comment = line.match_indices('#').find(is_comment);
    comment.map_or(line, |(i, _)| line[..i].trim_end())
}

fn in_short(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "it may not be read".into(),
        _ => error.to_string(),
    }
}
