//! `report.json`.

use serde_json::{Map, Value, json};

use super::{
    AreaTally, Border, CheckTally, Coverage, Finding, Report, ShownRequest, ShownResponse, Timing, Verdict,
    as_value, curl,
};

/// The report as JSON.
#[must_use]
pub fn to_json(report: &Report) -> Value {
    let findings: Vec<_> =
        report.findings.iter().enumerate().map(|(index, found)| finding(found, index)).collect();
    let mut value = json!({
        "verdict": report.verdict.as_str(),
        "contract": report.contract,
        "target": report.target,
        "seed": report.seed,
        "profile": report.profile,
        "shard": report.shard.map(|(part, of)| json!({ "part": part, "of": of })),
        "strict": report.strict,
        "again": report.again,
        "started": report.started,
        "requests": report.requests,
        "records": report.records,
        "duration_s": report.duration.as_secs_f64(),
        "stale_known_failures": report.stale,
        "notes": report.notes,
        "areas": report.areas.iter().map(area).collect::<Vec<_>>(),
        "checks": report.checks.iter().map(check).collect::<Vec<_>>(),
        "findings": findings,
        "first_finding": report.first.map(|first| json!({
            "requests": first.requests,
            "after_s": first.after.as_secs_f64(),
        })),
        "coverage": report.coverage.iter().map(coverage).collect::<Vec<_>>(),
        "borders": report.borders.iter().map(border).collect::<Vec<_>>(),
        "timings": report.timings.iter().map(timing).collect::<Vec<_>>(),
    });
    if let Verdict::Error(reason) = &report.verdict {
        value["reason"] = reason.as_str().into();
    }
    value
}

fn area(area: &AreaTally) -> Value {
    json!({
        "name": area.name,
        "title": area.title,
        "sizes": area.sizes,
        "requests": area.requests,
        "records": area.records,
        "batches_with_repeated_keys": area.repeated_keys,
        "left_out": area.left_out,
    })
}

fn check(check: &CheckTally) -> Value {
    let mut value = json!({
        "id": check.id,
        "area": check.area,
        "statements": check.statements,
        "provenance": check.provenance.as_str(),
        "cases": check.cases,
        "violations": check.violations,
        "remarks": check.remarks,
    });
    if let Some(reason) = &check.skipped {
        value["skipped"] = reason.as_str().into();
    }
    value
}

fn finding(finding: &Finding, index: usize) -> Value {
    json!({
        "check": finding.check,
        "area": finding.area,
        "areas": finding.areas,
        "statement": finding.statement,
        "summary": finding.summary,
        "premises": finding.premises,
        "provenance": finding.provenance.as_str(),
        "severity": finding.severity.as_str(),
        "keyword": finding.keyword,
        "message": finding.message,
        "before": finding.before.iter().map(request).collect::<Vec<_>>(),
        "request": request(&finding.request),
        "response": finding.response.as_ref().map(response),
        "curl": curl(&finding.request, index),
        "rate": finding.rate.map(|rate| json!({ "shown": rate.shown, "tried": rate.tried })),
        "shrink_requests": finding.shrink_requests,
        "known": finding.known,
    })
}

fn border(border: &Border) -> Value {
    json!({
        "area": border.area,
        "border": border.id,
        "statements": border.statements,
        "exercised": border.exercised,
        "left_out": border.left_out,
    })
}

fn timing(timing: &Timing) -> Value {
    json!({
        "area": timing.area,
        "records": timing.records,
        "status": timing.status,
        "duration_s": timing.duration.as_secs_f64(),
    })
}

fn request(request: &ShownRequest) -> Value {
    json!({
        "method": request.method,
        "url": request.url,
        "headers": headers(&request.headers),
        "records": request.records,
        "body": as_value(&request.body),
        "body_text": text_if_lost(&request.body),
    })
}

fn response(response: &ShownResponse) -> Value {
    json!({
        "status": response.status,
        "headers": headers(&response.headers),
        "duration_s": response.duration.as_secs_f64(),
        "body": as_value(&response.body),
        "body_text": text_if_lost(&response.body),
    })
}

/// The text as it was, where it cannot be told from the JSON: it had spaces, `1e1`, a member given twice, or
/// was a JSON string, which looks like text that is no JSON.
fn text_if_lost(text: &str) -> Option<&str> {
    let is_kept = serde_json::from_str::<Value>(text).map_or(true, |value| {
        let again = value.to_string();
        !value.is_string() && again == text
    });
    (!is_kept).then_some(text)
}

fn headers(headers: &[(String, String)]) -> Value {
    let mut members = Map::new();
    for (name, value) in headers {
        // A header given twice is one with both values, as HTTP has it.
        let known = members.get(name).and_then(Value::as_str);
        let value = known.map_or_else(|| value.clone(), |known| format!("{known}, {value}"));
        members.insert(name.clone(), Value::String(value));
    }
    Value::Object(members)
}

fn coverage(coverage: &Coverage) -> Value {
    let mut value = json!({
        "statement": coverage.statement,
        "provenance": coverage.provenance.as_str(),
        "summary": coverage.summary,
        "exercised": coverage.exercised,
    });
    if let Some(reason) = &coverage.reason {
        value["reason"] = reason.as_str().into();
    }
    value
}
