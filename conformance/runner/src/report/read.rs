//! `report.json`, read back.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};
use tally_spec::model::Provenance;

use super::{
    AreaTally, Border, CheckTally, Coverage, Finding, First, Rate, Report, Severity, ShownRequest,
    ShownResponse, Timing, Verdict,
};

/// Why a text is no report.
#[derive(Debug)]
pub struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "it is no report.json: {}", self.0)
    }
}

impl std::error::Error for Unreadable {}

/// The report that `report.json` holds. Written again it is the same.
///
/// # Errors
///
/// Where the value is none that [`super::to_json`] makes: a member is missing or of another type.
pub fn from_json(value: Value) -> Result<Report, Unreadable> {
    let whole = Whole::deserialize(value).map_err(|error| Unreadable(error.to_string()))?;
    let verdict = match (whole.verdict.as_str(), whole.reason) {
        ("pass", _) => Verdict::Pass,
        ("fail", _) => Verdict::Fail,
        ("error", reason) => Verdict::Error(reason.unwrap_or_default()),
        (other, _) => return Err(Unreadable(format!("its verdict is {other:?}"))),
    };
    Ok(Report {
        contract: whole.contract,
        target: whole.target,
        verdict,
        seed: whole.seed,
        profile: whole.profile,
        shard: whole.shard.map(|shard| (shard.part, shard.of)),
        strict: whole.strict,
        again: whole.again,
        started: whole.started,
        requests: whole.requests,
        records: whole.records,
        duration: seconds(whole.duration_s)?,
        areas: whole.areas.into_iter().map(area).collect(),
        checks: whole.checks.into_iter().map(check).collect(),
        findings: whole.findings.into_iter().map(finding).collect::<Result<_, _>>()?,
        first: whole.first_finding.as_ref().map(first).transpose()?,
        coverage: whole.coverage.into_iter().map(coverage).collect(),
        borders: whole.borders.into_iter().map(border).collect(),
        timings: whole.timings.into_iter().map(timing).collect::<Result<_, _>>()?,
        // What was written, and what makes findings again, have files of their own.
        written: std::collections::BTreeSet::new(),
        stale: whole.stale_known_failures,
        notes: whole.notes,
    })
}

#[derive(Deserialize)]
struct Whole {
    verdict: String,
    reason: Option<String>,
    contract: String,
    target: String,
    seed: u64,
    profile: String,
    shard: Option<Shard>,
    strict: bool,
    again: String,
    started: String,
    requests: u64,
    records: u64,
    duration_s: f64,
    stale_known_failures: Vec<String>,
    notes: Vec<String>,
    areas: Vec<Area>,
    checks: Vec<Check>,
    findings: Vec<Found>,
    first_finding: Option<FirstFinding>,
    coverage: Vec<Covered>,
    borders: Vec<Stood>,
    timings: Vec<Timed>,
}

#[derive(Deserialize)]
struct Shard {
    part: u32,
    of: u32,
}

#[derive(Deserialize)]
struct FirstFinding {
    requests: u64,
    after_s: f64,
}

#[derive(Deserialize)]
struct Area {
    name: String,
    title: String,
    sizes: Vec<usize>,
    requests: u64,
    records: u64,
    batches_with_repeated_keys: u64,
    left_out: Vec<String>,
}

#[derive(Deserialize)]
struct Check {
    id: String,
    area: String,
    statements: Vec<String>,
    provenance: Provenance,
    cases: u64,
    violations: u64,
    remarks: u64,
    skipped: Option<String>,
}

#[derive(Deserialize)]
struct Found {
    check: String,
    area: String,
    areas: Vec<String>,
    statement: String,
    summary: String,
    premises: Vec<String>,
    provenance: Provenance,
    severity: String,
    keyword: String,
    message: String,
    before: Vec<Sent>,
    request: Sent,
    response: Option<Answered>,
    rate: Option<HowOften>,
    shrink_requests: u64,
    known: Option<String>,
}

#[derive(Deserialize)]
struct HowOften {
    shown: u32,
    tried: u32,
}

