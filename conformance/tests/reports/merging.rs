//! Reports of shards made one.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use tally_conformance::outcome::{
    Finding, First, Report, Severity, Shard, Verdict, join_causes, merge, to_json,
};

use crate::samples;

fn shard(part: u32, of: u32, findings: usize) -> Report {
    let mut report = samples::report(findings);
    report.shard = Some(Shard { part, of });
    report.rerun = format!("tally conform --shard {part}/{of} --seed 42");
    report
}

#[test]
fn counts_are_added_and_one_cause_is_one_finding() {
    let mut second = shard(2, 2, 3);
    second.findings[1].areas = vec!["events".to_owned()];
    second.first = Some(First { requests: 2, for_fixtures: 0, after: Duration::from_millis(9) });
    second.duration = Duration::from_mins(1);
    let one = shard(1, 2, 2);
    let whole = merge(vec![second.clone(), one.clone()], false).expect("they belong together");
    assert_eq!(whole.requests, 2 * one.requests);
    assert_eq!(whole.areas[0].requests, 2 * one.areas[0].requests);
    assert_eq!(whole.checks[1].violations, 24);
    assert_eq!(whole.coverage[0].exercised, 2 * one.coverage[0].exercised);
    assert_eq!(whole.timings.len(), 2 * one.timings.len());
    assert_eq!(whole.findings.len(), 3);
    let shared = whole.findings.iter().find(|found| found.statement == "S1").expect("it is there");
    assert_eq!(shared.areas, ["orders/lines", "events"]);
    assert_eq!((whole.first, whole.duration, whole.shard), (second.first, second.duration, None));
    assert_eq!(whole.rerun, "tally conform --seed 42");
    assert_eq!(whole.verdict, Verdict::Fail);
}

#[test]
fn what_one_shard_exercised_is_not_left_out_of_the_whole() {
    let mut second = shard(2, 2, 0);
    second.coverage[8].exercised = 1;
    second.coverage[8].reason = None;
    second.boundaries[0].exercised = 1;
    second.boundaries[0].left_out = None;
    let whole = merge(vec![shard(1, 2, 0), second], false).expect("they belong together");
    assert_eq!((whole.coverage[8].exercised, &whole.coverage[8].reason), (1, &None));
    assert_eq!((whole.boundaries[0].exercised, &whole.boundaries[0].left_out), (1, &None));
}

#[test]
fn the_verdict_is_the_worst() {
    let mut unjudged = shard(2, 2, 0);
    unjudged.verdict = Verdict::inconclusive("nothing listens");
    let whole = merge(vec![shard(1, 2, 1), unjudged.clone()], false).expect("they belong together");
    assert_eq!(whole.verdict, unjudged.verdict);
    let whole = merge(vec![shard(1, 2, 0), shard(2, 2, 0)], false).expect("they belong together");
    assert_eq!(whole.verdict, Verdict::Pass);
}

fn refused(reports: Vec<Report>, wanted: &str) {
    let message = merge(reports, false).expect_err("they do not belong together").to_string();
    assert!(message.contains(wanted), "{message}");
}

#[test]
fn reports_that_do_not_belong_together_are_refused() {
    refused(Vec::new(), "no report");
    refused(vec![samples::report(0)], "not from a --shard run");
    refused(vec![shard(1, 3, 0), shard(3, 3, 0)], "shard 2 is missing");
    refused(vec![shard(1, 2, 0), shard(1, 2, 0)], "shard 1 of 2 is given twice");
    refused(vec![shard(1, 2, 0), shard(2, 3, 0)], "number of shards: 2 and 3");
    refused(vec![shard(3, 2, 0)], "no shard 3 of 2");
    refused(vec![shard(1, 2, 0), Report { seed: 7, ..shard(2, 2, 0) }], "seed: 42 and 7");
    for other in ["x", "http://127.0.0.1:8080/other", "http://10.0.0.1:8080/base"] {
        refused(vec![shard(1, 2, 0), Report { target: other.to_owned(), ..shard(2, 2, 0) }], "target");
    }
    refused(vec![shard(1, 2, 0), Report { contract: "x".to_owned(), ..shard(2, 2, 0) }], "contract");
    refused(vec![shard(1, 2, 0), Report { strict: true, ..shard(2, 2, 0) }], "strictness");
}

#[test]
fn each_shard_may_have_a_mock_with_a_port_of_its_own() {
    let second = Report { target: "http://127.0.0.1:8081/base".to_owned(), ..shard(2, 2, 0) };
    merge(vec![shard(1, 2, 0), second], false).expect("they belong together");
}

#[test]
fn a_missing_shard_may_be_allowed_and_is_noted() {
    let whole = merge(vec![shard(2, 3, 0)], true).expect("it is allowed");
    assert!(whole.notes.iter().any(|note| note.contains("shards 1, 3 are missing")), "{:?}", whole.notes);
}

