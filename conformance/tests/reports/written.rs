//! The files next to the page: JSON and its schema, the archive, the summary; and the terminal.

use std::time::Duration;

use serde_json::{Value, json};
use tally_conformance::outcome::{
    AreaDone, Observer as _, Outage, Report, Shard, Verdict, from_json, json_schema, to_json,
};
use tally_conformance::report::{Colour, Terminal, Verbosity, append_summary, to_har, to_summary};

use crate::samples;

/// Reports of `report.json`'s first version: runs of a clean mock and of faults (with findings that have requests
/// before them, a rate, no response), known failures, merged shards, a target that did not answer. Their long
/// lists are cut short.
const GOLDEN: [(&str, &str); 7] = [
    ("clean", include_str!("golden/clean.json")),
    ("faulty", include_str!("golden/faulty.json")),
    ("known", include_str!("golden/known.json")),
    ("merged", include_str!("golden/merged.json")),
    ("sequence", include_str!("golden/sequence.json")),
    ("unanswered", include_str!("golden/unanswered.json")),
    ("inconclusive", include_str!("golden/inconclusive.json")),
];

fn golden() -> Vec<(&'static str, Value)> {
    GOLDEN.map(|(name, text)| (name, serde_json::from_str(text).expect("it is JSON"))).to_vec()
}

fn all() -> Vec<Report> {
    let mut sharded = samples::report(3);
    sharded.shard = Some(Shard { part: 2, of: 5 });
    let mut inconclusive = samples::report(0);
    inconclusive.verdict = Verdict::inconclusive("nothing listens");
    let mut away = samples::report(3);
    away.outage = Some(outage());
    away.verdict = Verdict::inconclusive(outage().reason());
    vec![samples::report(0), samples::report(3), samples::report(300), sharded, inconclusive, away]
}

fn outage() -> Outage {
    Outage {
        request: 412,
        after: Duration::from_millis(37_250),
        at: Some("2026-01-02T03:04:05Z".to_owned()),
        area: "orders".to_owned(),
        status: Some(401),
        answer: "HTTP 401 (EXPIRED)".to_owned(),
        why: String::new(),
        taken_back: 1,
    }
}

#[test]
fn an_outage_is_told_in_every_form() {
    let mut report = samples::report(1);
    report.outage = Some(outage());
    report.verdict = Verdict::inconclusive(outage().reason());
    let terminal = printed(&report, Verbosity::Normal);
    let junit = tally_conformance::report::to_junit(&report).expect("memory can be written");
    let forms = [terminal, tally_conformance::report::to_html(&report), junit, to_summary(&report)];
    for form in &forms {
        // Lines are wrapped somewhere.
        let words = form.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in ["request 412 (orders, 37.2 s into the run", "2026", "HTTP 401", "was taken back"] {
            assert!(words.contains(said), "{said}: {form}");
        }
    }
    assert_eq!(to_json(&report)["outage"]["request"], 412);
    assert_eq!(to_json(&samples::report(0))["outage"], Value::Null);
}

