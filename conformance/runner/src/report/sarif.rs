//! `report.sarif`: the findings in the Static Analysis Results Interchange Format, SARIF 2.1.0.
//!
//! A rule is a statement of the contract, a result is a finding. A result lies at the finding's line of
//! `report.json`, which stands in the same folder: what is wrong is in no source file.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::escape::shortened;
use crate::outcome::{Finding, Report, Severity, ShownRequest, ShownResponse, Verdict};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The most characters of a body: services that show results take files of a few megabytes.
const BODY: usize = 8_000;

/// The report as SARIF 2.1.0. `report_json` is the text of `report.json`, whose lines the results name.
#[must_use]
pub fn to_sarif(report: &Report, report_json: &str) -> Value {
    let lines = finding_lines(report_json);
    let rules = rules(report);
    let results: Vec<Value> = report
        .findings
        .iter()
        .enumerate()
        .map(|(index, finding)| result(report, (finding, index), &rules, lines.get(index).copied()))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Tally",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "automationDetails": { "id": format!("tally/{}/", report.contract) },
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "contract": report.contract, "target": report.target, "seed": report.seed },
        }],
    })
}

/// The line, counted from 1, at which each finding begins in the pretty-printed report.
fn finding_lines(report_json: &str) -> Vec<usize> {
    let lines = report_json.lines().enumerate();
    let list = lines.skip_while(|(_, line)| !line.starts_with("  \"findings\": ["));
    let list = list.skip(1).take_while(|(_, line)| !line.starts_with("  ]"));
    list.filter(|(_, line)| *line == "    {").map(|(index, _)| index + 1).collect()
}

/// Each statement that a finding breaks, once, in the findings' order.
fn rules(report: &Report) -> Vec<Value> {
    let mut rules: Vec<Value> = Vec::new();
    for finding in &report.findings {
        if rules.iter().any(|rule| rule["id"] == finding.statement.as_str()) {
            continue;
        }
        rules.push(json!({
            "id": finding.statement,
            "shortDescription": { "text": text(&finding.summary) },
            "fullDescription": {
                "text": text(&format!("{}: {}", finding.statement_and_source(), finding.summary)),
            },
            "help": { "text": text(&format!(
                "{}.\nThe expected and the found values, the request and the response are in report.html.",
                finding.statement_and_source()
            )) },
            "properties": { "tags": [finding.provenance.as_str()] },
        }));
    }
    rules
}

fn result(
    report: &Report,
    (finding, index): (&Finding, usize),
    rules: &[Value],
    line: Option<usize>,
) -> Value {
    let rule = rules.iter().position(|rule| rule["id"] == finding.statement.as_str());
    let areas = finding.areas.iter().map(|area| json!({ "fullyQualifiedName": area, "kind": "resource" }));
    let mut result = json!({
        "ruleId": finding.statement,
        "ruleIndex": rule,
        "level": match finding.severity {
            Severity::Violation => "error",
            Severity::Warning => "warning",
        },
        "message": { "text": text(&finding.message) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": "report.json" },
                "region": { "startLine": line.unwrap_or(1) },
            },
            "logicalLocations": areas.collect::<Vec<_>>(),
        }],
        "partialFingerprints": {
            "tallyFinding/v1": format!(
                "{}/{}/{}/{}/{}",
                report.contract, finding.area, finding.check, finding.statement, finding.keyword
            ),
        },
        "webRequest": web_request(&finding.request),
        "webResponse": finding.response.as_ref().map_or_else(
            || json!({ "noResponseReceived": true }),
            web_response,
        ),
        "properties": { "check": finding.check, "premises": finding.premises, "curl": finding.curl(index) },
    });
    if let Some(difference) = &finding.difference {
        result["properties"]["expected"] = difference.expected.as_str().into();
        result["properties"]["found"] = difference.found.as_str().into();
    }
    if let Some(why) = &finding.known {
        result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": why }]);
    }
    result
}

fn web_request(request: &ShownRequest) -> Value {
    json!({
        "protocol": "HTTP",
        "version": "1.1",
        "target": request.url,
        "method": request.method,
        "headers": headers(&request.headers),
        "body": { "text": shortened(&request.body, BODY) },
    })
}

fn web_response(response: &ShownResponse) -> Value {
    json!({
        "protocol": "HTTP",
        "version": "1.1",
        "statusCode": response.status,
        "headers": headers(&response.headers),
        "body": { "text": shortened(&response.body, BODY) },
    })
}

fn headers(headers: &[(String, String)]) -> Map<String, Value> {
    headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect()
}

/// The run: when it began and ended, its exit code, and what a reader should know of it.
fn invocation(report: &Report) -> Value {
    let note = |level: &'static str| move |text: &str| json!({ "level": level, "message": { "text": text } });
    let notes = report.verdict.reason().into_iter().map(note("error"));
    let notes = notes.chain(report.stale.iter().map(String::as_str).map(note("error")));
    let notes = notes.chain(report.notes.iter().map(String::as_str).map(note("note")));
    json!({
        "commandLine": report.rerun,
        "startTimeUtc": report.started,
        "endTimeUtc": ended(report),
        "executionSuccessful": !matches!(report.verdict, Verdict::Error { .. }),
        "exitCode": report.verdict.exit_code(),
        "exitCodeDescription": report.title(),
        "toolExecutionNotifications": notes.collect::<Vec<_>>(),
    })
}

/// When the run ended, to the second.
fn ended(report: &Report) -> String {
    let started: Result<jiff::Timestamp, _> = report.started.parse();
    let length = Duration::from_secs(report.duration.as_secs());
    let ended = started.ok().and_then(|started| started.checked_add(length).ok());
    ended.map_or_else(|| report.started.clone(), |ended| ended.to_string())
}

/// The text, which must not be empty.
fn text(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}
