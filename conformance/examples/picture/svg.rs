//! A terminal's text as an SVG.

use std::fmt::Write as _;

/// Lines longer than this are cut, as a picture cannot be scrolled.
const COLUMNS: usize = 84;
const LINE: usize = 19;
/// The width of a character of 14 px, in hundredths of a pixel.
const COLUMN: usize = 843;
const MARGIN: usize = 18;

/// The colours of a scheme.
#[derive(Clone, Copy)]
pub(crate) struct Scheme {
    page: &'static str,
    edge: &'static str,
    ink: &'static str,
    red: &'static str,
    green: &'static str,
    yellow: &'static str,
}

/// The files, and the scheme of each.
pub(crate) const SCHEMES: [(&str, Scheme); 2] = [
    (
        "run-light.svg",
        Scheme {
            page: "#f5f6f8",
            edge: "#d5dae0",
            ink: "#1c2128",
            red: "#b01622",
            green: "#116329",
            yellow: "#7a4b00",
        },
    ),
    (
        "run-dark.svg",
        Scheme {
            page: "#1a2027",
            edge: "#38414c",
            ink: "#e4e8ed",
            red: "#ff918f",
            green: "#6fd08c",
            yellow: "#efc06a",
        },
    ),
];

/// The picture of a text with the colours of a terminal.
pub(crate) fn picture(text: &str, scheme: Scheme) -> String {
    let lines: Vec<String> = text.lines().map(|line| spans(line, scheme)).collect();
    let height = lines.len() * LINE + 2 * MARGIN;
    let width = COLUMNS * COLUMN / 100 + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
         <title>A run of tally conform in a terminal</title>\n\
         <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{}\" stroke=\"{}\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\" fill=\"{}\" xml:space=\"preserve\">\n",
        width - 1,
        height - 1,
        scheme.page,
        scheme.edge,
        scheme.ink
    );
    for (index, line) in lines.iter().enumerate() {
        // Writing to a String does not fail.
        let _ = writeln!(svg, "<text x=\"{MARGIN}\" y=\"{}\">{line}</text>", MARGIN + 14 + index * LINE);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// A line with its escape sequences as spans, cut at the last column.
fn spans(line: &str, scheme: Scheme) -> String {
    let (mut out, mut column, mut style) = (String::new(), 0, String::new());
    for (place, part) in line.split('\u{1b}').enumerate() {
        let (codes, text) = match part.strip_prefix('[').and_then(|part| part.split_once('m')) {
            Some((codes, text)) if place > 0 => (codes, text),
            _ => ("", part),
        };
        for code in codes.split(';').filter(|code| !code.is_empty()) {
            let fill = match code {
                "31" => scheme.red,
                "32" => scheme.green,
                "33" => scheme.yellow,
                "1" => {
                    style.push_str(" font-weight=\"700\"");
                    continue;
                }
                _ => {
                    style.clear();
                    continue;
                }
            };
            // Writing to a String does not fail.
            let _ = write!(style, " fill=\"{fill}\"");
        }
        let left = COLUMNS.saturating_sub(column);
        let length = text.chars().count();
        let shown: String = if length > left && left > 0 {
            text.chars().take(left - 1).chain(['…']).collect()
        } else {
            text.chars().take(left).collect()
        };
        column += shown.chars().count();
        if !shown.is_empty() {
            let _ = write!(out, "<tspan{style}>{}</tspan>", escaped(&shown));
        }
    }
    out
}

fn escaped(text: &str) -> String {
    // A run of blanks is one blank in an SVG, whatever `xml:space` says in some viewers.
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(' ', "\u{a0}")
}
