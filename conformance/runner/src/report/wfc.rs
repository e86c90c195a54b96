//! `wfc-report.json`: the run as the Web Fuzzing Commons describe one, for the viewers and comparisons that read it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::outcome::{AreaTally, Finding, Report};

/// The version of the schema that the report follows.
const SCHEMA: &str = "0.12.1";
/// Where the exchanges of a test case are.
const EXCHANGES: &str = "exchanges.har";
const WHOLE_RUN: &str = "report.json";

/// The report in the form of the Web Fuzzing Commons. A test case is an area's run, or the exchange behind a finding.
#[must_use]
pub fn to_wfc(report: &Report) -> Value {
    let exchanges: usize = report.findings.iter().map(|finding| finding.before.len() + 1).sum();
    let files: &[&str] = if report.findings.is_empty() { &[WHOLE_RUN] } else { &[WHOLE_RUN, EXCHANGES] };
    let areas = report
        .areas
        .iter()
        .map(|area| json!({ "id": of_area(&area.name), "filePath": WHOLE_RUN, "name": area.title }));
    let findings = report.findings.iter().enumerate().map(
        |(index, finding)| json!({ "id": of_finding(index), "filePath": EXCHANGES, "name": finding.check }),
    );
    let test_cases: Vec<Value> = areas.chain(findings).collect();
    json!({
        "schemaVersion": SCHEMA,
        "toolName": "Tally",
        "toolVersion": env!("CARGO_PKG_VERSION"),
        "creationTime": report.started,
        "faults": faults(report),
        "problemDetails": { "rest": {
            "outputHttpCalls": exchanges,
            "evaluatedHttpCalls": report.requests,
            "endpointIds": report.areas.iter().map(endpoint).collect::<Vec<_>>(),
            "coveredHttpStatus": report.areas.iter().map(|area| covered(report, area)).collect::<Vec<_>>(),
        } },
        "totalTests": test_cases.len(),
        "testFilePaths": files,
        "testCases": test_cases,
        "executionTimeInSeconds": report.duration.as_secs(),
        "extra": [{ "toolName": "Tally", "criteria": criteria(report) }],
        "warnings": warnings(report),
    })
}

fn of_area(name: &str) -> String {
    format!("{WHOLE_RUN}#{name}")
}

fn of_finding(index: usize) -> String {
    format!("{EXCHANGES}#{}", index + 1)
}

/// The area's operation: its verb and path; its name, if an older version wrote the report.
fn endpoint(area: &AreaTally) -> String {
    area.operation.as_ref().map_or_else(|| area.name.clone(), |operation| operation.replacen(' ', ":", 1))
}

/// Known failures are in it: they are faults, whoever accepts them.
fn faults(report: &Report) -> Value {
    let mut distinct = BTreeSet::new();
    let mut found = Vec::new();
    for (index, finding) in report.findings.iter().enumerate() {
        let (id, code) = category(finding);
        let context = format!("{}: {}", finding.statement_and_source(), finding.message);
        distinct.insert((code, context.clone()));
        for area in report.areas.iter().filter(|area| finding.areas.contains(&area.name)) {
            found.push(json!({
                "operationId": endpoint(area),
                "testCaseId": of_finding(index),
                "faultCategories": [{ "id": id, "code": code, "context": context }],
            }));
        }
    }
    json!({ "totalNumber": distinct.len(), "foundFaults": found })
}

/// The category of a finding: the commons' own if one fits, otherwise one of those left to tools.
fn category(finding: &Finding) -> (&'static str, u16) {
    let status = finding.response.as_ref().map(|response| response.status);
    match (finding.check.as_str(), &*finding.keyword, status) {
        (_, "5xx", Some(500)) => ("HTTP_STATUS_500", 100),
        (_, "5xx", Some(502..=599)) => ("HTTP_OTHER_STATUS_5XX", 121),
        ("response_has_documented_shape", ..) => ("SCHEMA_INVALID_RESPONSE", 200),
        (_, "tooFew" | "passed", _) => ("SCHEMA_VALIDATION_BYPASS", 206),
        (_, "tooMany" | "failed" | "refused", _) => ("SCHEMA_VALID_INPUT_REJECTED", 207),
        _ => ("TALLY_STATEMENT_BROKEN", 900),
    }
}

/// The statuses that an area answered.
fn covered(report: &Report, area: &AreaTally) -> Value {
    let answers = report.timings.iter().filter(|timing| timing.area == area.name);
    let statuses: BTreeSet<u16> = answers.map(|timing| timing.status).collect();
    json!({ "endpointId": endpoint(area), "testCaseId": of_area(&area.name), "httpStatus": statuses })
}

/// How much of the contract was exercised.
fn criteria(report: &Report) -> Value {
    let statements = report.coverage.iter().filter(|covered| covered.exercised > 0).count();
    let boundaries = report.boundaries.iter().filter(|boundary| boundary.exercised > 0).count();
    json!([
        { "name": "statements", "covered": statements, "total": report.coverage.len() },
        { "name": "boundary values", "covered": boundaries, "total": report.boundaries.len() },
    ])
}

fn warnings(report: &Report) -> Vec<Value> {
    let warning =
        |category: &'static str| move |message: &str| json!({ "message": message, "category": category });
    let reason = report.verdict.reason().into_iter().map(warning("inconclusive"));
    let stale = report.stale.iter().map(String::as_str).map(warning("known failures"));
    reason.chain(stale).chain(report.notes.iter().map(String::as_str).map(warning("note"))).collect()
}
