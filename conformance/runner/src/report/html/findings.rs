//! The findings: a list that can be filtered and searched, a line each until it is opened.

use std::collections::BTreeSet;

use super::finding::article;
use super::text::{joined, safe};
use crate::outcome::Report;
use crate::report::number::{counted, grouped_count};

/// The most findings shown; further ones are in `report.json`.
const MOST: usize = 400;
/// The findings whose bodies are shown at length.
const AT_LENGTH: usize = 60;
/// The most bytes shown of a body: of the first findings, and of the others.
const LONG: usize = 12_000;
pub(super) const SHORT: usize = 1_200;
/// From this many findings on, they can be filtered.
const FILTERED: usize = 2;
/// The findings that the vendor's view shows in full on paper, so that it takes two pages.
const IN_FULL: usize = 3;

pub(super) fn section(report: &Report) -> String {
    let findings = &report.findings;
    if findings.is_empty() {
        return nothing(report);
    }
    let mut for_vendor = 0;
    let shown: Vec<String> = findings
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(index, finding)| {
            for_vendor += usize::from(super::vendor::concerns(finding));
            let is_open = findings.len() == 1;
            let is_brief = for_vendor > IN_FULL;
            article(report, finding, index, (if index < AT_LENGTH { LONG } else { SHORT }, is_open, is_brief))
        })
        .collect();
    let rest = if findings.len() > MOST {
        let more = grouped_count(findings.len() - MOST);
        format!("<p>{more} more findings are in <code>report.json</code>.</p>")
    } else {
        String::new()
    };
    let shortened = if findings.len() > AT_LENGTH {
        let (long, short) = (grouped_count(LONG), grouped_count(SHORT));
        format!(
            "<p class=\"small soft full-only\">Bodies are shown up to {long} bytes for the first {AT_LENGTH} \
             findings, then up to {short}.</p>"
        )
    } else {
        String::new()
    };
    format!("{}<div id=\"list\">\n{}</div>\n{shortened}{rest}", filters(report), shown.concat())
}

/// What is said if there is no finding: what was tested.
fn nothing(report: &Report) -> String {
    let areas = report.areas.iter().filter(|area| area.requests > 0).count();
    let covered = report.boundaries.iter().filter(|boundary| boundary.exercised > 0).count();
    format!(
        "<p class=\"empty\">No findings. {} and {} were sent to {areas} of {} areas, with {} of {} boundary \
         values. What was checked is listed below.</p>",
        counted(report.requests, "request"),
        counted(report.records, "record"),
        report.areas.len(),
        grouped_count(covered),
        grouped_count(report.boundaries.len()),
    )
}

/// The controls that the page's script brings to life; without it they stay hidden.
fn filters(report: &Report) -> String {
    let findings = &report.findings;
    if findings.len() < FILTERED {
        return String::new();
    }
    let areas: BTreeSet<&str> =
        findings.iter().flat_map(|finding| &finding.areas).map(String::as_str).collect();
    // In the contract's order.
    let areas = report.areas.iter().map(|area| area.name.as_str()).filter(|area| areas.contains(area));
    let statements: BTreeSet<&str> = findings.iter().map(|finding| finding.statement.as_str()).collect();
    let severities = [("violation", "violations"), ("warning", "warnings"), ("known", "known failures")];
    let severities = severities
        .into_iter()
        .filter(|(word, _)| findings.iter().any(|finding| super::finding::severity(finding) == *word));
    format!(
        "<form id=\"filters\" class=\"filters full-only\" hidden role=\"search\" aria-label=\"Filter the findings\">\n\
         <label>Search <input id=\"search\" type=\"search\" placeholder=\"text, statement or check\" autocomplete=\"off\"></label>\n\
         {}{}{}<p><output id=\"shown\" class=\"soft\"></output> \
         <button type=\"button\" id=\"open-all\">Expand all</button> \
         <button type=\"button\" id=\"close-all\">Collapse all</button></p>\n</form>\n",
        select("area", "Area", "all areas", areas.map(|area| (area, area))),
        select("statement", "Statement", "all statements", statements.into_iter().map(|id| (id, id))),
        select("severity", "Severity", "all", severities),
    )
}

fn select<'t>(id: &str, label: &str, all: &str, options: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    let options =
        joined(options, |(value, text)| format!("<option value=\"{}\">{}</option>", safe(value), safe(text)));
    format!(
        "<label>{label} <select id=\"{id}\"><option value=\"\">{all}</option>{options}</select></label>\n"
    )
}
