//! The figures that sentences quote, held to the recorded ones.
//!
//! A page quotes a figure by its name in `docs/record.json`:
//!
//! ```text
//! channels take <data value="workers/4/channel/mutex">1.9</data> times as long
//! ```
//!
//! `data` is HTML for this, and no reader sees it. Where words say it, the
//! figure must lie where they put it; its whole interval, if it has one:
//!
//! ```text
//! <data value="burns/8/as-posted-mutex/mutex over 100">hundreds of
//! times</data> as much
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

use pulldown_cmark::{Event, Parser};
use serde::Deserialize;

use crate::pages::{Page, all, root};
use crate::{blessing, none};

/// What `cargo record` has kept.
#[derive(Deserialize)]
struct Record {
    /// What `docs/benchmarks.md` must show.
    record: Vec<String>,
    /// By name.
    figures: BTreeMap<String, Figure>,
}

/// A recorded figure.
#[derive(Deserialize)]
struct Figure {
    text: String,
    low: f64,
    high: f64,
}

/// The last record.
fn recorded() -> Record {
    let path = root().join("docs/record.json");
    let text = fs::read_to_string(path).expect("docs/record.json is there");
    serde_json::from_str(&text).expect("`cargo record` has written it")
}

/// What the table of `cargo bug --all` comes to: how many bugs a stress test
/// never saw, and how many of these random schedules found.
fn of_bugs(pages: &[Page]) -> BTreeMap<String, Figure> {
    let blocks = pages.iter().flat_map(Page::blocks);
    let mut tables = blocks.filter(|b| b.label.ends_with(": cargo bug --all"));
    let table = tables.next().expect("a page shows the table").text;
    let words = |row: &str| -> Vec<String> {
        row.split_whitespace().map(String::from).collect()
    };
    // It ends with `F 0 of N runs`: F of the random schedules failed.
    let unseen = |row: &Vec<String>| match row.as_slice() {
        [.., zero, of, _, runs] => zero == "0" && of == "of" && runs == "runs",
        _ => false,
    };
    let failed = |row: &Vec<String>| {
        row[row.len() - 5].parse::<u64>().is_ok_and(|failed| failed > 0)
    };
    let unseen: Vec<_> = table.lines().map(words).filter(unseen).collect();
    let found = unseen.iter().filter(|row| failed(row)).count();
    let figure = |name: &str, n: usize| {
        let (text, low, high) = (n.to_string(), n as f64, n as f64);
        (name.to_string(), Figure { text, low, high })
    };
    let all = [
        figure("bugs/unseen", unseen.len()),
        figure("bugs/unseen/random", found),
    ];
    all.into()
}

/// A figure that a page quotes.
struct Quoted {
    /// What it is, and where it must lie.
    value: String,
    /// What is shown.
    text: String,
    /// Where that is in the page.
    range: Range<usize>,
}

/// All of a page, outside of its code.
fn quoted(page: &Page) -> Vec<Quoted> {
    let mut all = Vec::new();
    for (event, range) in Parser::new(&page.text).into_offset_iter() {
        let (Event::InlineHtml(html) | Event::Html(html)) = event else {
            continue;
        };
        let value = |rest: &str| {
            let rest = rest.trim_start().strip_prefix("value=\"")?;
            Some(rest.split_once('"')?.0.to_string())
        };
        for (start, tag) in html.match_indices("<data") {
            let value = value(&html[start + tag.len()..]);
            let rest = &page.text[range.start + start..];
            let from = rest.find('>').map_or(rest.len(), |at| at + 1);
            // `over` and `under` are words: no `>` is in a value.
            let to = rest.find("</data>").unwrap_or(rest.len());
            let at = range.start + start;
            let range = at + from.min(to)..at + to;
            let text = page.text[range.clone()].to_string();
            let value = value.unwrap_or_default();
            all.push(Quoted { value, text, range });
        }
    }
    all
}

impl Record {
    /// What a page must show instead, if it shows something else.
    fn should_say(&self, quoted: &Quoted) -> Result<String, String> {
        let mut words = quoted.value.split_whitespace();
        let name = words.next().unwrap_or_default();
        let figure = self.figures.get(name).ok_or_else(|| self.none(name))?;
        let words: Vec<&str> = words.collect();
        if words.is_empty() {
            let same =
                quoted.text.split_whitespace().eq(figure.text.split(' '));
            let text = if same { &quoted.text } else { &figure.text };
            return Ok(text.clone());
        }
        for bound in words.chunks(2) {
            figure.lies(bound, &quoted.value, &quoted.text)?;
        }
        Ok(quoted.text.clone())
    }

    fn none(&self, name: &str) -> String {
        // As much of the name as is right.
        let ends = name.match_indices('/').map(|(at, _)| &name[..=at]);
        let mut starts: Vec<&str> = ends.collect();
        starts.insert(0, "");
        let near = starts.iter().rev().find_map(|start| {
            let near = self.figures.keys().filter(|n| n.starts_with(start));
            let near: Vec<&str> = near.take(8).map(String::as_str).collect();
            (!near.is_empty()).then_some(near)
        });
        let near = near.unwrap_or_default();
        format!("no figure `{name}` is recorded; there are {near:?}")
    }
}

