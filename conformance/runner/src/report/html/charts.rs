//! Charts of latency: against batch size, and as a histogram.

use std::collections::BTreeSet;
use std::time::Duration;

use super::text::joined;
use crate::outcome::{Report, Timing};
use crate::report::number::{grouped_count, lasting};

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 300.0;
/// The plot's edges within the picture.
const LEFT: f64 = 66.0;
const RIGHT: f64 = 544.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 252.0;
/// The bars of the histogram.
const BARS: u32 = 24;

pub(super) fn section(report: &Report) -> String {
    if report.timings.is_empty() {
        return "<p class=\"soft\">No answers were timed.</p>".to_owned();
    }
    let mut times: Vec<f64> = report.timings.iter().map(milliseconds).collect();
    times.sort_by(f64::total_cmp);
    let (median, late) = (percentile(&times, 50), percentile(&times, 95));
    let longest = times.last().copied().unwrap_or_default();
    format!(
        "<details><summary>{} answers: median {}, 95th percentile {}, longest {}</summary>\n\
         <div class=\"charts\">\n{}{}</div></details>",
        grouped_count(times.len()),
        shown(median),
        shown(late),
        shown(longest),
        scatter(&report.timings, longest),
        histogram(&times, longest)
    )
}

/// The nearest-rank percentile of a sorted slice.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

fn scatter(timings: &[Timing], longest: f64) -> String {
    let largest = timings.iter().map(|timing| timing.records).max().unwrap_or(1).max(10);
    let span = (real(largest) + 1.0).ln();
    // One more than the records, so that an empty batch has a place on the logarithmic axis.
    let x = |records: usize| LEFT + 8.0 + (real(records) + 1.0).ln() / span * (RIGHT - LEFT - 16.0);
    let (top, steps) = scale(longest);
    let y = |time: f64| BOTTOM - time / top * (BOTTOM - TOP);
    // Answers on the same spot are drawn once, so that a chart of thousands stays small.
    let spots: BTreeSet<(String, String, bool)> = timings
        .iter()
        .map(|timing| {
            let succeeded = (200..300).contains(&timing.status);
            (format!("{:.0}", x(timing.records)), format!("{:.0}", y(milliseconds(timing))), succeeded)
        })
        .collect();
    let marks = joined(&spots, |(x, y, succeeded)| {
        if *succeeded {
            format!("<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>")
        } else {
            format!("<path class=\"cross\" d=\"M{x} {y}m-3-3l6 6m0-6l-6 6\"/>")
        }
    });
    let ticks = joined([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], |records: usize| {
        if records > largest { String::new() } else { below(x(records), &records.to_string()) }
    });
    picture(
        "scatter",
        "Latency against batch size",
        "Each mark is an answer: a dot for status 2xx, a cross for any other.",
        &format!("{}{ticks}{marks}", sides(top, &steps, "milliseconds")),
        "records in the request (logarithmic)",
    )
}

fn histogram(sorted: &[f64], longest: f64) -> String {
    let (top, steps) = scale(longest);
    let width = top / f64::from(BARS);
    let counts: Vec<usize> = (0..BARS)
        .map(|bar| {
            let (from, to) = (f64::from(bar) * width, f64::from(bar + 1) * width);
            let last = bar + 1 == BARS;
            sorted.iter().filter(|time| **time >= from && (**time < to || last)).count()
        })
        .collect();
    let (most, lines) = scale(real(counts.iter().copied().max().unwrap_or(1)));
    let step = (RIGHT - LEFT) / f64::from(BARS);
    let bars = joined((0..BARS).zip(&counts), |(bar, count)| {
        if *count == 0 {
            return String::new();
        }
        // A single answer among thousands must stay visible.
        let height = (real(*count) / most * (BOTTOM - TOP)).max(1.5);
        format!(
            "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{} to {}: {count}</title></rect>",
            LEFT + f64::from(bar) * step + 1.0,
            BOTTOM - height,
            step - 2.0,
            shown(f64::from(bar) * width),
            shown(f64::from(bar + 1) * width),
        )
    });
    let ticks = joined(&steps, |time| below(LEFT + time / top * (RIGHT - LEFT), &plain(*time)));
    picture(
        "histogram",
        "Distribution of latency",
        "The height of a bar is the number of answers.",
        &format!("{}{ticks}{bars}", sides(most, &lines, "answers")),
        "milliseconds",
    )
}

fn picture(id: &str, title: &str, description: &str, inside: &str, below: &str) -> String {
    format!(
        "<figure><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title {id}-text\">\
         <title id=\"{id}-title\">{title}</title><desc id=\"{id}-text\">{description}</desc>\
         <text class=\"title\" x=\"0\" y=\"18\">{title}</text>{inside}\
         <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{below}</text></svg>\
         <figcaption>{description}</figcaption></figure>\n",
        f64::midpoint(LEFT, RIGHT),
        HEIGHT - 6.0
    )
}

/// The horizontal grid lines with their numbers, and the axis's unit.
fn sides(top: f64, steps: &[f64], unit: &str) -> String {
    let lines = joined(steps, |step| {
        let y = BOTTOM - step / top * (BOTTOM - TOP);
        format!(
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 4.0,
            plain(*step)
        )
    });
    let middle = f64::midpoint(TOP, BOTTOM);
    format!(
        "{lines}<text transform=\"translate(14 {middle}) rotate(-90)\" text-anchor=\"middle\">{unit}</text>"
    )
}

fn below(x: f64, text: &str) -> String {
    format!(
        "<path class=\"grid\" d=\"M{x:.1} {BOTTOM}v5\"/><text x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{text}</text>",
        BOTTOM + 19.0
    )
}

/// An axis's end, at or above the value, and its steps: 1, 2 or 5 times a power of ten apart.
fn scale(value: f64) -> (f64, Vec<f64>) {
    let value = if value.is_finite() && value > 0.0 { value } else { 1.0 };
    let power = 10_f64.powf((value / 5.0).log10().floor());
    let step = [1.0, 2.0, 5.0].iter().map(|by| by * power).find(|step| step * 5.0 >= value);
    let step = step.unwrap_or(10.0 * power);
    let steps: Vec<f64> = (0..=5_u8).map(|count| f64::from(count) * step).collect();
    let end = steps.iter().copied().find(|end| *end >= value).unwrap_or(5.0 * step);
    (end, steps.into_iter().filter(|step| *step <= end).collect())
}

fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn shown(milliseconds: f64) -> String {
    lasting(Duration::from_secs_f64(milliseconds / 1000.0))
}

fn milliseconds(timing: &Timing) -> f64 {
    timing.duration.as_secs_f64() * 1000.0
}

fn real(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert_eq!(scale(7.2), (8.0, vec![0.0, 2.0, 4.0, 6.0, 8.0]));
        assert_eq!(scale(0.0).1.len(), 6);
        assert_eq!(scale(f64::INFINITY), scale(1.0));
        assert_eq!(plain(0.600_000_1), "0.6");
    }

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        assert_eq!(shown(percentile(&[1.0, 2.0, 3.0, 4.0], 50)), "2.0 ms");
        assert_eq!(shown(percentile(&[1.0, 2.0, 3.0, 4.0], 95)), "4.0 ms");
        assert_eq!(shown(percentile(&[], 95)), "0.0 ms");
    }
}
