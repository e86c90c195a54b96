//! The matrix of areas and checks.

use std::collections::BTreeMap;

use super::text::{counted, joined, safe};
use crate::outcome::{AreaTally, CheckTally, Report};

/// Checks in rows, areas in columns: the result of each check in each area.
pub(super) fn section(report: &Report) -> String {
    if report.checks.is_empty() {
        return "<p class=\"soft\">No check was run.</p>".to_owned();
    }
    let tallies: BTreeMap<(&str, &str), &CheckTally> =
        report.checks.iter().map(|check| ((check.id.as_str(), check.area.as_str()), check)).collect();
    let heads = joined(&report.areas, |area| format!("<th scope=\"col\">{}</th>", breakable(&area.name)));
    let rows = joined(order(report), |check| {
        let cells = joined(&report.areas, |area| cell(tallies.get(&(check.id.as_str(), area.name.as_str()))));
        format!(
            "<tr><th scope=\"row\">{}<span class=\"row-note\">{}</span></th>{cells}</tr>\n",
            breakable(&check.id),
            check.provenance.as_str()
        )
    });
    let sent = joined(&report.areas, |area| format!("<td>{}</td>", sent(area)));
    format!(
        "<ul class=\"legend\"><li>✓ passed (cases)</li><li>✗ violations of cases</li>\
         <li>! warnings of cases</li><li>○ known failures of cases</li><li>– not run</li></ul>\n\
         <div class=\"scroll\" role=\"region\" aria-label=\"Table of areas and checks\" tabindex=\"0\"><table class=\"matrix\">\n\
         <thead><tr><th scope=\"col\">Check</th>{heads}</tr></thead>\n<tbody>\n{rows}\
         <tr><th scope=\"row\">sent</th>{sent}</tr>\n</tbody></table></div>\n{}",
        left_out(&report.areas)
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
    let cases = tally.cases;
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
