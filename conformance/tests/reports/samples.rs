//! Reports as runs make them, with text as hostile as a target can send.

use std::time::Duration;

use tally_conformance::report::{
    AreaTally, Boundary, CheckTally, Coverage, Difference, EPOCH, Finding, First, Rate, Report, Severity,
    ShownRequest, ShownResponse, Timing, Verdict,
};
use tally_spec::model::Provenance;

/// Ends every context of HTML, Markdown and the shell, turns the direction of text and rings the bell.
pub(crate) const HOSTILE: &str =
    "</script></style></pre><img src=x onerror=alert(1)>\"'`&amp;\u{202e}\u{2066}\u{7}|";

pub(crate) const AREAS: [&str; 9] = [
    "orders",
    "orders/lines",
    "customers",
    "customers/notes",
    "invoices",
    "payments",
    "stock/levels",
    "events",
    "letters",
];

const CHECKS: [&str; 6] = [
    "response_has_documented_shape",
    "counts_add_up",
    "fail_count_matches_fates",
    "bad_record_fails_alone",
    "next_batch_size_is_limit",
    "media_type_is_documented",
];

/// A report with so many findings.
pub(crate) fn report(findings: usize) -> Report {
    let verdict = if findings == 0 { Verdict::Pass } else { Verdict::Fail };
    let mut checks = Vec::new();
    for area in AREAS {
        checks.extend(CHECKS.iter().enumerate().map(|(place, id)| check(area, id, place, findings)));
    }
    Report {
        contract: "made-up".to_owned(),
        target: "http://127.0.0.1:8080/base".to_owned(),
        verdict,
        seed: 42,
        profile: "standard".to_owned(),
        shard: None,
        strict: false,
        rerun: "tally conform --target http://127.0.0.1:8080/base --fixtures org.toml --seed 42".to_owned(),
        started: EPOCH.to_owned(),
        requests: 1412,
        records: 30_210,
        duration: Duration::from_millis(8_123),
        outage: None,
        areas: AREAS.iter().map(|name| area(name)).collect(),
        checks,
        findings: (0..findings).map(finding).collect(),
        first: (findings > 0).then(|| First {
            requests: 7,
            for_fixtures: 0,
            after: Duration::from_millis(212),
        }),
        coverage: (1..=60).map(coverage).collect(),
        boundaries: (0..80).map(boundary).collect(),
        timings: (0..1400).map(timing).collect(),
        written: std::collections::BTreeSet::new(),
        stale: Vec::new(),
        notes: vec!["orders: 3 batches repeat keys".to_owned()],
    }
}

fn area(name: &str) -> AreaTally {
    let is_left_out = name == "letters";
    AreaTally {
        name: name.to_owned(),
        title: name.to_owned(),
        operation: Some(format!("POST /{name}/upsert")),
        sizes: if is_left_out { Vec::new() } else { vec![0, 1, 2, 99, 100, 101, 200] },
        requests: if is_left_out { 0 } else { 176 },
        records: if is_left_out { 0 } else { 3_776 },
        left_out: if is_left_out {
            vec!["it sends mail; --allow-effects calls it".to_owned()]
        } else {
            Vec::new()
        },
        repeated_keys: 3,
    }
}

fn check(area: &str, id: &str, place: usize, findings: usize) -> CheckTally {
    let is_asked = area != "letters" && !(area == "events" && place == 4);
    CheckTally {
        id: id.to_owned(),
        area: area.to_owned(),
        statements: vec![format!("G{place}")],
        provenance: if place == 5 { Provenance::Assumed } else { Provenance::Stated },
        cases: if is_asked { 160 } else { 0 },
        violations: if findings > 0 && is_asked && place == 1 { 12 } else { 0 },
        warnings: if findings > 0 && is_asked && place == 5 { 160 } else { 0 },
        known: 0,
        skipped: None,
    }
}

