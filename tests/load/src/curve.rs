//! Growth curves as SVG: both axes logarithmic, one line for each kind of work. They are drawn light or dark, as the reader's
//! system is set.

use std::fmt::Write as _;

/// A line: its name, and its points as (number, value), both above zero.
pub(crate) struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
/// Left of the lines, for the values.
const LEFT: f64 = 70.0;
/// Right of them, for the names.
const RIGHT: f64 = 190.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
/// The colours of the lines, which differ in lightness too: on a light ground, and on a dark one.
const COLOURS: [(&str, &str); 6] = [
    ("#1f4e9c", "#8ab4ff"),
    ("#c0562b", "#f0935f"),
    ("#2c7d4f", "#6fd39a"),
    ("#7a4fa3", "#cda4f5"),
    ("#8a6d1a", "#e0c055"),
    ("#3f8fa8", "#74cbe0"),
];

/// The colours as a style sheet.
fn style() -> String {
    let lines = |of: fn(&(&'static str, &'static str)) -> &'static str| -> String {
        let rules = COLOURS.iter().enumerate().map(|(at, pair)| format!(".l{at}{{color:{}}}", of(pair)));
        rules.collect::<Vec<_>>().concat()
    };
    format!(
        "<style>svg{{color:#1f2328;fill:currentColor}}.ground{{fill:#fff}}.grid{{stroke:#ddd}}{}\n\
         @media(prefers-color-scheme:dark){{svg{{color:#e6edf3}}.ground{{fill:#0d1117}}.grid{{stroke:#30363d}}{}}}</style>",
        lines(|pair| pair.0),
        lines(|pair| pair.1)
    )
}

/// Draws lines. `None`: there are fewer than two points in all of them, which is no curve.
pub(crate) fn draw(title: &str, x_name: &str, y_name: &str, lines: &[Line]) -> Option<String> {
    let lines: Vec<&Line> = lines.iter().filter(|line| line.points.len() > 1).collect();
    let points = || lines.iter().flat_map(|line| &line.points);
    let xs = Axis::over(points().map(|point| point.0))?;
    let ys = Axis::over(points().map(|point| point.1))?;
    let x = |value: f64| LEFT + xs.place(value) * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - ys.place(value) * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         {}\n<rect class=\"ground\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"15\">{title}</text>\n",
        style()
    );
    for tick in xs.ticks() {
        let (at, low, label) = (x(tick), HEIGHT - BOTTOM, short(tick));
        _ = writeln!(
            svg,
            "<path d=\"M{at:.1} {TOP}V{low}\" class=\"grid\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
            low + 18.0
        );
    }
    for tick in ys.ticks() {
        let (at, end, label) = (y(tick), WIDTH - RIGHT, short(tick));
        _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {at:.1}H{end}\" class=\"grid\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            LEFT - 6.0,
            at + 4.0
        );
    }
    _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{:.1}\">{x_name}</text><text x=\"6\" y=\"{:.1}\">{y_name}</text>",
        HEIGHT - 10.0,
        TOP - 4.0
    );
    let mut lowest_label = f64::MIN;
    let mut ordered: Vec<(&&Line, usize)> = lines.iter().zip((0..COLOURS.len()).cycle()).collect();
    ordered.sort_by(|a, b| end(b.0).total_cmp(&end(a.0)));
    for (line, colour) in ordered {
        let path: Vec<String> =
            line.points.iter().map(|point| format!("{:.1} {:.1}", x(point.0), y(point.1))).collect();
        _ = writeln!(
            svg,
            "<path class=\"l{colour}\" d=\"M{}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>",
            path.join("L")
        );
        // Names do not cover each other.
        lowest_label = (y(end(line)) + 4.0).max(lowest_label + 15.0);
        _ = writeln!(
            svg,
            "<text class=\"l{colour}\" x=\"{:.1}\" y=\"{lowest_label:.1}\" fill=\"currentColor\">{}</text>",
            WIDTH - RIGHT + 8.0,
            line.name
        );
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

fn end(line: &Line) -> f64 {
    line.points.last().map_or(1.0, |point| point.1)
}

/// A logarithmic axis between two powers of ten.
struct Axis {
    low: i32,
    high: i32,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let least = values.clone().filter(|value| *value > 0.0).min_by(f64::total_cmp)?;
        let most = values.max_by(f64::total_cmp)?;
        let power = |value: f64| (-6..=12).find(|power| 10f64.powi(*power) >= value * 0.999);
        let high = power(most)?;
        let low = (-6..=12).rev().find(|power| 10f64.powi(*power) <= least * 1.001)?;
        Some(Self { low, high: high.max(low + 1) })
    }

    fn place(&self, value: f64) -> f64 {
        (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.low..=self.high).map(|power| 10f64.powi(power))
    }
}

fn short(value: f64) -> String {
    if value >= 1e6 {
        format!("{}M", value / 1e6)
    } else if value >= 1e3 {
        format!("{}k", value / 1e3)
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_an_axis_are_powers_of_ten_and_the_middle_is_between_them() {
        let axis = Axis::over([1_000.0, 20_000.0].into_iter()).unwrap();
        assert!((axis.place(1_000.0)).abs() < 1e-9, "the least value is at the left end");
        assert!(
            (axis.place(10_000.0) - 0.5).abs() < 1e-9,
            "ten times as much is half-way to a hundred times"
        );
        assert_eq!(axis.ticks().count(), 3, "1k, 10k, 100k");
    }

    #[test]
    fn one_point_is_no_curve() {
        let line = |points: Vec<(f64, f64)>| [Line { name: "W2".to_owned(), points }];
        assert!(draw("t", "people", "per s", &line(vec![(1e3, 5.0)])).is_none());
        let svg = draw("t", "people", "per s", &line(vec![(1e3, 5.0), (1e4, 4.0)])).unwrap();
        assert!(svg.contains("W2") && svg.contains("1k") && svg.contains("10k"), "{svg}");
    }

    #[test]
    fn every_colour_of_a_chart_has_a_dark_variant() {
        let points = vec![(1e3, 5.0), (1e4, 4.0)];
        let lines = ["W2", "W3"].map(|name| Line { name: name.to_owned(), points: points.clone() });
        let svg = draw("t", "people", "per s", &lines).unwrap();
        let (style, drawing) = svg.split_once("</style>").unwrap();
        assert!(!drawing.contains('#'), "no colour is outside of the style sheet: {drawing}");
        let (light, dark) = style.split_once("@media(prefers-color-scheme:dark)").unwrap();
        for class in ["svg{color:#", ".ground{fill:#", ".grid{stroke:#", ".l0{color:#", ".l1{color:#"] {
            assert!(light.contains(class) && dark.contains(class), "{class}");
        }
    }
}
