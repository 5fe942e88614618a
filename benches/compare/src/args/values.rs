//! Parses the values of options, with an error for each wrong one.

use std::num::{IntErrorKind, ParseIntError};
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::design::Design;

/// The largest number of made-up URLs.
const MOST_URLS: u64 = 1_000_000;

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// The designs that one name on the command line stands for.
#[derive(Clone)]
pub struct Designs(pub Vec<Design>);

/// A name of a design, or `both`.
pub fn designs() -> impl TypedValueParser<Value = Designs> {
    let all = Design::value_variants();
    let names = all.iter().map(|design| design.name()).chain(["both"]);
    PossibleValuesParser::new(names).map(|name| {
        let one = Design::value_variants().iter().find(|d| d.name() == name);
        let both = vec![Design::Mutex, Design::Channel];
        Designs(one.map_or(both, |&design| vec![design]))
    })
}

/// A number that must not be 0.
pub fn at_least_one<N>(text: &str) -> Result<N, String>
where
    N: FromStr<Err = ParseIntError>,
{
    number(text, "write a whole number, at least 1")
}

/// How many made-up URLs.
pub fn urls(text: &str) -> Result<u64, String> {
    let wanted = format!("write a whole number from 1 to {MOST_URLS}");
    let urls = number(text, &wanted)?;
    if (1..=MOST_URLS).contains(&urls) { Ok(urls) } else { Err(wanted) }
}

/// Any number, 0 included.
pub fn seed(text: &str) -> Result<u64, String> {
    number(text, "write a whole number, at least 0")
}

/// How many events are kept.
pub fn events(text: &str) -> Result<usize, String> {
    at_least_one::<std::num::NonZeroUsize>(text).map(Into::into)
}

fn number<N>(text: &str, wanted: &str) -> Result<N, String>
where
    N: FromStr<Err = ParseIntError>,
{
    text.parse().map_err(|why: ParseIntError| match why.kind() {
        IntErrorKind::PosOverflow => "the number is too large".into(),
        _ => wanted.into(),
    })
}

/// A duration with its unit, or 0.
pub fn duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let duration = humantime::parse_duration(text)
        .map_err(|why| format!("{why}; write it like 50ms, 10s or 1m"))?;
    if duration > YEAR {
        Err("write a duration of at most one year (365 days)".into())
    } else {
        Ok(duration)
    }
}

/// A duration that is not 0.
pub fn more_than_zero(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("write a duration of more than 0".into()),
        duration => Ok(duration),
    }
}