impl Figure {
    /// Whether it lies where a sentence puts it.
    fn lies(
        &self,
        bound: &[&str],
        value: &str,
        says: &str,
    ) -> Result<(), String> {
        let limit = |n: &str| n.parse::<f64>().ok();
        let holds = match *bound {
            ["over", n] => limit(n).map(|n| self.low > n),
            ["under", n] => limit(n).map(|n| self.high < n),
            _ => None,
        };
        let Figure { text, low, high } = self;
        match holds {
            Some(true) => Ok(()),
            Some(false) => Err(format!(
                "\"{says}\" is not so any more: `{value}`, but it is {text} \
                 ({low} to {high})"
            )),
            None => {
                Err(format!("`{value}`: expected `over` or `under` a number"))
            }
        }
    }
}

/// `cargo record` and `cargo bless` write what is recorded now; a claim in
/// words has to be written anew by hand.
#[test]
fn quoted_figures_are_the_recorded_ones() {
    let mut record = recorded();
    record.figures.extend(of_bugs(&all()));
    let (mut complaints, mut count) = (Vec::new(), 0);
    for page in all() {
        let mut text = page.text.clone();
        for quoted in quoted(&page).iter().rev() {
            count += 1;
            let line = page.text[..quoted.range.start].lines().count();
            let at = format!("{}:{line}", page.name);
            match record.should_say(quoted) {
                Err(why) => complaints.push(format!("{at}: {why}")),
                Ok(says) if says == quoted.text => {}
                Ok(says) if blessing() => {
                    text.replace_range(quoted.range.clone(), &says);
                }
                Ok(says) => complaints.push(format!(
                    "{at}: {} is {says}, not {} (`cargo bless` writes it)",
                    quoted.value, quoted.text
                )),
            }
        }
        if text != page.text {
            fs::write(&page.path, text).expect("a page can be written");
        }
    }
    none(&complaints);
    assert!(count > 10, "{count} figures are quoted");
}

/// Tables that `cargo record` has written are not written on by hand.
#[test]
fn the_record_is_shown_as_it_was_recorded() {
    let pages = all();
    let page = pages.iter().find(|page| page.name == "docs/benchmarks.md");
    let shown = page.and_then(|page| {
        let (_, rest) = page.text.split_once("<!-- recorded by")?;
        let (_, rest) = rest.split_once("-->")?;
        Some(rest.split_once("<!-- end of the record -->")?.0.trim())
    });
    let recorded = recorded().record.join("\n");
    assert!(shown == Some(&recorded), "`cargo record` writes it anew");
}

/// The checks above can fail.
#[test]
fn a_figure_that_is_not_so_is_noticed() {
    let figure =
        |text: &str, low, high| Figure { text: text.into(), low, high };
    let figures = [
        ("urls/4/channel/mutex", figure("5.6", 4.9, 6.0)),
        ("urls/4/mutex", figure("117", 117.0, 117.0)),
    ];
    let figures = figures.map(|(name, figure)| (name.to_string(), figure));
    let record = Record { record: Vec::new(), figures: figures.into() };
    let says = |value: &str, text: &str| {
        let (value, text) = (value.to_string(), text.to_string());
        record.should_say(&Quoted { value, text, range: 0..0 })
    };
    let is = |text: &str| Ok(text.to_string());
    assert_eq!(says("urls/4/mutex", "116"), is("117"));
    assert_eq!(says("urls/4/channel/mutex", "5.6"), is("5.6"));
    // The whole interval has to lie there.
    let value = "urls/4/channel/mutex over 4 under 7";
    assert_eq!(says(value, "about five\ntimes"), is("about five\ntimes"));
    for value in ["over 5", "under 5.8", "over 7", "above 1", "over"] {
        let value = format!("urls/4/channel/mutex {value}");
        assert!(says(&value, "five times").is_err(), "{value}");
    }
    let error = says("urls/4/lock", "1").unwrap_err();
    assert!(error.contains("urls/4/mutex"), "{error}");
}

/// Also at the start of a line, where a comment would be a block of its own.
#[test]
fn quoted_figures_are_found() {
    let text = "It takes\n<data value=\"a/1/b\">1.9\nto 2</data> times, and\n\
                [<data value=\"c\">3</data> ns](x).\n\n`<data value=\"d\">`\n";
    let (name, path) = ("page".into(), "page".into());
    let page = Page { name, path, text: text.into() };
    let found: Vec<_> = quoted(&page)
        .into_iter()
        .map(|quoted| (quoted.value, quoted.text))
        .collect();
    let wanted = [("a/1/b", "1.9\nto 2"), ("c", "3")];
    let wanted = wanted.map(|(a, b)| (a.to_string(), b.to_string()));
    assert_eq!(found, wanted);
}
