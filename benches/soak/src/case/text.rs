//! A case as text, without blanks and quotes, so that it is one argument in
//! every shell: `lock,workers=2,urls=3,rounds=4,stops=worker:5+before`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Case, Place, Side, Stop};

const PLACES: [(Place, &str); 4] = [
    (Place::Thread, "thread"),
    (Place::Worker, "worker"),
    (Place::Error, "error"),
    (Place::Listing, "listing"),
];

impl Side {
    /// How it is called on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Side::Lock => "lock",
            Side::Channel => "channel",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = PLACES.iter().find(|(place, _)| place == self);
        f.write_str(found.expect("all places are in the table").1)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Before => f.write_str("before"),
            Stop::At(place, n) => write!(f, "{place}:{n}"),
        }
    }
}

/// Only what differs from the smallest case, and its size.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = Case::plain(self.side);
        let Case { side, workers, urls, .. } = self;
        let rounds = self.rounds.map_or("none".into(), |n| n.to_string());
        let name = side.name();
        write!(f, "{name},workers={workers},urls={urls},rounds={rounds}")?;
        let numbers = [
            ("seed", self.seed),
            ("errors", self.errors),
            ("panics", self.panics),
            ("slow", self.slow),
        ];
        for (name, n) in numbers.into_iter().filter(|(_, n)| *n > 0) {
            write!(f, ",{name}={n}")?;
        }
        let times = [
            ("interval", self.interval, plain.interval),
            ("backoff", self.backoff, plain.backoff),
            ("listing", self.listing, plain.listing),
        ];
        for (name, time, _) in times.into_iter().filter(|(_, a, b)| a != b) {
            write!(f, ",{name}={}", time_text(time))?;
        }
        if self.spread {
            write!(f, ",spread")?;
        }
        if !self.stops.is_empty() {
            let stops: Vec<_> =
                self.stops.iter().map(Stop::to_string).collect();
            write!(f, ",stops={}", stops.join("+"))?;
        }
        if let Some((place, n)) = self.log_panics {
            write!(f, ",log-panics={place}:{n}")?;
        }
        if self.runs > 1 {
            write!(f, ",runs={}", self.runs)?;
        }
        Ok(())
    }
}

/// An error says which part is wrong, and why.
impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (side, rest) = text.split_once(',').unwrap_or((text, ""));
        let mut case = Case::plain(match side {
            "lock" => Side::Lock,
            "channel" => Side::Channel,
            _ => return Err("it must begin with lock or channel".into()),
        });
        for part in rest.split(',').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            case.set(name, value).map_err(|why| format!("{part}: {why}"))?;
        }
        if case.ends() {
            Ok(case)
        } else {
            Err("it would not end: give it rounds without long pauses, or a \
                 stop that surely comes"
                .into())
        }
    }
}

impl Case {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "workers" => self.workers = number(value)?,
            "urls" => self.urls = number(value)?,
            "rounds" if value == "none" => self.rounds = None,
            "rounds" => self.rounds = Some(number(value)?),
            "seed" => self.seed = number(value)?,
            "errors" => self.errors = number(value)?,
            "panics" => self.panics = number(value)?,
            "slow" => self.slow = number(value)?,
            "interval" => self.interval = time(value)?,
            "backoff" => self.backoff = time(value)?,
            "listing" => self.listing = time(value)?,
            "spread" if value.is_empty() => self.spread = true,
            "stops" => {
                self.stops =
                    value.split('+').map(stop).collect::<Result<_, _>>()?;
            }
            "log-panics" => match at(value)? {
                (Place::Thread | Place::Worker, _) => {
                    return Err("only error:N or listing:N".into());
                }
                place => self.log_panics = Some(place),
            },
            "runs" => self.runs = number::<std::num::NonZeroU32>(value)?.get(),
            _ => return Err("there is no such setting".into()),
        }
        Ok(())
    }
}

fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| "write a whole number that it can have".into())
}

fn time(text: &str) -> Result<Duration, String> {
    if text == "never" {
        return Ok(Duration::MAX);
    }
    humantime::parse_duration(text)
        .map_err(|why| format!("{why}; write it like 50us, 1h or never"))
}

fn time_text(time: Duration) -> String {
    if time == Duration::MAX {
        return "never".into();
    }
    humantime::format_duration(time).to_string().replace(' ', "")
}

fn stop(text: &str) -> Result<Stop, String> {
    if text == "before" {
        return Ok(Stop::Before);
    }
    at(text).map(|(place, n)| Stop::At(place, n))
}

fn at(text: &str) -> Result<(Place, u64), String> {
    let (name, n) = text.split_once(':').unwrap_or((text, ""));
    let found = PLACES.iter().find(|(_, known)| *known == name);
    let (place, _) = found.ok_or(
        "the places are thread:N, worker:N, error:N \
                                  and listing:N, or before for a stop",
    )?;
    Ok((*place, number::<std::num::NonZeroU64>(n)?.get()))
}
