//! The page for a browser.

use std::path::Path;

use tally_conformance::outcome::{Report, Verdict, merge_findings};
use tally_conformance::report::to_html;

use crate::samples::{self, finding};

/// Elements of HTML that have no end.
const VOID: [&str; 5] = ["meta", "link", "br", "wbr", "img"];

/// Every element that is begun is ended, in order; the characters between are none of markup's.
fn balanced(page: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').ok_or("a tag without an end")?;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        if tag.starts_with('/') {
            let last = open.pop();
            if last != Some(name) {
                return Err(format!("{last:?} is ended by {name}"));
            }
        } else if !tag.starts_with('!') && !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} are left open")) }
}

#[test]
fn pages_are_well_formed_and_kept_to_look_at() {
    for count in [0, 3, 300] {
        let page = to_html(&samples::report(count));
        assert_eq!(balanced(&page), Ok(()), "with {count} findings");
        let name = format!("report-{count}.html");
        std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), &page).expect("it can be written");
        assert!(page.len() < 2_500_000, "{} bytes with {count} findings", page.len());
    }
}

#[test]
fn a_page_that_is_not_well_formed_is_found_out() {
    assert!(balanced("<p><b></p></b>").is_err());
    assert!(balanced("<p>").is_err());
}

#[test]
fn hostile_text_stays_text_wherever_it_stands() {
    let mut report = samples::report(3);
    let hostile = samples::HOSTILE.to_owned();
    let (found, covered, boundary) =
        (&mut report.findings[0], &mut report.coverage[0], &mut report.boundaries[0]);
    let request = &mut found.request;
    for text in [
        &mut found.check,
        &mut found.area,
        &mut found.areas[0],
        &mut found.statement,
        &mut found.summary,
        &mut found.premises[0],
        &mut request.method,
        &mut request.url,
        &mut request.body,
        &mut request.headers[0].1,
        &mut report.contract,
        &mut report.target,
        &mut report.rerun,
        &mut report.profile,
        &mut report.started,
        &mut report.notes[0],
        &mut report.areas[0].name,
        &mut report.checks[0].id,
        &mut covered.statement,
        &mut covered.summary,
        covered.source.get_or_insert_default(),
        &mut boundary.id,
        &mut boundary.area,
    ] {
        text.clone_from(&hostile);
    }
    found.known = Some(hostile.clone());
    report.areas[8].left_out[0].clone_from(&hostile);
    report.checks[1].cases = 0;
    report.checks[1].violations = 0;
    report.coverage[8].reason = Some(hostile.clone());
    report.boundaries[0].left_out = Some(hostile.clone());
    report.verdict = Verdict::inconclusive(hostile);
    let page = to_html(&report);
    assert_eq!(balanced(&page), Ok(()));
    assert!(!page.contains("<img") && !page.contains("</script"), "markup of the target's");
    assert_eq!(page.matches("</style>").count(), 1);
    let unseen =
        page.chars().filter(|character| matches!(character, '\u{202e}' | '\u{2066}' | '\u{7}')).count();
    assert_eq!(unseen, 0);
    assert!(page.contains("\\u{202e}"), "what is unseen is spelt out");
}

#[test]
fn a_large_body_is_cut_and_the_page_says_so() {
    let mut report = samples::report(1);
    report.findings[0].request.body = "x".repeat(5_000_000);
    let page = to_html(&report);
    assert!(page.len() < 500_000, "{} bytes", page.len());
    assert!(page.contains("more bytes are in"));
}

#[test]
fn the_same_finding_in_several_areas_is_shown_once_with_all_of_them() {
    let mut other = finding(1);
    other.area = "events".to_owned();
    other.areas = vec!["events".to_owned()];
    let mut report = samples::report(0);
    merge_findings(&mut report.findings, [finding(1), other]);
    let page = to_html(&report);
    assert_eq!(page.matches("<article").count(), 1);
    assert!(page.contains("in orders/lines, events"), "both areas are named");
}

#[test]
fn a_report_of_nothing_is_a_page_too() {
    let empty = Report {
        areas: Vec::new(),
        checks: Vec::new(),
        coverage: Vec::new(),
        boundaries: Vec::new(),
        timings: Vec::new(),
        ..samples::report(0)
    };
    assert_eq!(balanced(&to_html(&empty)), Ok(()));
}
