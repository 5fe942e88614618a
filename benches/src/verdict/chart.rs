//! The cost by URLs as a picture: log-log, for light pages and dark ones.

use super::Question;
use super::tables::{Unit, cell, count};

const LEFT: f64 = 72.0;
const RIGHT: f64 = 570.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 384.0;

const STYLE: &str = "<style>
text{font:14px system-ui,sans-serif;fill:#333}
.title{font-weight:600;font-size:16px}
.grid{stroke:#ddd}.page{fill:#fff}
path{fill:none!important;stroke-width:2.5}
circle{stroke-dasharray:none}
.mutex{stroke:#0b62c4;fill:#0b62c4}.channel{stroke:#c2410c;fill:#c2410c}
.as-posted-mutex{stroke:#6ea8e8;fill:#6ea8e8;stroke-dasharray:6 4}
.as-posted-channel{stroke:#e8996e;fill:#e8996e;stroke-dasharray:6 4}
.codewalk{stroke:#7c3aed;fill:#7c3aed;stroke-dasharray:2 3}
.partition{stroke:#888;fill:#888;stroke-dasharray:1 3}
text.name{stroke:none}
@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#333}
.page{fill:#14161a}.mutex{stroke:#6cb0ff;fill:#6cb0ff}
.channel{stroke:#ff9a5c;fill:#ff9a5c}.codewalk{stroke:#b794ff;fill:#b794ff}}
</style>";

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

/// Draws it; nothing if there is nothing to draw.
pub fn svg(question: &Question) -> Option<String> {
    let places = question.places();
    let points = |line: &str| -> Vec<(f64, f64)> {
        let point = |at: &f64| Some((*at, question.median(line, *at)?));
        places.iter().filter_map(point).collect()
    };
    let lines = question.lines().into_iter().map(|line| (line, points(line)));
    // One point is no line.
    let lines: Vec<_> = lines.filter(|(_, all)| all.len() > 1).collect();
    let all = lines.iter().flat_map(|(_, all)| all).map(|(_, ns)| ns.log10());
    let low = all.clone().reduce(f64::min)?.floor();
    let high = all.reduce(f64::max)?.ceil();
    let (from, to) = (*places.first()?, *places.last()?);
    let x = Axis { from, to, place: [LEFT, RIGHT] };
    let (from, to) = (10_f64.powf(low), 10_f64.powf(high));
    let y = Axis { from, to, place: [BOTTOM, TOP] };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 440\" \
         role=\"img\" aria-label=\"Cost of a poll by URLs\">\n\
         {STYLE}\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"26\">What one poll costs, by \
         URLs</text>\n"
    );
    for ns in (low as i32..=high as i32).map(|power| 10_f64.powi(power)) {
        let value = cell(ns, Unit::Time).replace(".00", "").replace(".0", "");
        svg += &rule(y.at(ns), &value);
    }
    for n in &places {
        svg += &text("middle", x.at(*n), BOTTOM + 28.0, &count(*n));
    }
    let mut names = Vec::new();
    for (line, points) in lines {
        let points = points.into_iter().map(|(n, ns)| (x.at(n), y.at(ns)));
        let points: Vec<_> = points.collect();
        svg += &path(line, &points);
        names.extend(points.last().map(|(_, y)| (*y, line)));
    }
    Some(svg + &label(names) + "</svg>\n")
}

/// A line across, with its value at the left.
fn rule(y: f64, value: &str) -> String {
    format!(
        "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" \
         y2=\"{y:.1}\"/>{}",
        text("end", LEFT - 8.0, y + 5.0, value)
    )
}

fn text(anchor: &str, x: f64, y: f64, text: &str) -> String {
    format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}\
         </text>\n"
    )
}

/// A line, and a dot where it was measured.
fn path(line: &str, points: &[(f64, f64)]) -> String {
    let to = |(x, y): &(f64, f64)| format!("{x:.1} {y:.1}");
    let dot = |(x, y): &(f64, f64)| {
        let at = format!("cx=\"{x:.1}\" cy=\"{y:.1}\"");
        format!("<circle class=\"{line}\" {at} r=\"3\"/>\n")
    };
    let way: Vec<String> = points.iter().map(to).collect();
    let dots: String = points.iter().map(dot).collect();
    format!("<path class=\"{line}\" d=\"M{}\"/>\n{dots}", way.join("L"))
}

/// A name at the end of each line, none upon another.
fn label(mut names: Vec<(f64, &str)>) -> String {
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut svg, mut above, x) = (String::new(), TOP - 18.0, RIGHT + 12.0);
    for (y, name) in names {
        above = (y + 5.0).max(above + 17.0);
        svg += &format!(
            "<text class=\"name {name}\" x=\"{x}\" y=\"{above:.1}\">{name}\
             </text>\n"
        );
    }
    svg
}
