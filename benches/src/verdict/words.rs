//! The sentence that follows from a question's figures, and how figures are
//! written.
//!
//! Next: [`ties`](super::ties).

use super::Question;
use super::stats::Interval;

/// What follows from the figures.
pub fn sentence(question: &Question) -> String {
    let parts = stretches(question);
    if parts.is_empty() {
        return "Nothing to compare was run.".into();
    }
    let part = |Stretch { order, from, to, ratios }: &Stretch| {
        let range = if from == to {
            format!("at {}", count(*from))
        } else {
            format!("from {} to {}", count(*from), count(*to))
        };
        format!("{range}, {}", order.words(ratios))
    };
    let parts: Vec<_> = parts.iter().map(part).collect();
    format!("{}: {}.", capital(question.of), parts.join("; "))
}

/// Neighboring places at which the same poller takes more.
struct Stretch {
    order: Order,
    from: f64,
    to: f64,
    ratios: Vec<f64>,
}

fn stretches(question: &Question) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for at in question.places() {
        let Some(ratio) = question.ratio("channel", "mutex", at) else {
            continue;
        };
        let (order, middle) = (Order::of(ratio), ratio.middle);
        match all.last_mut() {
            Some(last) if last.order == order => {
                last.to = at;
                last.ratios.push(middle);
            }
            _ => all.push(Stretch {
                order,
                from: at,
                to: at,
                ratios: vec![middle],
            }),
        }
    }
    all
}

/// Which finished poller takes more, if one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Channel,
    Mutex,
    Close,
    Neither,
}

impl Order {
    fn of(ratio: Interval) -> Self {
        match ratio {
            Interval { low, high, .. } if low > 0.9 && high < 1.1 => {
                Order::Close
            }
            Interval { low, high, .. } if low <= 1.0 && high >= 1.0 => {
                Order::Neither
            }
            Interval { low, .. } if low > 1.0 => Order::Channel,
            _ => Order::Mutex,
        }
    }

    fn words(self, ratios: &[f64]) -> String {
        let inverse = || ratios.iter().map(|r| 1.0 / r).collect::<Vec<_>>();
        match self {
            Order::Channel => {
                let times = times(ratios);
                format!("channels take {times} times what the lock takes")
            }
            Order::Mutex => {
                let times = times(&inverse());
                format!("the lock takes {times} times what channels take")
            }
            Order::Close => "they are within 10 % of each other".into(),
            Order::Neither => "no difference seen".into(),
        }
    }
}

/// `1.20`, or `1.20 to 5.57`.
fn times(ratios: &[f64]) -> String {
    let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ratios.iter().copied().fold(0.0, f64::max);
    if (high - low).abs() < 0.05 {
        figure(low)
    } else {
        format!("{} to {}", figure(low), figure(high))
    }
}

/// `1,000,000`.
pub fn count(n: f64) -> String {
    let digits = format!("{n:.0}");
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `100 URLs`; `1 worker`.
pub fn place(at: f64, of: &str) -> String {
    let end = of.find([',', ' ']).unwrap_or(of.len());
    let (first, rest) = of.split_at(end);
    let one = first.strip_suffix('s').unwrap_or(first);
    let first = if at == 1.0 { one } else { first };
    format!("{} {first}{rest}", count(at))
}

/// Three digits, as far as they mean anything.
pub fn figure(n: f64) -> String {
    match n {
        n if n >= 100.0 => count(n),
        n if n >= 10.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

/// Two digits, for a sentence: `0.98`, `1.9`, `13`, `130`, `56,000`.
pub fn short(n: f64) -> String {
    if n <= 0.0 {
        return count(n);
    }
    let power = 10_f64.powf(n.log10().floor() - 1.0);
    let rounded = (n / power).round() * power;
    match rounded {
        n if n >= 9.95 => count(n),
        n if n >= 1.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_worker_is_one() {
        assert_eq!(place(1.0, "workers, 4 URLs"), "1 worker, 4 URLs");
        assert_eq!(place(1_000.0, "URLs"), "1,000 URLs");
    }

    #[test]
    fn figures_are_short() {
        let all = [0.976, 1.0, 1.94, 9.97, 12.6, 133.0, 55_719.0].map(short);
        let wanted = ["0.98", "1.0", "1.9", "10", "13", "130", "56,000"];
        assert_eq!(all, wanted);
    }
}