#[derive(Deserialize)]
struct Sent {
    method: String,
    url: String,
    headers: Map<String, Value>,
    records: usize,
    body: Value,
    body_text: Option<String>,
}

#[derive(Deserialize)]
struct Answered {
    status: u16,
    headers: Map<String, Value>,
    duration_s: f64,
    body: Value,
    body_text: Option<String>,
}

#[derive(Deserialize)]
struct Covered {
    statement: String,
    provenance: Provenance,
    summary: String,
    exercised: u64,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Stood {
    area: String,
    border: String,
    statements: Vec<String>,
    exercised: u64,
    left_out: Option<String>,
}

#[derive(Deserialize)]
struct Timed {
    area: String,
    records: usize,
    status: u16,
    duration_s: f64,
}

fn seconds(seconds: f64) -> Result<Duration, Unreadable> {
    Duration::try_from_secs_f64(seconds).map_err(|error| Unreadable(format!("{seconds} s: {error}")))
}

fn first(first: &FirstFinding) -> Result<First, Unreadable> {
    Ok(First { requests: first.requests, after: seconds(first.after_s)? })
}

fn area(area: Area) -> AreaTally {
    AreaTally {
        name: area.name,
        title: area.title,
        sizes: area.sizes,
        requests: area.requests,
        records: area.records,
        left_out: area.left_out,
        repeated_keys: area.batches_with_repeated_keys,
    }
}

fn check(check: Check) -> CheckTally {
    CheckTally {
        id: check.id,
        area: check.area,
        statements: check.statements,
        provenance: check.provenance,
        cases: check.cases,
        violations: check.violations,
        remarks: check.remarks,
        skipped: check.skipped,
    }
}

fn finding(found: Found) -> Result<Finding, Unreadable> {
    let severity = match found.severity.as_str() {
        "violation" => Severity::Violation,
        "remark" => Severity::Remark,
        other => return Err(Unreadable(format!("a finding's severity is {other:?}"))),
    };
    Ok(Finding {
        check: found.check,
        area: found.area,
        areas: found.areas,
        statement: found.statement,
        summary: found.summary,
        premises: found.premises,
        provenance: found.provenance,
        severity,
        keyword: found.keyword.into(),
        message: found.message,
        before: found.before.into_iter().map(sent).collect(),
        request: sent(found.request),
        response: found.response.map(answered).transpose()?,
        rate: found.rate.map(|rate| Rate { shown: rate.shown, tried: rate.tried }),
        shrink_requests: found.shrink_requests,
        known: found.known,
        regression: None,
    })
}

fn sent(sent: Sent) -> ShownRequest {
    ShownRequest {
        method: sent.method,
        url: sent.url,
        headers: headers(sent.headers),
        body: body(sent.body, sent.body_text),
        records: sent.records,
    }
}

fn answered(answered: Answered) -> Result<ShownResponse, Unreadable> {
    Ok(ShownResponse {
        status: answered.status,
        headers: headers(answered.headers),
        body: body(answered.body, answered.body_text),
        duration: seconds(answered.duration_s)?,
    })
}

fn headers(headers: Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    headers.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// The body's text: the one that was kept beside its JSON, else a text that is no JSON, else the JSON.
fn body(value: Value, text: Option<String>) -> String {
    match (text, value) {
        (Some(text), _) | (None, Value::String(text)) => text,
        (None, value) => value.to_string(),
    }
}

fn coverage(covered: Covered) -> Coverage {
    Coverage {
        statement: covered.statement,
        summary: covered.summary,
        provenance: covered.provenance,
        exercised: covered.exercised,
        reason: covered.reason,
    }
}

fn border(stood: Stood) -> Border {
    Border {
        area: stood.area,
        id: stood.border,
        statements: stood.statements,
        exercised: stood.exercised,
        left_out: stood.left_out,
    }
}

fn timing(timed: Timed) -> Result<Timing, Unreadable> {
    Ok(Timing {
        area: timed.area,
        records: timed.records,
        status: timed.status,
        duration: seconds(timed.duration_s)?,
    })
}
