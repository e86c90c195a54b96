//! The page for a browser.

use std::path::Path;

use tally_conformance::outcome::{Also, Report, Verdict, merge_findings};
use tally_conformance::report::to_html;

use crate::samples::{self, finding};

/// Elements of HTML that have no end.
const VOID: [&str; 6] = ["meta", "link", "br", "wbr", "img", "input"];

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
    for count in [0, 1, 3, 300] {
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
    found.saved_as = Some(hostile.clone());
    let [area, check, statement, message] = std::array::from_fn(|_| hostile.clone());
    found.also = vec![Also { area, check, statement, message }];
    report.areas[8].left_out[0].clone_from(&hostile);
    report.checks[1].cases = 0;
    report.checks[1].violations = 0;
    report.coverage[8].reason = Some(hostile.clone());
    report.boundaries[0].left_out = Some(hostile.clone());
    report.verdict = Verdict::inconclusive(hostile);
    let page = to_html(&report);
    assert_eq!(balanced(&page), Ok(()));
    assert!(!page.contains("<img"), "markup of the target's");
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1), "the page's own");
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

#[test]
fn the_page_runs_its_own_script_and_no_other() {
    let page = to_html(&samples::report(3));
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).expect("it has a policy");
    let policy = policy.split('"').next().expect("it ends");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("script-src 'unsafe"), "{policy}");
    let script = page.split("<script>").nth(1).expect("it has a script").split("</script>").next();
    assert!(!script.expect("it ends").contains('<'), "it could begin a tag");
}

#[test]
fn findings_come_first_and_say_what_they_can_be_filtered_by() {
    let page = to_html(&samples::report(300));
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(at("id=\"list\"") < at("id=\"rerun\"") && at("id=\"rerun\"") < at("class=\"matrix\""));
    assert!(page.contains("data-severity=\"warning\"") && page.contains("data-severity=\"known\""));
    assert!(page.contains("<option value=\"orders/lines\">") && page.contains("<option value=\"S7\">"));
    assert!(!page.contains("<option value=\"letters\">"), "nothing was found there");
    assert_eq!(page.matches("<details open>").count(), 0, "each is a line until it is opened");
    assert!(to_html(&samples::report(0)).contains("1,412 requests"), "what was tested, if nothing was found");
}

#[test]
fn expected_and_found_stand_side_by_side() {
    let page = to_html(&samples::report(3));
    assert!(page.contains("<del>− &quot;failed&quot;: 1</del>\n<ins>+ &quot;failed&quot;: 0</ins>"));
    assert!(page.contains("<del>− HTTP 200</del>\n<ins>+ HTTP 503</ins>"));
}

#[test]
fn a_finding_names_its_counterexample_and_what_has_the_same_cause() {
    let mut report = samples::report(2);
    report.findings[0].saved_as = Some("out/counterexamples/first.json".to_owned());
    let [area, check, statement, message] =
        ["letters", "counts_add_up", "S4", "The counts are 1 and 2"].map(str::to_owned);
    report.findings[0].also = vec![Also { area, check, statement, message }];
    let page = to_html(&report);
    let articles: Vec<&str> = page.split("<article ").skip(1).collect();
    let saved = "Counterexample saved as <code>out/counterexamples/first.json</code>";
    let same = "Same cause, <code>counts_add_up</code> of S4 in letters: The counts are 1 and 2";
    for (article, is_there) in articles.iter().zip([true, false]) {
        assert_eq!(article.contains(saved), is_there, "{article}");
        assert_eq!(article.contains(same), is_there, "{article}");
        assert_eq!(article.contains("Same cause"), is_there, "{article}");
    }
}

#[test]
fn the_vendor_is_told_of_documented_violations_alone_and_in_no_word_of_ours() {
    let report = samples::report(12);
    let page = to_html(&report);
    let concerns = page.matches(" for-vendor").count();
    let documented = report.findings.iter().filter(|finding| {
        finding.severity == tally_conformance::report::Severity::Violation
            && finding.known.is_none()
            && finding.provenance != tally_spec::model::Provenance::Assumed
    });
    assert_eq!(concerns, documented.count());
    for part in page.split("<div class=\"vendor-only\">").skip(1) {
        let part = part.split("</div>").next().expect("it ends").to_lowercase();
        for word in ["tally conform", "seed", "violation", "check", "statement"] {
            assert!(!part.contains(word), "{word} in {part}");
        }
    }
    assert!(page.contains("<code>POST /orders/upsert</code>"));
    assert!(page.contains("<dd>Documented under Responses › Counts: The two counts"));
}