/// Writes each report to a folder of its own and joins them by the command.
fn command(name: &str, reports: &[Report]) -> (PathBuf, Output) {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut tally = Command::new(env!("CARGO_BIN_EXE_tally"));
    tally.arg("merge-reports").env_remove("GITHUB_STEP_SUMMARY");
    for (index, report) in reports.iter().enumerate() {
        let folder = root.join(index.to_string());
        std::fs::create_dir_all(&folder).expect("it can be made");
        std::fs::write(folder.join("report.json"), to_json(report).to_string()).expect("it can be written");
        tally.arg(folder);
    }
    let out = root.join("out");
    let output = tally.arg("--out").arg(&out).output().expect("it starts");
    (out, output)
}

#[test]
fn the_command_writes_every_file_and_ends_as_the_run_would() {
    let (out, output) = command("merged", &[shard(1, 2, 0), shard(2, 2, 3)]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("verdict: does not conform"));
    for name in ["report.json", "report.html", "summary.md", "junit.xml", "exchanges.har"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    let (_, output) = command("merged-well", &[shard(1, 2, 0), shard(2, 2, 0)]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_command_says_what_is_wrong_and_ends_with_2() {
    let (_, output) = command("unmergeable", &[shard(1, 2, 0)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("shard 2 is missing"));
    let missing = Command::new(env!("CARGO_BIN_EXE_tally"))
        .args(["merge-reports", "no-such-folder", "--out", "x"])
        .output()
        .expect("it starts");
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn a_warning_and_a_violation_of_one_cause_are_one_finding() {
    let violation = samples::finding(0);
    assert_eq!(violation.severity, Severity::Violation);
    let mut warning = samples::finding(1);
    assert_eq!(warning.severity, Severity::Warning);
    let join = |findings: [&Finding; 2]| {
        let mut findings: Vec<Finding> = findings.into_iter().cloned().collect();
        join_causes(&mut findings);
        findings
    };
    assert_eq!(join([&violation, &warning]).len(), 2);
    // The same check fails in the same way, and depends on what the violation breaks.
    warning.check.clone_from(&violation.check);
    warning.premises.push(violation.statement.clone());
    for order in [[&violation, &warning], [&warning, &violation]] {
        let joined = join(order);
        assert_eq!(joined.len(), 1);
        assert_eq!((&joined[0].statement, joined[0].also.len()), (&violation.statement, 1));
        assert_eq!(joined[0].also[0].message, warning.message);
    }
    warning.keyword = "another".into();
    assert_eq!(join([&violation, &warning]).len(), 2);
    // One response shows both.
    warning.request = violation.request.clone();
    assert_eq!(join([&violation, &warning]).len(), 1);
    warning.severity = Severity::Violation;
    assert_eq!(join([&violation, &warning]).len(), 2);
}

#[test]
fn no_control_character_of_a_report_reaches_the_terminal() {
    let hostile = "\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J\u{202e}\u{0}\r\u{8}";
    let spoilt = |mut report: Report| {
        let spoil = |text: &mut String| text.push_str(hostile);
        spoil(&mut report.contract);
        spoil(&mut report.target);
        spoil(&mut report.rerun);
        report.notes.iter_mut().chain(&mut report.stale).for_each(spoil);
        report.notes.push(hostile.to_owned());
        report.stale.push(hostile.to_owned());
        for area in &mut report.areas {
            [&mut area.name, &mut area.title].into_iter().chain(&mut area.left_out).for_each(spoil);
        }
        for check in &mut report.checks {
            [&mut check.id, &mut check.area].into_iter().chain(&mut check.statements).for_each(spoil);
        }
        for finding in &mut report.findings {
            let texts = [
                &mut finding.check,
                &mut finding.area,
                &mut finding.statement,
                &mut finding.summary,
                &mut finding.message,
                &mut finding.request.method,
                &mut finding.request.url,
                &mut finding.request.body,
            ];
            texts.into_iter().chain(&mut finding.source).chain(&mut finding.saved_as).for_each(spoil);
            finding.areas.iter_mut().chain(&mut finding.premises).chain(&mut finding.known).for_each(spoil);
            finding.request.headers.push((hostile.to_owned(), hostile.to_owned()));
            finding.response.iter_mut().for_each(|response| spoil(&mut response.body));
        }
        report.boundaries.iter_mut().for_each(|boundary| spoil(&mut boundary.id));
        report
    };
    let reports = [spoilt(shard(1, 2, 3)), spoilt(shard(2, 2, 3))];
    let mut other = reports.clone();
    other[1].contract.push('x');
    for (name, reports) in [("spoilt", &reports), ("spoilt-and-apart", &other)] {
        let (_, output) = command(name, reports);
        for printed in [&output.stdout, &output.stderr] {
            let printed = String::from_utf8_lossy(printed);
            let control = printed.chars().find(|letter| *letter != '\n' && tally_spec::is_unseen(*letter));
            assert_eq!(control, None, "{name}: {printed}");
        }
    }
}
