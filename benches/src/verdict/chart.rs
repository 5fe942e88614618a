//! The cost by URLs as a picture: log-log, for light pages and dark ones.

use std::fmt::Write as _;

use super::Question;
use super::words::count;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 56.0;

const STYLE: &str = "<style>
text{font:14px system-ui,sans-serif;fill:#333}
.title{font-weight:600;font-size:16px}
.grid{stroke:#ddd}.page{fill:#fff}
path{fill:none!important;stroke-width:2.5}
circle.dot{stroke-dasharray:none}
.mutex{stroke:#0b62c4;fill:#0b62c4}.channel{stroke:#c2410c;fill:#c2410c}
.as-posted-mutex{stroke:#6ea8e8;fill:#6ea8e8;stroke-dasharray:6 4}
.as-posted-channel{stroke:#e8996e;fill:#e8996e;stroke-dasharray:6 4}
.codewalk{stroke:#7c3aed;fill:#7c3aed;stroke-dasharray:2 3}
.partition{stroke:#888;fill:#888;stroke-dasharray:1 3}
.cross{stroke:#333;fill:none}
.note{paint-order:stroke;stroke:#fff;stroke-width:5px}
text.name{stroke:none}
@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#333}
.page{fill:#14161a}.cross{stroke:#ddd}.note{stroke:#14161a}
.mutex{stroke:#6cb0ff;fill:#6cb0ff}
.channel{stroke:#ff9a5c;fill:#ff9a5c}.codewalk{stroke:#b794ff;fill:#b794ff}}
</style>";

/// Draws it; nothing if there is nothing to draw.
pub fn svg(question: &Question) -> Option<String> {
    let places = question.places();
    let (first, last) = (*places.first()?, *places.last()?);
    let mut lines = question.lines();
    let at = |line: &str, x: f64| question.median(line, x);
    // One point is no line.
    lines.retain(|line| {
        places.iter().filter(|x| at(line, **x).is_some()).count() > 1
    });
    let all = lines
        .iter()
        .flat_map(|line| places.iter().filter_map(move |x| at(line, *x)));
    let all: Vec<f64> = all.collect();
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(0.0, f64::max);
    let (low, high) = (low.log10().floor(), high.log10().ceil());
    let x = |n: f64| {
        let span = (last.log10() - first.log10()).max(1e-9);
        LEFT + (n.log10() - first.log10()) / span * (WIDTH - LEFT - RIGHT)
    };
    let y = |n: f64| {
        let share = (n.log10() - low) / (high - low);
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} \
         {HEIGHT}\" role=\"img\" aria-label=\"Cost of a poll by URLs\">\n\
         {STYLE}\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"26\">What one poll costs, in \
         ns, by URLs</text>\n"
    );
    grid(&mut svg, &places, (low as i32, high as i32), &x, &y);
    let mut names: Vec<(f64, &str)> = Vec::new();
    for line in lines {
        let points: Vec<_> = places
            .iter()
            .filter_map(|n| Some((x(*n), y(at(line, *n)?))))
            .collect();
        let mut path = String::new();
        for (n, (x, y)) in points.iter().enumerate() {
            let to = if n == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{to}{x:.1} {y:.1}");
            let _ = writeln!(
                svg,
                "<circle class=\"dot {line}\" cx=\"{x:.1}\" cy=\"{y:.1}\" \
                 r=\"3\"/>"
            );
        }
        let _ = writeln!(svg, "<path class=\"{line}\" d=\"{path}\"/>");
        names.push((points.last()?.1, line));
    }
    label(&mut svg, names);
    if let Some((n, ns)) = crossover(question) {
        let (x, y, low) = (x(n), y(ns), HEIGHT - BOTTOM - 10.0);
        let _ = writeln!(
            svg,
            "<circle class=\"cross\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"8\"/>\
             <line class=\"cross\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" \
             y2=\"{low:.1}\"/><text class=\"note\" x=\"{:.1}\" \
             y=\"{low:.1}\">from {} URLs on the scan costs more than \
             channels</text>",
            y + 8.0,
            x + 8.0,
            count(n)
        );
    }
    Some(svg + "</svg>\n")
}

fn grid(
    svg: &mut String,
    places: &[f64],
    (low, high): (i32, i32),
    x: &dyn Fn(f64) -> f64,
    y: &dyn Fn(f64) -> f64,
) {
    let (left, right) = (LEFT, WIDTH - RIGHT);
    for power in low..=high {
        let (n, y) = (10_f64.powi(power), y(10_f64.powi(power)));
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" \
             y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">\
             {}</text>",
            left - 8.0,
            y + 5.0,
            count(n)
        );
    }
    for n in places {
        let at = x(*n);
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            HEIGHT - 28.0,
            count(*n)
        );
    }
}

/// A name at the end of each line, none upon another.
fn label(svg: &mut String, mut names: Vec<(f64, &str)>) {
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut above = TOP - 18.0;
    for (y, name) in names {
        above = (y + 5.0).max(above + 17.0);
        let _ = writeln!(
            svg,
            "<text class=\"name {name}\" x=\"{:.1}\" y=\"{above:.1}\">\
             {name}</text>",
            WIDTH - RIGHT + 12.0
        );
    }
}

/// The number of URLs from which on the post's scan costs more than the
/// finished channel poller: between two sizes, where their lines cross.
pub fn crossover(question: &Question) -> Option<(f64, f64)> {
    let gap = |n: f64| {
        let scan = question.median("as-posted-mutex", n)?;
        let channel = question.median("channel", n)?;
        Some((n.ln(), scan.ln() - channel.ln(), channel))
    };
    let gaps: Vec<_> = question.places().into_iter().filter_map(gap).collect();
    let pair = gaps.windows(2).find(|p| p[0].1 < 0.0 && p[1].1 >= 0.0)?;
    let share = pair[0].1 / (pair[0].1 - pair[1].1);
    let n = pair[0].0 + share * (pair[1].0 - pair[0].0);
    let ns = pair[0].2.ln() + share * (pair[1].2.ln() - pair[0].2.ln());
    Some((n.exp(), ns.exp()))
}