/// The finding of that number: the first hostile, the third intermittent, some large.
pub(crate) fn finding(number: usize) -> Finding {
    let area = AREAS[number % 8];
    let message = match number {
        0 => format!("the answer says {HOSTILE}"),
        _ => {
            format!("the failures are 0 where {number} records must fail, and the entries name none of them")
        }
    };
    let records = if number % 5 == 3 { 101 } else { 1 };
    Finding {
        check: CHECKS[number % CHECKS.len()].to_owned(),
        area: area.to_owned(),
        areas: vec![area.to_owned()],
        statement: format!("S{number}"),
        source: number.is_multiple_of(2).then(|| "documented under Responses › Counts".to_owned()),
        summary: "The two counts add up to the records that were sent.".to_owned(),
        premises: vec![format!("S{number}"), "G3".to_owned()],
        provenance: if number % 3 == 1 { Provenance::Assumed } else { Provenance::Stated },
        severity: if number % 3 == 1 { Severity::Warning } else { Severity::Violation },
        keyword: "count".into(),
        difference: difference(number),
        message,
        before: if number == 2 { vec![request(1, "{\"records\":[]}")] } else { Vec::new() },
        request: request(records, &body(records, number)),
        response: (number % 7 != 6).then(|| response(number)),
        rate: (number == 2).then_some(Rate { shown: 3, tried: 20 }),
        shrink_requests: number as u64 % 60,
        known: (number == 4).then(|| "the vendor mends it in May".to_owned()),
        also: Vec::new(),
        saved_as: None,
        counterexample: None,
        assertions: Vec::new(),
        body_path: None,
    }
}

/// Every fourth finding has none; some are of one line, some of a whole entry.
fn difference(number: usize) -> Option<Difference> {
    match number % 4 {
        0 => Some(Difference::new(
            "{\n  \"reference\": \"A-1\",\n  \"day\": 1204675200000\n}",
            format!("{{\n  \"reference\": \"A-1\",\n  \"day\": \"{HOSTILE}\"\n}}"),
        )),
        1 => Some(Difference::new(format!("\"failed\": {number}"), "\"failed\": 0")),
        2 => Some(Difference::new("HTTP 200", "HTTP 503")),
        _ => None,
    }
}

fn body(records: usize, number: usize) -> String {
    let record = format!("{{\"id\":\"A-{number}\",\"score\":1e1,\"note\":\"Zürich 東京 🙂\"}}");
    format!("{{\"records\":[{}]}}", vec![record; records].join(","))
}

fn request(records: usize, body: &str) -> ShownRequest {
    ShownRequest {
        method: "POST".to_owned(),
        url: "http://127.0.0.1:8080/base/orders".to_owned(),
        headers: vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("Authorization".to_owned(), "Bearer $TALLY_TOKEN".to_owned()),
        ],
        body: body.to_owned(),
        raw: None,
        records,
    }
}

fn response(number: usize) -> ShownResponse {
    let body = match number {
        0 => HOSTILE.to_owned(),
        1 => "\"a JSON string\"".to_owned(),
        _ => "{\"status\":\"FAILED\", \"passed\":1,\"failed\":0,\"errors\":[],\"errors\":null}".to_owned(),
    };
    ShownResponse {
        status: if number == 1 { 500 } else { 200 },
        headers: vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())],
        body,
        duration: Duration::from_micros(3_217),
    }
}

fn coverage(number: u64) -> Coverage {
    let is_exercised = !number.is_multiple_of(9);
    Coverage {
        statement: format!("S{number}"),
        source: number.is_multiple_of(2).then(|| "shown under Responses › Counts".to_owned()),
        summary: "A record that breaks a rule fails, and the others of its batch pass.".to_owned(),
        provenance: Provenance::Shown,
        exercised: if is_exercised { number * 31 } else { 0 },
        reason: (!is_exercised).then(|| "no exchange of this run bears on it".to_owned()),
    }
}

fn boundary(number: usize) -> Boundary {
    let is_exercised = !number.is_multiple_of(11);
    Boundary {
        area: AREAS[number % 8].to_owned(),
        id: format!("field{number}/maximum/one-above"),
        statements: vec![format!("S{number}"), "G2".to_owned()],
        exercised: u64::from(is_exercised) * 2,
        left_out: (!is_exercised).then(|| "the profile is too small for it".to_owned()),
    }
}

fn timing(number: usize) -> Timing {
    let records = [0, 1, 1, 1, 2, 5, 17, 50, 99, 100, 101, 200][number % 12];
    let jitter = u64::try_from(number * 7919 % 1000).expect("it is small");
    let each = u64::try_from(records).expect("it is small") * 31;
    Timing {
        area: AREAS[number % 8].to_owned(),
        records,
        status: if number.is_multiple_of(97) { 503 } else { 200 },
        duration: Duration::from_micros(400 + each + jitter * jitter / 700),
    }
}
