//! The files beside the page: JSON read back, its schema, the archive, the summary, the terminal.

use serde_json::Value;
use tally_conformance::report::{
    Colour, Report, Telling, Terminal, Verdict, append_summary, from_json, to_har, to_json, to_summary,
};

use crate::samples;

fn all() -> Vec<Report> {
    let mut sharded = samples::report(3);
    sharded.shard = Some((2, 5));
    let mut unjudged = samples::report(0);
    unjudged.verdict = Verdict::Error("nothing listens".to_owned());
    vec![samples::report(0), samples::report(3), samples::report(300), sharded, unjudged]
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
fn what_is_no_report_is_refused_by_name() {
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
    let schema: Value = serde_json::from_str(include_str!("../../report.schema.json")).expect("it is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
    for report in all() {
        let value = to_json(&report);
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let mut wrong = to_json(&samples::report(1));
    wrong["findings"][0]["severity"] = "grave".into();
    assert!(!validator.is_valid(&wrong), "the schema refuses something");
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
    assert!(summary.contains("does not conform") && summary.contains(&report.again), "{summary}");
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

fn told(report: &Report, telling: Telling) -> String {
    let mut out = Vec::new();
    Terminal::new(&mut out, Colour::Never, telling, false).finish(report).expect("memory takes it");
    String::from_utf8(out).expect("it is text")
}

#[test]
fn lines_for_a_person_fit_in_80_columns() {
    for telling in [Telling::Quiet, Telling::Normal, Telling::Verbose] {
        let text = told(&samples::report(8), telling);
        // Commands are to be copied whole.
        let long = text
            .lines()
            .filter(|line| line.chars().count() > 80)
            .find(|line| !line.starts_with("  send it   ") && !line.starts_with("  again     "));
        assert_eq!(long, None);
        assert!(
            text.contains("showed 3 of 20 times") && text.contains("the vendor mends it in May"),
            "{text}"
        );
        assert!(text.contains("first finding after 7 requests") && text.contains("8 left out"), "{text}");
        assert_eq!(text.contains("field11/maximum/one-above"), telling == Telling::Verbose);
    }
}
