//! The statements and the boundary values, and how often each was exercised.

use super::text::{joined, safe};
use crate::outcome::{Boundary, Coverage, Report};
use crate::report::number::{counted, grouped_count};

/// The contract's statements.
pub(super) fn statements(report: &Report) -> String {
    if report.coverage.is_empty() {
        return "<p class=\"soft\">No statements.</p>".to_owned();
    }
    let exercised = report.coverage.iter().filter(|covered| covered.exercised > 0).count();
    let rows = joined(&report.coverage, |covered| {
        format!(
            "<tr><th scope=\"row\" class=\"id mono\">{}</th><td>{}</td><td>{}</td>{}</tr>\n",
            safe(&covered.statement),
            safe(covered.source.as_deref().unwrap_or(covered.provenance.as_str())),
            safe(&covered.summary),
            times(covered)
        )
    });
    let summary = format!("{exercised} of {} statements exercised", report.coverage.len());
    table(&summary, "statements", &["Statement", "Source", "What it says", "Exercised"], &rows)
}

fn times(covered: &Coverage) -> String {
    match &covered.reason {
        Some(reason) if covered.exercised == 0 => format!("<td class=\"none\">– {}</td>", safe(reason)),
        _ if covered.exercised == 0 => "<td class=\"none\">– no answer concerns it</td>".to_owned(),
        _ => format!("<td class=\"good\">✓ {}</td>", counted(covered.exercised, "time")),
    }
}

/// The boundary values: those covered, then those left out.
pub(super) fn boundaries(report: &Report) -> String {
    if report.boundaries.is_empty() {
        return "<p class=\"soft\">No boundary values.</p>".to_owned();
    }
    let (covered, left): (Vec<&Boundary>, Vec<&Boundary>) =
        report.boundaries.iter().partition(|boundary| boundary.exercised > 0);
    let columns = ["Boundary", "Area", "Statements", "Exercised"];
    let missed = if left.is_empty() {
        String::new()
    } else {
        table(
            &format!("{} left out", grouped_count(left.len())),
            "boundaries",
            &columns,
            &joined(&left, |boundary| row(boundary)),
        )
    };
    let exercised = table(
        &format!(
            "Boundary values covered: {}/{}",
            grouped_count(covered.len()),
            grouped_count(report.boundaries.len())
        ),
        "boundaries",
        &columns,
        &joined(&covered, |boundary| row(boundary)),
    );
    format!("{exercised}{missed}")
}

fn row(boundary: &Boundary) -> String {
    let how = if boundary.exercised > 0 {
        format!("<td class=\"good\">✓ {}</td>", counted(boundary.exercised, "time"))
    } else {
        let reason = boundary.left_out.as_deref().unwrap_or("no request had this value");
        format!("<td class=\"none\">– {}</td>", safe(reason))
    };
    format!(
        "<tr><th scope=\"row\" class=\"mono\">{}</th><td>{}</td><td>{}</td>{how}</tr>\n",
        safe(&boundary.id),
        safe(&boundary.area),
        safe(&boundary.statements.join(" "))
    )
}

/// A table folded under its one-line summary: these tables are long.
fn table(summary: &str, label: &str, columns: &[&str], rows: &str) -> String {
    let heads = joined(columns, |column| format!("<th scope=\"col\">{column}</th>"));
    format!(
        "<details><summary>{summary}</summary>\
         <div class=\"scroll\" role=\"region\" aria-labelledby=\"{label}\" tabindex=\"0\"><table>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div></details>\n"
    )
}
