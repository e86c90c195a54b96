//! The matrix of areas and checks.

use std::collections::BTreeMap;

use super::text::{joined, safe};
use crate::outcome::{AreaTally, CheckTally, Report};
use crate::report::number::{counted, grouped};

/// Checks in rows, areas in columns: the result of each check in each area. Checks that passed wherever they ran are
/// folded.
pub(super) fn section(report: &Report) -> String {
    if report.checks.is_empty() {
        return "<p class=\"empty\">No check was run.</p>".to_owned();
    }
    let is_green = |check: &&CheckTally| {
        let of_all = report.checks.iter().filter(|tally| tally.id == check.id);
        of_all.map(|tally| tally.violations + tally.warnings + tally.known).sum::<u64>() == 0
    };
    let (green, other): (Vec<&CheckTally>, Vec<&CheckTally>) = order(report).into_iter().partition(is_green);
    let failing =
        if other.is_empty() { String::new() } else { table(report, &other, "Checks with findings, by area") };
    let count = u64::try_from(green.len()).unwrap_or(u64::MAX);
    let passing = if green.is_empty() {
        String::new()
    } else {
        let summary = format!("{} without a finding", counted(count, "check"));
        let table = table(report, &green, "Checks without a finding, by area");
        format!("<details><summary>{summary}</summary>{LEGEND}{table}</details>\n")
    };
    let legend = if other.is_empty() { "" } else { LEGEND };
    format!("{legend}{failing}{passing}{}", left_out(&report.areas))
}

const LEGEND: &str = "<ul class=\"legend\"><li>✓ passed (cases)</li><li>✗ violations of cases</li>\
    <li>! warnings of cases</li><li>○ known failures of cases</li><li>– not run</li></ul>\n";

fn table(report: &Report, checks: &[&CheckTally], label: &str) -> String {
    let tallies: BTreeMap<(&str, &str), &CheckTally> =
        report.checks.iter().map(|check| ((check.id.as_str(), check.area.as_str()), check)).collect();
    let heads = joined(&report.areas, |area| format!("<th scope=\"col\">{}</th>", breakable(&area.name)));
    let rows = joined(checks, |check| {
        let cells = joined(&report.areas, |area| cell(tallies.get(&(check.id.as_str(), area.name.as_str()))));
        format!(
            "<tr><th scope=\"row\">{}<span class=\"row-note\">{}</span></th>{cells}</tr>\n",
            breakable(&check.id),
            check.provenance.as_str()
        )
    });
    let sent = joined(&report.areas, |area| format!("<td>{}</td>", sent(area)));
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table class=\"matrix\">\n\
         <thead><tr><th scope=\"col\">Check</th>{heads}</tr></thead>\n<tbody>\n{rows}\
         <tr><th scope=\"row\">sent</th>{sent}</tr>\n</tbody></table></div>\n"
    )
}

/// One tally of each check, in the report's order.
fn order(report: &Report) -> Vec<&CheckTally> {
    let mut checks: Vec<&CheckTally> = Vec::new();
    for check in &report.checks {
        if !checks.iter().any(|known| known.id == check.id) {
            checks.push(check);
        }
    }
    checks
}

fn cell(tally: Option<&&CheckTally>) -> String {
    let Some(tally) =
        tally.filter(|tally| tally.cases > 0 || tally.violations + tally.warnings + tally.known > 0)
    else {
        return "<td class=\"none\" title=\"no exchange of this run concerns it\">– not run</td>".to_owned();
    };
    let cases = grouped(tally.cases);
    match (tally.violations, tally.warnings) {
        (0, 0) if tally.known > 0 => format!("<td class=\"none\">○ {} known of {cases}</td>", tally.known),
        (0, 0) => format!("<td class=\"good\">✓ {cases}</td>"),
        (0, warnings) => format!("<td class=\"warn\">! {warnings} of {cases}</td>"),
        (violations, 0) => format!("<td class=\"bad\">✗ {violations} of {cases}</td>"),
        (violations, warnings) => {
            format!("<td class=\"bad\">✗ {violations} of {cases}, {}</td>", counted(warnings, "warning"))
        }
    }
}

fn sent(area: &AreaTally) -> String {
    if area.requests == 0 {
        return "nothing".to_owned();
    }
    let sizes: Vec<_> = area.sizes.iter().map(usize::to_string).collect();
    let sizes = if sizes.is_empty() {
        String::new()
    } else {
        format!("<span class=\"row-note\">sizes {}</span>", sizes.join(", "))
    };
    format!("{}<br>{}{sizes}", counted(area.requests, "request"), counted(area.records, "record"))
}

fn left_out(areas: &[AreaTally]) -> String {
    let lines: Vec<String> = areas
        .iter()
        .flat_map(|area| {
            area.left_out.iter().map(|why| format!("<li>{}: {}</li>", safe(&area.name), safe(why)))
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("<p>Left out:</p><ul class=\"small\">{}</ul>", lines.concat())
}

/// The name, with places at which a line may break.
fn breakable(name: &str) -> String {
    safe(name).replace('_', "_<wbr>").replace('/', "/<wbr>")
}
