//! The findings, request and response side by side.

use super::text::{counted, cut, joined, pretty, safe};
use crate::outcome::{Finding, Report, Severity, ShownRequest};

/// The most findings shown; further ones are in `report.json`.
const MOST: usize = 400;
/// The findings whose bodies are shown at length.
const AT_LENGTH: usize = 60;
/// The most bytes shown of a body: of the first findings, and of the others.
const LONG: usize = 12_000;
const SHORT: usize = 1_200;
/// From this many findings on, a list precedes them.
const INDEXED: usize = 8;
/// A body with more lines is folded.
const LINES: usize = 24;

pub(super) fn section(report: &Report) -> String {
    let findings = &report.findings;
    if findings.is_empty() {
        return "<p>No findings</p>".to_owned();
    }
    let shown = joined(findings.iter().take(MOST).enumerate(), |(index, finding)| {
        article(finding, index, if index < AT_LENGTH { LONG } else { SHORT })
    });
    let rest = if findings.len() > MOST {
        format!("<p>{} more findings are in <code>report.json</code>.</p>", findings.len() - MOST)
    } else {
        String::new()
    };
    let total = u64::try_from(findings.len()).unwrap_or(u64::MAX);
    let shortened = if findings.len() > AT_LENGTH {
        format!(". Bodies are shown up to {LONG} bytes for the first {AT_LENGTH}, then up to {SHORT}.")
    } else {
        String::new()
    };
    let index = index(findings);
    format!("<p class=\"soft\">{}{shortened}</p>\n{index}{shown}{rest}", counted(total, "finding"))
}

/// A folded list of links to the findings, if there are too many to be seen at once.
fn index(findings: &[Finding]) -> String {
    if findings.len() < INDEXED {
        return String::new();
    }
    let items = joined(findings.iter().take(MOST).enumerate(), |(index, found)| {
        format!(
            "<li><a href=\"#finding-{}\">{} {}</a> {}</li>\n",
            index + 1,
            found.severity.as_str(),
            safe(&found.statement),
            safe(cut(&found.message, 120).0)
        )
    });
    format!("<details><summary>List of findings</summary><ul class=\"small\">{items}</ul></details>\n")
}

fn article(finding: &Finding, index: usize, most: usize) -> String {
    let (tone, sign) = match (finding.known.is_some(), finding.severity) {
        (true, _) => ("none", "○ known"),
        (false, Severity::Violation) => ("bad", "✗"),
        (false, Severity::Warning) => ("warn", "!"),
    };
    format!(
        "<article class=\"{tone}\" id=\"finding-{number}\" aria-labelledby=\"finding-{number}-title\">\n<header>\
         <h3 id=\"finding-{number}-title\"><span class=\"tag\">{sign} {severity} {statement}</span> {message}</h3>\n\
         <p class=\"small\">{source}: {summary}</p>\n\
         <p class=\"small soft\"><code>{check}</code> in {areas}{premises}{rate}{known}</p></header>\n\
         {before}<div class=\"sides\">\n{request}{response}</div>\n\
         <h4>curl</h4><pre class=\"copy\">{curl}</pre>\n</article>\n",
        number = index + 1,
        severity = finding.severity.as_str(),
        statement = safe(&finding.statement),
        message = safe(cut(&finding.message, 1_000).0),
        source = safe(&finding.statement_and_source()),
        summary = safe(&finding.summary),
        check = safe(&finding.check),
        areas = safe(&finding.areas.join(", ")),
        premises = premises(finding),
        rate = finding.rate.map_or_else(String::new, |rate| {
            format!(" · intermittent: {} of {} times", rate.shown, rate.tried)
        }),
        known = finding.known.as_ref().map_or_else(String::new, |why| format!(" · known: {}", safe(why))),
        before = before(finding, most),
        request = request("Request", &finding.request, most),
        response = response(finding, most),
        curl = safe(&finding.curl(index)),
    )
}

fn premises(finding: &Finding) -> String {
    if finding.premises.len() < 2 {
        return String::new();
    }
    format!(" · depends on {}", safe(&finding.premises.join(", ")))
}

/// The requests that must come first, folded.
fn before(finding: &Finding, most: usize) -> String {
    if finding.before.is_empty() {
        return String::new();
    }
    let requests = joined(&finding.before, |earlier| request("Before", earlier, most.min(SHORT)));
    let count = u64::try_from(finding.before.len()).unwrap_or(u64::MAX);
    format!(
        "<details><summary>Shows only after {}</summary>{requests}</details>\n",
        counted(count, "request")
    )
}

fn request(title: &str, request: &ShownRequest, most: usize) -> String {
    let records = u64::try_from(request.records).unwrap_or(u64::MAX);
    format!(
        "<section><h4>{title}, {}</h4><p class=\"small mono\">{} {}</p>{}{}</section>\n",
        counted(records, "record"),
        safe(&request.method),
        safe(&request.url),
        headers(&request.headers),
        body(&request.body, most)
    )
}

fn response(finding: &Finding, most: usize) -> String {
    let Some(response) = &finding.response else {
        return "<section><h4>Response</h4><p class=\"soft\">No response</p></section>\n".to_owned();
    };
    format!(
        "<section><h4>Response</h4><p class=\"small mono\">HTTP {} in {:.0} ms</p>{}{}</section>\n",
        response.status,
        response.duration.as_secs_f64() * 1000.0,
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
        "<details><summary>{}</summary><dl class=\"pairs\">{lines}</dl></details>",
        counted(count, "header")
    )
}

fn body(text: &str, most: usize) -> String {
    if text.is_empty() {
        return "<p class=\"soft\">No body</p>".to_owned();
    }
    let printed = pretty(text);
    let (shown, left) = cut(&printed, most);
    let left = if left > 0 {
        format!("<p class=\"small soft\">{left} more bytes are in <code>report.json</code>.</p>")
    } else {
        String::new()
    };
    let lines = shown.lines().count();
    let shown = format!("<pre>{}</pre>", safe(shown));
    if lines > LINES {
        return format!("<details><summary>Body, {lines} lines</summary>{shown}{left}</details>");
    }
    format!("{shown}{left}")
}
