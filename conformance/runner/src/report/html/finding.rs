//! One finding: a line, and behind it the request, the response and the difference, side by side.

use super::findings::SHORT;
use super::text::{cut, joined, pretty, safe};
use super::{diff, vendor};
use crate::outcome::{Finding, Report, Severity, ShownRequest};
use crate::report::number::{counted, grouped_count, lasting};

/// A body with more lines is folded.
const LINES: usize = 24;

/// A finding's severity as the page filters by it.
pub(super) fn severity(finding: &Finding) -> &'static str {
    if finding.known.is_some() { "known" } else { finding.severity.as_str() }
}

/// The finding. `most` is the most bytes shown of a body; a finding that `is_brief` is a line in the vendor's print.
pub(super) fn article(
    report: &Report,
    finding: &Finding,
    index: usize,
    (most, is_open, is_brief): (usize, bool, bool),
) -> String {
    let (tone, sign) = match (finding.known.is_some(), finding.severity) {
        (true, _) => ("none", "○"),
        (false, Severity::Violation) => ("bad", "✗"),
        (false, Severity::Warning) => ("warn", "!"),
    };
    let classes = format!(
        "finding {tone}{}{}",
        if vendor::concerns(finding) { " for-vendor" } else { "" },
        if is_brief { " brief" } else { "" }
    );
    format!(
        "<article class=\"{classes}\" id=\"finding-{number}\" data-areas=\"{areas_by_line}\" \
         data-statement=\"{statement}\" data-severity=\"{severity}\" aria-labelledby=\"finding-{number}-title\">\n\
         <details{open}><summary><span class=\"tag\">{sign} {severity} <span class=\"full-only\">{statement}</span></span> \
         <h3 id=\"finding-{number}-title\">{message}</h3> <span class=\"areas soft\">{areas}</span></summary>\n\
         {about}{vendor}{before}<div class=\"sides\">\n{request}{response}{difference}</div>\n\
         <section class=\"command\"><h4>curl</h4><pre class=\"copy\">{curl}</pre></section>\n</details></article>\n",
        number = index + 1,
        open = if is_open { " open" } else { "" },
        severity = severity(finding),
        statement = safe(&finding.statement),
        areas_by_line = safe(&finding.areas.join("\n")),
        message = safe(cut(&finding.message, 1_000).0),
        areas = safe(&finding.areas.join(", ")),
        about = about(finding),
        vendor = vendor::about(report, finding),
        before = before(finding, most),
        request = request("Request", &finding.request, most),
        response = response(finding, most),
        difference = diff::section(finding.difference.as_ref()),
        curl = safe(&finding.curl(index)),
    )
}

/// What is known of the finding, in the words of those who run the checks.
fn about(finding: &Finding) -> String {
    let premises = if finding.premises.len() < 2 {
        String::new()
    } else {
        format!(" · depends on {}", safe(&finding.premises.join(", ")))
    };
    let rate = finding
        .rate
        .map_or_else(String::new, |rate| format!(" · intermittent: {} of {} times", rate.shown, rate.tried));
    let known = finding.known.as_ref().map_or_else(String::new, |why| format!(" · known: {}", safe(why)));
    let also = joined(&finding.also, |also| {
        format!(
            "<p class=\"small\">Same cause, <code>{}</code> of {} in {}: {}</p>\n",
            safe(&also.check),
            safe(&also.statement),
            safe(&also.area),
            safe(cut(&also.message, 1_000).0)
        )
    });
    let saved = finding.saved_as.as_ref().map_or_else(String::new, |file| {
        format!("<p class=\"small soft\">Counterexample saved as <code>{}</code></p>\n", safe(file))
    });
    format!(
        "<div class=\"full-only\"><p class=\"small\">{}: {}</p>\n\
         <p class=\"small soft\"><code>{}</code> in {}{premises}{rate}{known}</p>\n{also}{saved}</div>\n",
        safe(&finding.statement_and_source()),
        safe(&finding.summary),
        safe(&finding.check),
        safe(&finding.areas.join(", ")),
    )
}

/// The requests that must come first, folded.
fn before(finding: &Finding, most: usize) -> String {
    if finding.before.is_empty() {
        return String::new();
    }
    let requests = joined(&finding.before, |earlier| request("Before", earlier, most.min(SHORT)));
    let count = u64::try_from(finding.before.len()).unwrap_or(u64::MAX);
    format!(
        "<details class=\"before\"><summary>Shows only after {}</summary>{requests}</details>\n",
        counted(count, "request")
    )
}

fn request(title: &str, request: &ShownRequest, most: usize) -> String {
    let records = u64::try_from(request.records).unwrap_or(u64::MAX);
    format!(
        "<section class=\"request\"><h4>{title}, {}</h4><p class=\"small mono\">{} {}</p>{}{}</section>\n",
        counted(records, "record"),
        safe(&request.method),
        safe(&request.url),
        headers(&request.headers),
        body(&request.body, most)
    )
}

fn response(finding: &Finding, most: usize) -> String {
    let Some(response) = &finding.response else {
        return "<section class=\"response\"><h4>Response</h4><p class=\"soft\">No response</p></section>\n"
            .to_owned();
    };
    format!(
        "<section class=\"response\"><h4>Response</h4><p class=\"small mono\">HTTP {} in {}</p>{}{}</section>\n",
        response.status,
        lasting(response.duration),
        headers(&response.headers),
        body(&response.body, most)
    )
}

fn headers(headers: &[(String, String)]) -> String {
    if headers.is_empty() {
        return String::new();
    }
    let lines = joined(headers.iter().take(60), |(name, value)| {
        format!("<dt>{}</dt><dd>{}</dd>", safe(cut(name, 200).0), safe(cut(value, 400).0))
    });
    let count = u64::try_from(headers.len()).unwrap_or(u64::MAX);
    format!(
        "<details class=\"headers\"><summary>{}</summary><dl class=\"pairs\">{lines}</dl></details>",
        counted(count, "header")
    )
}

fn body(text: &str, most: usize) -> String {
    if text.is_empty() {
        return "<p class=\"soft\">No body</p>".to_owned();
    }
    let (shown, left) = pretty(text, most);
    let left = if left > 0 {
        let left = grouped_count(left);
        format!("<p class=\"small soft\">{left} more bytes are in <code>report.json</code>.</p>")
    } else {
        String::new()
    };
    let lines = shown.lines().count();
    let shown = format!("<pre class=\"copy\">{}</pre>", safe(&shown));
    if lines > LINES {
        return format!(
            "<details><summary>Body, {} lines</summary>{shown}{left}</details>",
            grouped_count(lines)
        );
    }
    format!("{shown}{left}")
}
