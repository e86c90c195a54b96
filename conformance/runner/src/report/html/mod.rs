//! `report.html`: one page without outside assets. Its script filters, copies and shows the vendor's view; without it
//! everything can still be read.

mod charts;
mod diff;
mod finding;
mod findings;
mod matrix;
mod tables;
mod text;
mod vendor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::text::{joined, safe};
use super::number::{counted, grouped, lasting, moment};
use crate::outcome::{Report, Severity, Shard, Verdict};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// The page loads nothing, and runs no script but its own, whatever the target's text contains.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; img-src data:; \
         base-uri 'none'; form-action 'none'"
    )
}

/// The report as a page for a browser.
#[must_use]
pub fn to_html(report: &Report) -> String {
    let sections = [
        ("findings", "Findings", findings::section(report)),
        ("run", "Run", run(report)),
        ("matrix", "Areas and checks", matrix::section(report)),
        ("latency", "Latency", charts::section(report)),
        ("statements", "Statements", tables::statements(report)),
        ("boundaries", "Boundary values", tables::boundaries(report)),
    ];
    let links = joined(&sections, |(id, title, _)| format!("<li><a href=\"#{id}\">{title}</a></li>"));
    let body = joined(&sections, |(id, title, content)| {
        let whose = if *id == "findings" { "" } else { " class=\"full-only\"" };
        format!(
            "<section{whose} aria-labelledby=\"{id}-title\" id=\"{id}\">\n<h2 id=\"{id}-title\">{title}</h2>\n\
             {content}\n</section>\n"
        )
    });
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{word}: {contract}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n{vendor}<div class=\"full-only\"><h1>Conformance report: {contract}</h1>\n\
         <p class=\"soft mono\">{target}</p>\n{banner}</div>\n\
         <nav aria-label=\"Sections\"><ul class=\"full-only\">{links}\
         <li><a data-view=\"vendor\" href=\"{query}\" hidden>Vendor’s view</a></li></ul>\
         <ul class=\"vendor-only\"><li><a data-view=\"full\" href=\"?\">Full report</a></li></ul></nav>\n\
         </header>\n<main>\n{body}</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        policy = policy(),
        word = word(report),
        contract = safe(&report.contract),
        target = safe(&report.target),
        vendor = vendor::head(report),
        query = vendor::QUERY,
        banner = banner(report),
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
        known => format!(", {} known", grouped(known)),
    };
    let first = report.first.map_or_else(String::new, |first| {
        format!(" First finding after {}, {}.", counted(first.requests, "request"), lasting(first.after))
    });
    format!(
        "<div class=\"verdict {tone}\"><strong>{}</strong>{reason}<p>{}, {}{known}.{first}</p></div>\n{}",
        word(report),
        counted(report.counted(Severity::Violation), "violation"),
        counted(report.counted(Severity::Warning), "warning"),
        notes(report),
    )
}

/// The facts of the run, and the command that repeats it.
fn run(report: &Report) -> String {
    let areas = report.areas.iter().filter(|area| area.requests > 0).count();
    let mut facts = vec![
        ("Areas", format!("{areas} of {}", report.areas.len())),
        ("Requests", grouped(report.requests)),
        ("Records", grouped(report.records)),
        ("Duration", lasting(report.duration)),
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
    let started = safe(&moment(&report.started));
    let started = format!("<div class=\"wide\"><dt>Started</dt><dd>{started}</dd></div>");
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
    format!("<ul class=\"notes small\" aria-label=\"Notes\">{items}</ul>\n")
}
