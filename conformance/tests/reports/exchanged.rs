//! What other tools read: SARIF and the report of the Web Fuzzing Commons.
//!
//! `.ci/ecosystem` holds the files that these tests leave against the published schemas.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use tally_conformance::outcome::{Report, Verdict};
use tally_conformance::report::Severity;

use crate::samples;

/// The file of that name, of reports of every kind; also left for other tools.
fn files(name: &str) -> Vec<(Report, Value, String)> {
    let mut inconclusive = samples::report(0);
    inconclusive.verdict = Verdict::inconclusive("nothing listens");
    inconclusive.stale = vec!["orders/counts_add_up/G1 is listed as a known failure, but passes".to_owned()];
    let reports = [samples::report(0), samples::report(3), samples::report(300), inconclusive];
    let written = reports.into_iter().enumerate().map(|(number, report)| {
        let files = report.files().expect("it can be written");
        let left = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exchanged").join(number.to_string());
        std::fs::create_dir_all(&left).expect("a folder can be made");
        std::fs::write(left.join(name), &files[name]).expect("it can be written");
        let value = serde_json::from_str(&files[name]).expect("it is JSON");
        (report, value, files["report.json"].clone())
    });
    written.collect()
}

#[test]
fn sarif_has_a_result_for_each_finding_and_a_rule_for_each_statement() {
    for (report, sarif, _) in files("report.sarif") {
        assert_eq!(sarif["version"], "2.1.0");
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().expect("a list");
        assert_eq!(results.len(), report.findings.len());
        let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
        let ids: BTreeSet<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
        assert_eq!(ids.len(), rules.len(), "each once");
        for (result, finding) in results.iter().zip(&report.findings) {
            assert_eq!(result["ruleId"], finding.statement.as_str());
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let level = if finding.severity == Severity::Violation { "error" } else { "warning" };
            assert_eq!(result["level"], level);
            assert_eq!(result["suppressions"].is_array(), finding.known.is_some(), "known failures");
            assert_eq!(result["webResponse"]["noResponseReceived"] == true, finding.response.is_none());
        }
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["exitCode"], report.verdict.exit_code());
        assert_eq!(invocation["executionSuccessful"], report.verdict.reason().is_none());
        assert_eq!(invocation["endTimeUtc"], "1970-01-01T00:00:08Z");
    }
}

#[test]
fn a_sarif_result_lies_at_its_finding_in_report_json() {
    for (report, sarif, json) in files("report.sarif") {
        let lines: Vec<&str> = json.lines().collect();
        let results = sarif["runs"][0]["results"].as_array().expect("a list");
        for (result, finding) in results.iter().zip(&report.findings) {
            let place = &result["locations"][0]["physicalLocation"];
            let line = place["region"]["startLine"].as_u64().expect("a line");
            let line = usize::try_from(line).expect("small");
            let check = format!("      \"check\": \"{}\",", finding.check);
            assert_eq!((lines[line - 1], lines[line]), ("    {", check.as_str()));
        }
    }
}

#[test]
fn the_commons_report_names_only_operations_and_test_cases_that_it_lists() {
    for (report, wfc, _) in files("wfc-report.json") {
        let rest = &wfc["problemDetails"]["rest"];
        let strings = |value: &Value| -> BTreeSet<String> {
            let list = value.as_array().expect("a list").iter();
            list.map(|one| one.as_str().expect("text").to_owned()).collect()
        };
        let operations = strings(&rest["endpointIds"]);
        let cases = wfc["testCases"].as_array().expect("a list");
        let ids: BTreeSet<&str> = cases.iter().filter_map(|case| case["id"].as_str()).collect();
        assert_eq!((ids.len(), wfc["totalTests"].as_u64()), (cases.len(), Some(cases.len() as u64)));
        let files = strings(&wfc["testFilePaths"]);
        assert!(cases.iter().all(|case| files.contains(case["filePath"].as_str().expect("text"))));
        let found = wfc["faults"]["foundFaults"].as_array().expect("a list");
        assert_eq!(found.is_empty(), report.findings.is_empty());
        for fault in found {
            assert!(operations.contains(fault["operationId"].as_str().expect("text")), "{fault}");
            assert!(ids.contains(fault["testCaseId"].as_str().expect("text")), "{fault}");
        }
        assert!(operations.contains("POST:/orders/upsert"), "{operations:?}");
        let covered = rest["coveredHttpStatus"].as_array().expect("a list");
        assert!(covered.iter().any(|one| one["httpStatus"] == serde_json::json!([200, 503])), "{covered:?}");
    }
}
