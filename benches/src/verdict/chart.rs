//! The cost by URLs as a picture: both axes are logarithmic. Its lines can be
//! told apart without colors, on light pages and dark ones, and on a phone.

use super::Question;
use super::tables::{Unit, cell};

/// The places of the axes. A phone shows three quarters of this size.
const LEFT: f64 = 66.0;
const RIGHT: f64 = 330.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 380.0;

const STYLE: &str = "<style>
text{font:14px system-ui,sans-serif;fill:#333}
.title{font-weight:600;font-size:16px}.axis{fill:#555}
.page{fill:#fff}.grid{stroke:#ddd}
.way{fill:none;stroke-width:2}.mark{stroke-width:1.5}
.l0{stroke:#0b62c4}.l1{stroke:#c2410c}.l2{stroke:#0b62c4}
.l3{stroke:#7c3aed}.l4{stroke:#c2410c}.l5{stroke:#666}
.mark.l0{fill:#0b62c4}.mark.l1{fill:#c2410c}.mark{fill:#fff}
.way.l2,.way.l4{stroke-dasharray:7 4}.way.l3,.way.l5{stroke-dasharray:2 4}
@media(prefers-color-scheme:dark){text{fill:#ddd}.axis{fill:#aaa}
.page,.mark{fill:#14161a}.grid{stroke:#333}
.l0,.l2{stroke:#6cb0ff}.l1,.l4{stroke:#ff9a5c}.l3{stroke:#b794ff}
.l5{stroke:#aaa}.mark.l0{fill:#6cb0ff}.mark.l1{fill:#ff9a5c}}
</style>";

/// A shape for each line: a disk, a square, triangles, diamonds, a cross.
const MARKS: [&str; 6] = [
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-4-4h8v8h-8z",
    "M0-5L5 4h-10z",
    "M0-5L5 0L0 5L-5 0z",
    "M0 5L5-4h-10z",
    "M-4-4L4 4M-4 4L4-4",
];

/// A straight line from one value to a place in the picture, by logarithms.
struct Axis {
    from: f64,
    to: f64,
    place: [f64; 2],
}

impl Axis {
    fn at(&self, n: f64) -> f64 {
        let [start, end] = self.place;
        let share = (n / self.from).ln() / (self.to / self.from).ln();
        start + share * (end - start)
    }
}

/// Draws it; nothing if there is no line of two points: a picture that is
/// there already is worth more than an empty one.
pub fn svg(question: &Question) -> Option<String> {
    let points = |line: &str| -> Vec<(f64, f64)> {
        let point = |at: f64| Some((at, question.median(line, at)?));
        let points = question.places().into_iter().filter_map(point);
        points.filter(|(at, ns)| *at > 0.0 && *ns > 0.0).collect()
    };
    let lines = question.lines().into_iter().map(|line| (line, points(line)));
    let lines: Vec<_> = lines.filter(|(_, all)| all.len() > 1).collect();
    let all = || lines.iter().flat_map(|(_, all)| all);
    let places = || all().map(|(at, _)| *at);
    let (from, to) = (places().reduce(f64::min)?, places().reduce(f64::max)?);
    let x = Axis { from, to, place: [LEFT, RIGHT] };
    let powers = || all().map(|(_, ns)| ns.log10());
    let low = powers().reduce(f64::min)?.floor();
    // One power higher, if all are exactly one.
    let high = powers().reduce(f64::max)?.ceil().max(low + 1.0);
    let (from, to) = (10_f64.powf(low), 10_f64.powf(high));
    let y = Axis { from, to, place: [BOTTOM, TOP] };
    let mut svg = head(&lines);
    for power in low as i32..=high as i32 {
        svg += &rule(&y, 10_f64.powi(power));
    }
    for at in question.places() {
        svg += &text("middle", [x.at(at), BOTTOM + 24.0], &short(at));
    }
    let lines = lines.iter().map(|(line, points)| {
        let points = points.iter().map(|(at, ns)| [x.at(*at), y.at(*ns)]);
        (*line, points.collect())
    });
    Some(svg + &drawn(lines.collect()) + "</svg>\n")
}

/// What stands above and beside the lines; in words, too, for those who do not
/// see it.
fn head(lines: &[(&str, Vec<(f64, f64)>)]) -> String {
    let told = lines.iter().filter_map(|(line, points)| {
        let [(_, first), .., (_, last)] = points.as_slice() else {
            return None;
        };
        let [first, last] = [first, last].map(|ns| cell(*ns, Unit::Time));
        Some(format!("{line}: from {first} to {last}"))
    });
    let told: Vec<String> = told.collect();
    let middle = f64::midpoint(LEFT, RIGHT);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"500\" \
         height=\"430\" viewBox=\"0 0 500 430\" role=\"img\" \
         aria-labelledby=\"title desc\">\n\
         <title id=\"title\">What one poll costs, by URLs</title>\n\
         <desc id=\"desc\">{}</desc>\n{STYLE}\n\
         <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"12\" y=\"24\">What one poll costs, by \
         URLs</text>\n\
         <text class=\"axis\" x=\"12\" y=\"46\">time of a poll, logarithmic\
         </text>\n\
         <text class=\"axis\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">\
         URLs, logarithmic</text>\n",
        told.join("; "),
        BOTTOM + 44.0
    )
}

/// A line across, with its value at the left.
fn rule(y: &Axis, ns: f64) -> String {
    let value = cell(ns, Unit::Time).replace(".00", "").replace(".0", "");
    let y = y.at(ns);
    format!(
        "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" \
         y2=\"{y:.1}\"/>{}",
        text("end", [LEFT - 8.0, y + 5.0], &value)
    )
}

/// `10k` for 10,000: the other numbers are too long for a phone.
fn short(n: f64) -> String {
    match n {
        n if n >= 1e6 => format!("{}M", n / 1e6),
        n if n >= 1e3 => format!("{}k", n / 1e3),
        n => n.to_string(),
    }
}

fn text(anchor: &str, [x, y]: [f64; 2], text: &str) -> String {
    format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}\
         </text>\n"
    )
}

/// Lines with their marks; and, right of its end, each line's name.
fn drawn(lines: Vec<(&str, Vec<[f64; 2]>)>) -> String {
    let mut svg = String::new();
    let mut ends = Vec::new();
    for (n, (name, points)) in lines.into_iter().enumerate() {
        let class = n % MARKS.len();
        let to = |[x, y]: &[f64; 2]| format!("{x:.1} {y:.1}");
        let way: Vec<String> = points.iter().map(to).collect();
        let way = way.join("L");
        svg += &format!("<path class=\"way l{class}\" d=\"M{way}\"/>\n");
        svg.extend(points.iter().map(|point| mark(class, *point)));
        ends.extend(points.last().map(|end| (*end, name, class)));
    }
    svg + &names(ends)
}

fn mark(class: usize, [x, y]: [f64; 2]) -> String {
    let shape = MARKS[class];
    format!(
        "<path class=\"mark l{class}\" transform=\"translate({x:.1} {y:.1})\" \
         d=\"{shape}\"/>\n"
    )
}

/// None upon another: where lines end side by side, from the top down.
fn names(mut ends: Vec<([f64; 2], &str, usize)>) -> String {
    ends.sort_by(|([a, b], ..), ([c, d], ..)| {
        a.total_cmp(c).then(b.total_cmp(d))
    });
    let (mut svg, mut above) = (String::new(), [0.0, 0.0]);
    for ([x, y], name, class) in ends {
        let free = if above[0] == x { above[1] + 18.0 } else { 0.0 };
        above = [x, y.max(free)];
        svg += &mark(class, [x + 16.0, above[1]]);
        svg += &text("start", [x + 25.0, above[1] + 5.0], name);
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::super::Figure;
    use super::*;

    fn drawn(figures: &[(&str, f64, f64)]) -> Option<String> {
        let figure = |(line, at, ns): &(&str, f64, f64)| Figure {
            line: (*line).into(),
            at: *at,
            samples: vec![*ns],
            ..Figure::default()
        };
        let figures = figures.iter().map(figure).collect();
        let (name, asks, of) = ("urls", "How much?", "URLs");
        let (what, unit) = ("Time of a poll", Unit::Time);
        let svg = svg(&Question { name, asks, of, what, unit, figures })?;
        for wrong in ["NaN", "inf"] {
            assert!(!svg.contains(wrong), "{svg}");
        }
        Some(svg)
    }

    #[test]
    fn what_is_no_line_is_not_drawn() {
        assert_eq!(drawn(&[]), None);
        assert_eq!(
            drawn(&[("mutex", 4.0, 90.0), ("channel", 4.0, 200.0)]),
            None
        );
        assert_eq!(drawn(&[("mutex", 4.0, 90.0), ("mutex", 9.0, 0.0)]), None);
    }

    #[test]
    fn one_power_of_ten_is_drawn() {
        let svg = drawn(&[("mutex", 4.0, 100.0), ("mutex", 400.0, 100.0)]);
        let svg = svg.expect("two points");
        assert!(svg.contains("d=\"M66.0 380.0L330.0 380.0\""), "{svg}");
        assert!(svg.contains(">100 ns<") && svg.contains(">1 us<"), "{svg}");
    }

    #[test]
    fn names_stand_apart() {
        let point = |line, ns| [(line, 4.0, ns), (line, 400.0, ns)];
        let all = ["a", "b", "c"].map(|line| point(line, 100.0)).concat();
        let svg = drawn(&all).expect("three lines");
        for (name, y) in [("a", 385), ("b", 403), ("c", 421)] {
            let wanted = format!("y=\"{y}.0\" text-anchor=\"start\">{name}<");
            assert!(svg.contains(&wanted), "{wanted}: {svg}");
        }
    }
}
