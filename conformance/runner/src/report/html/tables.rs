//! The statements and the borders, and how often each was exercised.

use super::text::{counted, joined, safe};
use crate::report::{Border, Coverage, Report};

/// The contract's statements.
pub(super) fn statements(report: &Report) -> String {
    if report.coverage.is_empty() {
        return "<p class=\"soft\">No statement was counted.</p>".to_owned();
    }
    let exercised = report.coverage.iter().filter(|covered| covered.exercised > 0).count();
    let rows = joined(&report.coverage, |covered| {
        format!(
            "<tr><th scope=\"row\" class=\"id mono\">{}</th><td>{}</td><td>{}</td>{}</tr>\n",
            safe(&covered.statement),
            covered.provenance.as_str(),
            safe(&covered.summary),
            times(covered)
        )
    });
    let summary = format!("{exercised} of {} statements were exercised.", report.coverage.len());
    table(&summary, "statements", &["Statement", "Provenance", "What it says", "Exercised"], &rows)
}

fn times(covered: &Coverage) -> String {
    match &covered.reason {
        Some(reason) if covered.exercised == 0 => format!("<td class=\"none\">– {}</td>", safe(reason)),
        _ if covered.exercised == 0 => "<td class=\"none\">– no answer bore on it</td>".to_owned(),
        _ => format!("<td class=\"good\">✓ {}</td>", counted(covered.exercised, "time")),
    }
}

/// The borders, those left out first: they are what a reader looks for.
pub(super) fn borders(report: &Report) -> String {
    if report.borders.is_empty() {
        return "<p class=\"soft\">No border was counted in this run.</p>".to_owned();
    }
    let (stood, left): (Vec<&Border>, Vec<&Border>) =
        report.borders.iter().partition(|border| border.exercised > 0);
    let columns = ["Border", "Area", "Statements", "Exercised"];
    let missed = if left.is_empty() {
        String::new()
    } else {
        table(&format!("{} left out.", left.len()), "borders", &columns, &joined(&left, |border| row(border)))
    };
    let exercised = table(
        &format!("{} of {} borders were exercised.", stood.len(), report.borders.len()),
        "borders",
        &columns,
        &joined(&stood, |border| row(border)),
    );
    format!("{exercised}{missed}")
}

fn row(border: &Border) -> String {
    let how = if border.exercised > 0 {
        format!("<td class=\"good\">✓ {}</td>", counted(border.exercised, "time"))
    } else {
        let reason = border.left_out.as_deref().unwrap_or("no request stood on it");
        format!("<td class=\"none\">– {}</td>", safe(reason))
    };
    format!(
        "<tr><th scope=\"row\" class=\"mono\">{}</th><td>{}</td><td>{}</td>{how}</tr>\n",
        safe(&border.id),
        safe(&border.area),
        safe(&border.statements.join(" "))
    )
}

/// A table under its one-line summary, folded: these tables are long.
fn table(summary: &str, label: &str, columns: &[&str], rows: &str) -> String {
    let heads = joined(columns, |column| format!("<th scope=\"col\">{column}</th>"));
    format!(
        "<details><summary>{summary}</summary>\
         <div class=\"scroll\" role=\"region\" aria-labelledby=\"{label}\" tabindex=\"0\"><table>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div></details>\n"
    )
}