#[test]
fn reports_keep_every_member_of_the_first_version() {
    for (name, wanted) in golden() {
        let report = from_json(wanted.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let written = to_json(&report);
        assert_eq!(written, wanted, "{name}");
        // `reason` and `curl` moved; to a reader of JSON, an object's members have no order.
        assert_eq!(members(&written), members(&wanted), "{name}: the order of members");
        let finding = |value: &Value| value["findings"].get(0).cloned().unwrap_or_else(|| json!({}));
        assert_eq!(members(&finding(&written)), members(&finding(&wanted)), "{name}: a finding's members");
    }
}

/// Makes a report invalid.
type Spoil = fn(&mut Value);

/// The names of an object's members in order, without those that moved.
fn members(value: &Value) -> Vec<&str> {
    let members = value.as_object().expect("an object").keys().map(String::as_str);
    members.filter(|name| !matches!(*name, "reason" | "curl")).collect()
}

#[test]
fn the_published_schema_is_the_one_that_the_types_have() {
    let published: Value =
        serde_json::from_str(include_str!("../../report.schema.json")).expect("it is JSON");
    assert!(
        published == json_schema(),
        "conformance/report.schema.json is stale: run\n  \
         cargo run -p tally-runner --example report-schema > conformance/report.schema.json"
    );
}

#[test]
fn a_report_read_back_is_the_same() {
    for report in all() {
        let text = to_json(&report).to_string();
        let read = from_json(serde_json::from_str(&text).expect("it is JSON")).expect("it is a report");
        assert_eq!(read, report);
        assert_eq!(to_json(&read), to_json(&report));
    }
}

#[test]
fn a_value_that_is_not_a_report_is_refused_by_name() {
    let mut value = to_json(&samples::report(0));
    value.as_object_mut().expect("an object").remove("seed");
    let message = from_json(value).expect_err("the seed is missing").to_string();
    assert!(message.contains("seed"), "{message}");
    let mut value = to_json(&samples::report(0));
    value["duration_s"] = (-1).into();
    assert!(from_json(value).is_err());
}

#[test]
fn reports_are_valid_by_the_published_schema() {
    let validator = jsonschema::draft202012::new(&json_schema()).expect("it is a schema");
    let reports =
        all().iter().map(to_json).chain(golden().into_iter().map(|(_, value)| value)).collect::<Vec<_>>();
    for value in &reports {
        let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let spoilt: [(&str, Spoil); 6] = [
        ("an unknown severity", |report| report["findings"][0]["severity"] = "grave".into()),
        ("an unknown member", |report| report["more"] = 1.into()),
        ("an unknown member of a finding", |report| report["findings"][0]["more"] = 1.into()),
        ("an unknown member of a request", |report| report["findings"][0]["request"]["more"] = 1.into()),
        ("a finding without a rate", |report| {
            report["findings"][0].as_object_mut().expect("an object").shift_remove("rate");
        }),
        ("an error without a reason", |report| report["verdict"] = "error".into()),
    ];
    for (what, spoil) in spoilt {
        let mut value = to_json(&samples::report(1));
        assert!(validator.is_valid(&value));
        spoil(&mut value);
        assert!(!validator.is_valid(&value), "{what} is accepted");
    }
}

#[test]
fn the_archive_holds_each_exchange_behind_a_finding() {
    let report = samples::report(10);
    let har = to_har(&report);
    assert_eq!(har["log"]["version"], "1.2");
    let entries = har["log"]["entries"].as_array().expect("a list");
    assert_eq!(entries.len(), 10);
    for (entry, finding) in entries.iter().zip(&report.findings) {
        assert_eq!(entry["request"]["postData"]["text"], finding.request.body.as_str());
        assert_eq!(entry["startedDateTime"], report.started.as_str());
        for member in ["httpVersion", "cookies", "headers", "headersSize", "bodySize"] {
            assert!(!entry["request"][member].is_null() && !entry["response"][member].is_null(), "{member}");
        }
        let status = finding.response.as_ref().map_or(0, |answer| answer.status);
        assert_eq!(entry["response"]["status"], status);
    }
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("exchanges.har");
    std::fs::write(path, har.to_string()).expect("it can be written");
}

#[test]
fn the_summary_tells_areas_findings_and_how_to_go_on() {
    let report = samples::report(300);
    let summary = to_summary(&report);
    assert!(summary.contains("does not conform") && summary.contains(&report.rerun), "{summary}");
    assert_eq!(summary.matches("<details>").count(), 10);
    assert_eq!(summary.matches("</details>").count(), 10);
    assert!(summary.contains("290 more"), "{summary}");
    assert!(summary.len() < 100_000, "CI services take a megabyte");
    let page: Vec<&str> = summary.lines().filter(|line| line.contains("<img")).collect();
    assert!(page.is_empty(), "{page:?}");
}

#[test]
fn a_summary_is_added_to_what_is_there() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("step-summary.md");
    std::fs::write(&path, "before\n").expect("it can be written");
    append_summary(&path, &samples::report(0)).expect("it can be added");
    let text = std::fs::read_to_string(&path).expect("it is there");
    assert!(text.starts_with("before\n## made-up"), "{text}");
}

fn printed(report: &Report, verbosity: Verbosity) -> String {
    let mut out = Vec::new();
    let terminal = Terminal::new(&mut out, Colour::Never, verbosity, false);
    for area in &report.areas {
        let checks: Vec<_> = report.checks.iter().filter(|check| check.area == area.name).cloned().collect();
        let boundaries: Vec<_> =
            report.boundaries.iter().filter(|boundary| boundary.area == area.name).cloned().collect();
        let timings: Vec<_> =
            report.timings.iter().filter(|timing| timing.area == area.name).cloned().collect();
        terminal.area_done(&AreaDone { area, checks: &checks, boundaries: &boundaries, timings: &timings });
    }
    terminal.finish(report).expect("memory takes it");
    String::from_utf8(out).expect("it is text")
}

#[test]
fn lines_for_a_person_fit_in_80_columns() {
    for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Checks, Verbosity::Verbose] {
        let text = printed(&samples::report(8), verbosity);
        // Commands are to be copied whole.
        let long = text.lines().filter(|line| line.chars().count() > 80).find(|line| {
            !["  curl      ", "  rerun     ", "  saved as  ", "    pattern = "]
                .iter()
                .any(|start| line.starts_with(start))
        });
        assert_eq!(long, None);
        assert!(
            text.contains("intermittent: 3 of 20 times") && text.contains("the vendor mends it in May"),
            "{text}"
        );
        assert!(
            text.contains("first finding after 7 requests")
                && text.contains("boundary values covered: 72/80"),
            "{text}"
        );
        assert_eq!(text.contains("field11/maximum/one-above"), verbosity == Verbosity::Verbose);
    }
}

#[test]
fn a_clean_run_over_nine_areas_is_told_in_forty_lines() {
    let mut report = samples::report(0);
    report.seed = 999_999_999;
    report.records = 1_161_112;
    let text = printed(&report, Verbosity::Normal);
    assert!(text.lines().count() <= 40, "{text}");
    for area in &report.areas {
        assert_eq!(
            text.lines().filter(|line| line.starts_with(&format!("{} ", area.name))).count(),
            1,
            "{text}"
        );
    }
    assert!(text.contains("1,412 requests") && text.contains("1,161,112 records"), "{text}");
    let checks = printed(&report, Verbosity::Checks);
    assert_eq!(checks.matches("  counts_add_up ").count(), report.areas.len(), "{checks}");
    assert!(!text.contains("counts_add_up"), "{text}");
}
