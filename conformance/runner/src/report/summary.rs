//! `summary.md`: what a CI job shows of a run.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use tally_fixtures::private;

use super::escape::shortened;
use super::escaped;
use super::number::{counted, grouped, grouped_count, lasting};
use crate::outcome::{AreaTally, Finding, Report, Severity, Verdict};

/// The most findings shown: a job's summary is read at a glance.
const MOST: usize = 10;
/// The most characters of a message.
const MESSAGE: usize = 300;

/// The report as Markdown: verdict, areas, the first findings, and the command to rerun.
#[must_use]
pub fn to_summary(report: &Report) -> String {
    let word = match &report.verdict {
        Verdict::Pass => "✅ conforms".to_owned(),
        Verdict::Fail => format!("❌ {}", report.title()),
        Verdict::Error { reason } => format!("⚠️ inconclusive: {}", safe(reason)),
    };
    let rows: Vec<String> = report.areas.iter().map(|area| row(report, area)).collect();
    let mut parts = vec![
        format!("## {}: {word}\n", safe(&report.contract)),
        format!(
            "{}, {}, {}, seed {}\n",
            counted(report.requests, "request"),
            counted(report.records, "record"),
            lasting(report.duration),
            report.seed
        ),
        format!(
            "| area | requests | records | violations | warnings |\n| --- | ---: | ---: | ---: | ---: |\n{}",
            rows.concat()
        ),
    ];
    parts.extend(report.findings.iter().take(MOST).enumerate().map(|(index, found)| finding(found, index)));
    if report.findings.len() > MOST {
        parts.push(format!("{} more in the report.\n", grouped_count(report.findings.len() - MOST)));
    }
    for note in report.stale.iter().chain(&report.notes) {
        parts.push(format!("Note: {}\n", safe(note)));
    }
    parts.push(format!("Rerun:\n\n{}\n", fenced(&report.rerun)));
    parts.join("\n")
}

/// Appends the summary to a file, as CI services expect it.
///
/// # Errors
///
/// If the file cannot be opened or written.
pub fn append_summary(path: &Path, report: &Report) -> io::Result<()> {
    let mut file = private::append(path)?;
    file.write_all(to_summary(report).as_bytes())
}

fn row(report: &Report, area: &AreaTally) -> String {
    let checks = || report.checks.iter().filter(|check| check.area == area.name);
    let violations: u64 = checks().map(|check| check.violations).sum();
    let warnings: u64 = checks().map(|check| check.warnings).sum();
    let name = safe(&area.name);
    format!(
        "| {name} | {} | {} | {} | {} |\n",
        grouped(area.requests),
        grouped(area.records),
        grouped(violations),
        grouped(warnings)
    )
}

fn finding(finding: &Finding, index: usize) -> String {
    let sign = match (&finding.known, finding.severity) {
        (Some(_), _) => "○",
        (None, Severity::Violation) => "❌",
        (None, Severity::Warning) => "💬",
    };
    let rate = finding.rate.map_or_else(String::new, |rate| {
        format!("\nIntermittent: showed {} of {} times.\n", rate.shown, rate.tried)
    });
    let known = finding.known.as_ref().map_or_else(String::new, |why| format!("\nKnown: {}\n", safe(why)));
    format!(
        "<details><summary>{sign} {severity} {statement}: {message}</summary>\n\n\
         {source}: {summary}\n\nFound by {check} in {areas}.\n{rate}{known}\n{curl}\n\n</details>\n",
        severity = finding.severity.as_str(),
        statement = safe(&finding.statement),
        message = safe(&shortened(&finding.message, MESSAGE)),
        source = safe(&finding.statement_and_source()),
        summary = safe(&finding.summary),
        check = safe(&finding.check),
        areas = safe(&finding.areas.join(", ")),
        curl = fenced(&finding.curl(index)),
    )
}

/// The text on one line of Markdown, with everything escaped that Markdown or HTML would take for markup.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in escaped(text).chars() {
        match character {
            // By number: a backslash would be seen inside an element, where Markdown is not read.
            '&' | '<' | '>' | '@' | '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                // Writing to a String does not fail.
                let _ = write!(out, "&#{};", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out
}

/// The text as a code block, in a fence longer than any in it.
fn fenced(text: &str) -> String {
    let text = escaped(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{text}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_the_target_is_not_markup() {
        assert_eq!(safe("</p>|@x\n"), "&#60;/p&#62;&#124;&#64;x&#92;n");
        assert_eq!(fenced("a ``` b"), "````sh\na ``` b\n````");
    }
}
