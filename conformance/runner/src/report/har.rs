//! `exchanges.har`: the exchanges behind findings, as HTTP Archive 1.2, for the tools that read it.

use serde_json::{Value, json};

use crate::outcome::{Finding, Report, ShownRequest, ShownResponse};

/// The exchanges behind findings. Each is dated with the run's start, since its own time is not recorded.
#[must_use]
pub fn to_har(report: &Report) -> Value {
    let entries: Vec<Value> = report
        .findings
        .iter()
        .enumerate()
        .map(|(index, finding)| entry(finding, index, &report.started))
        .collect();
    json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "tally", "version": env!("CARGO_PKG_VERSION") },
            "comment": format!("Exchanges behind the findings of seed {}", report.seed),
            "entries": entries,
        }
    })
}

fn entry(finding: &Finding, index: usize, started: &str) -> Value {
    let time = finding.response.as_ref().map_or(0.0, |answer| answer.duration.as_secs_f64() * 1000.0);
    json!({
        "startedDateTime": started,
        "time": time,
        "request": request(&finding.request),
        "response": finding.response.as_ref().map_or_else(no_response, response),
        "cache": {},
        // The runner times an answer as a whole; HAR wants 0 for phases that are not measured.
        "timings": { "send": 0, "wait": time, "receive": 0 },
        "comment": format!(
            "finding {}: {} {} in {}: {}",
            index + 1, finding.severity.as_str(), finding.statement, finding.area, finding.message
        ),
    })
}

fn request(request: &ShownRequest) -> Value {
    let media_type = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let mut value = json!({
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": query(&request.url),
        "headersSize": -1,
        "bodySize": request.body.len(),
    });
    if !request.body.is_empty() {
        value["postData"] = json!({
            "mimeType": media_type.map_or("", |(_, value)| value.as_str()),
            "text": request.body,
        });
    }
    value
}

fn response(response: &ShownResponse) -> Value {
    let header = |wanted: &str| {
        let found = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map_or("", |(_, value)| value.as_str())
    };
    json!({
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&response.headers),
        "content": {
            "size": response.body.len(),
            "mimeType": header("content-type"),
            "text": response.body,
        },
        "redirectURL": header("location"),
        "headersSize": -1,
        "bodySize": response.body.len(),
    })
}

/// A response that never came: status 0, as browsers write it.
fn no_response() -> Value {
    json!({
        "status": 0, "statusText": "no answer", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
        "content": { "size": 0, "mimeType": "" }, "redirectURL": "", "headersSize": -1, "bodySize": -1,
    })
}

fn headers(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn query(url: &str) -> Vec<Value> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({ "name": name, "value": value })
        })
        .collect()
}
