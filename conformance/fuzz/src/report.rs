//! The report writers: findings hold whatever a target answered.
//!
//! An input is a `report.json`.

use serde_json::{Value, json};
use tally_fixtures::Rng;
use tally_runner::emit::{Form, emit};
use tally_runner::outcome::{AreaDone, Assertion, Finding, Observer as _, Results, Step, Test};
use tally_runner::report::{
    Colour, Report, Terminal, Verbosity, from_json, merge, to_har, to_html, to_json, to_junit, to_sarif,
    to_summary, to_wfc,
};

use crate::text::assert_visible;
use crate::tree;

/// The root of an API.
const ROOT: &str = "http://127.0.0.1:1/base";

/// Writes the report of an input in every form.
///
/// # Panics
///
/// If a form is not well-formed, or a text has left its place in it.
pub fn ask(input: &[u8]) {
    let Some(report) = serde_json::from_slice::<Value>(input).ok().and_then(|value| from_json(value).ok())
    else {
        return;
    };
    let json = to_json(&report).to_string();
    let read =
        from_json(serde_json::from_str(&json).expect("what is written is JSON")).expect("it is a report");
    assert_eq!(to_json(&read).to_string(), json, "a report read back is another");
    let _ = merge(vec![report.clone(), read], true);
    page(&to_html(&report));
    junit(&to_junit(&report).expect("it can be written"));
    for value in [to_har(&report), to_sarif(&report, &json), to_wfc(&report)] {
        serde_json::from_str::<Value>(&value.to_string()).expect("what is written is JSON");
    }
    assert_visible("the summary", &to_summary(&report));
    for verbosity in [Verbosity::Quiet, Verbosity::Verbose] {
        assert_visible("the terminal", &printed(&report, verbosity));
    }
    let mut report = report;
    // Where a run goes to is the user's own word.
    ROOT.clone_into(&mut report.target);
    report.findings.iter_mut().for_each(expect_something);
    for form in Form::ALL {
        for text in emit(&report, form).files.values() {
            assert_visible("a finding's file", text);
        }
    }
}

/// The input with the report changed in one place.
#[must_use]
pub fn changed(input: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(input).ok()?;
    tree::change(&mut value, &mut Rng::new(u64::from(seed)));
    Some(value.to_string().into_bytes())
}

/// Gives a finding expectations of every kind, with its own texts in them: `report.json` holds none.
fn expect_something(finding: &mut Finding) {
    for request in finding.before.iter_mut().chain([&mut finding.request]) {
        request.url = format!("{ROOT}/path");
        // The linter lets no others into a contract, and a check's name is our own.
        "POST".clone_into(&mut request.method);
        request.headers = vec![("Authorization".to_owned(), "Bearer $TALLY_TOKEN".to_owned())];
    }
    "a_check".clone_into(&mut finding.check);
    "an-area".clone_into(&mut finding.area);
    let text = |text: &str| text.to_owned();
    let value = json!(finding.message);
    let counts = [text(&finding.check), text(&finding.area)];
    finding.assertions = vec![
        Assertion::Answered,
        Assertion::Status(vec![(200, 299), (404, 404)]),
        Assertion::MediaType(text(&finding.summary)),
        Assertion::NoToken,
        Assertion::Json(
            vec![Step::Member(text(&finding.statement)), Step::Each(1)],
            Test::OneOf(vec![value.clone()]),
        ),
        Assertion::Json(
            vec![Step::Member(text(&finding.message)), Step::Element(0)],
            Test::NoneOf(vec![value.clone()]),
        ),
        Assertion::Sum { members: counts.clone(), total: u64::MAX, ranges: [(0, 1), (1, u64::MAX)] },
        Assertion::Word {
            member: text(&finding.check),
            counts: counts.clone(),
            words: [text(&finding.message), text(&finding.summary), text("none")],
            due: Some(text(&finding.message)),
        },
        Assertion::LengthIsCount { list: text(&finding.area), count: text(&finding.check), at_least: true },
        Assertion::SameResults {
            results: Results::Counts(counts),
            others: 1,
            reversed: true,
            added: Some(false),
            last: Some((1, 2)),
        },
    ];
}

/// The page has its own script and style alone, and every character of it is seen.
fn page(text: &str) {
    let page = text.to_lowercase();
    for (mark, times) in
        [("<script", 1), ("</script", 1), ("<style", 1), ("</style", 1), ("<img", 0), ("<iframe", 0)]
    {
        assert_eq!(page.matches(mark).count(), times, "{mark} in the page");
    }
    assert_visible("the page", text);
}

/// The document is XML, with one root.
fn junit(text: &str) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0;
    loop {
        match reader.read_event().expect("it is XML") {
            Event::Start(start) => {
                depth += 1;
                start.attributes().for_each(|one| assert!(one.is_ok(), "an attribute is none"));
            }
            Event::Empty(start) => {
                start.attributes().for_each(|one| assert!(one.is_ok(), "an attribute is none"))
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "an element is left open");
    assert_visible("the XML", text);
}

fn printed(report: &Report, verbosity: Verbosity) -> String {
    let mut out = Vec::new();
    let terminal = Terminal::new(&mut out, Colour::Never, verbosity, false);
    for area in &report.areas {
        let checks: Vec<_> = report.checks.iter().filter(|one| one.area == area.name).cloned().collect();
        let boundaries: Vec<_> =
            report.boundaries.iter().filter(|one| one.area == area.name).cloned().collect();
        let timings: Vec<_> = report.timings.iter().filter(|one| one.area == area.name).cloned().collect();
        terminal.area_done(&AreaDone { area, checks: &checks, boundaries: &boundaries, timings: &timings });
    }
    terminal.finish(report).expect("memory takes it");
    drop(terminal);
    String::from_utf8(out).expect("it is text")
}
