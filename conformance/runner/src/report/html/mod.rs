//! `report.html`: one page without scripts or outside assets.

mod charts;
mod findings;
mod matrix;
mod tables;
mod text;

use self::text::{counted, joined, safe};
use crate::outcome::{Report, Severity, Shard, Verdict};

const STYLE: &str = include_str!("style.css");

/// The page loads nothing and runs no script, whatever the target's text contains.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The report as a page for a browser.
#[must_use]
pub fn to_html(report: &Report) -> String {
    let sections = [
        ("findings", "Findings", findings::section(report)),
        ("matrix", "Areas and checks", matrix::section(report)),
        ("latency", "Latency", charts::section(report)),
        ("statements", "Statements", tables::statements(report)),
        ("boundaries", "Boundary values", tables::boundaries(report)),
    ];
    let links = joined(&sections, |(id, title, _)| format!("<li><a href=\"#{id}\">{title}</a></li>"));
    let body = joined(&sections, |(id, title, content)| {
        format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{content}\n</section>\n")
    });
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{word}: {contract}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Conformance report: {contract}</h1>\n<p class=\"soft mono\">{target}</p>\n{banner}{facts}\
         <nav aria-label=\"Sections\"><ul>{links}</ul></nav>\n</header>\n<main>\n{notes}{body}</main>\n\
         </body>\n</html>\n",
        word = word(report),
        contract = safe(&report.contract),
        target = safe(&report.target),
        banner = banner(report),
        facts = facts(report),
        notes = notes(report),
    )
}

/// The verdict's words, with a capital.
fn word(report: &Report) -> String {
    let title = report.title();
    format!("{}{}", title[..1].to_uppercase(), &title[1..])
}

fn banner(report: &Report) -> String {
    let tone = match report.verdict {
        Verdict::Pass => "good",
        Verdict::Fail => "bad",
        Verdict::Error { .. } => "warn",
    };
    let reason =
        report.verdict.reason().map_or_else(String::new, |reason| format!("<p>{}</p>", safe(reason)));
    let known = match report.known() {
        0 => String::new(),
        known => format!(", {known} known"),
    };
    let first = report.first.map_or_else(String::new, |first| {
        let after = first.after.as_secs_f64();
        format!(" First finding after {}, {after:.1} s.", counted(first.requests, "request"))
    });
    format!(
        "<div class=\"verdict {tone}\"><strong>{}</strong>{reason}<p>{}, {}{known}.{first}</p></div>\n",
        word(report),
        counted(report.counted(Severity::Violation), "violation"),
        counted(report.counted(Severity::Warning), "warning"),
    )
}

fn facts(report: &Report) -> String {
    let areas = report.areas.iter().filter(|area| area.requests > 0).count();
    let mut facts = vec![
        ("Areas", format!("{areas} of {}", report.areas.len())),
        ("Requests", report.requests.to_string()),
        ("Records", report.records.to_string()),
        ("Duration", format!("{:.1} s", report.duration.as_secs_f64())),
        ("Seed", report.seed.to_string()),
    ];
    if !report.profile.is_empty() {
        facts.push(("Profile", safe(&report.profile)));
    }
    if let Some(Shard { part, of }) = report.shard {
        facts.push(("Shard", format!("{part} of {of}")));
    }
    facts.push(("Warnings", if report.strict { "counted as violations" } else { "not counted" }.to_owned()));
    let cells = joined(facts, |(name, value)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>"));
    let started = format!("<div class=\"wide\"><dt>Started</dt><dd>{}</dd></div>", safe(&report.started));
    format!(
        "<dl class=\"facts\">{cells}{started}</dl>\n\
         <p class=\"label\" id=\"rerun\">Rerun</p><pre class=\"copy\" aria-labelledby=\"rerun\">{}</pre>\n",
        safe(&report.rerun)
    )
}

fn notes(report: &Report) -> String {
    if report.notes.is_empty() && report.stale.is_empty() {
        return String::new();
    }
    let items = joined(report.stale.iter().chain(&report.notes), |note| format!("<li>{}</li>", safe(note)));
    format!("<section aria-labelledby=\"notes\"><h2 id=\"notes\">Notes</h2><ul>{items}</ul></section>\n")
}
