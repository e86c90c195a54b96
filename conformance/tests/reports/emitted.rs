//! Findings as files of other languages, with text as hostile as a target can send.

use serde_json::json;
use tally_conformance::outcome::{Acceptable, Assertion, Belonging, Report, Results, Step, Test};
use tally_runner::emit::{Form, emit};

use crate::samples::{self, HOSTILE};

/// Every kind of assertion, with hostile names and values.
fn assertions() -> Vec<Assertion> {
    let name = || HOSTILE.to_owned();
    let tests = [
        Test::OneOf(vec![json!(HOSTILE), json!({ HOSTILE: [null, true, 1.5] })]),
        Test::NoneOf(vec![json!(HOSTILE)]),
        Test::Whole(1, u64::MAX),
        Test::Text,
        Test::AnyText,
        Test::Object,
        Test::List(1, usize::MAX),
        Test::Nothing,
    ];
    let at = |test| Assertion::Json(vec![Step::Member(name()), Step::Each(1), Step::Member(name())], test);
    let mut all: Vec<Assertion> = tests.map(at).into();
    all.extend([
        Assertion::Answered,
        Assertion::Status(vec![(200, 200), (400, 499)]),
        Assertion::MediaType(name()),
        Assertion::NoToken,
        Assertion::Sum { members: [name(), name()], total: 3, ranges: [(1, 2); 2] },
        Assertion::Word {
            member: name(),
            counts: [name(), name()],
            words: [name(), name(), name()],
            due: Some(name()),
        },
        Assertion::LengthIsCount { list: name(), count: name(), at_least: true },
        Assertion::Belong(Belonging {
            list: name(),
            records: vec![vec![
                (name(), Acceptable::OneOf(vec![json!(HOSTILE)])),
                (name(), Acceptable::Within(vec![(1, 2)])),
                (name(), Acceptable::Anything),
            ]],
            with_entry: vec![0],
            wrong: Some((name(), json!(HOSTILE))),
        }),
    ]);
    let results = [
        Results::Counts([name(), name()]),
        Results::Flags { list: name(), member: name() },
        Results::Word { member: name(), success: name() },
    ];
    all.extend(results.map(|results| Assertion::SameResults {
        results,
        others: 1,
        reversed: true,
        added: Some(true),
        last: None,
    }));
    all
}

fn report() -> Report {
    let mut report = samples::report(3);
    for finding in &mut report.findings {
        finding.assertions = assertions();
        HOSTILE.clone_into(&mut finding.summary);
        finding.request.body = format!("{{\"a\":{}}}", json!(HOSTILE));
        finding.request.headers.push(("X-Odd".to_owned(), HOSTILE.to_owned()));
    }
    report
}

#[test]
fn no_text_of_the_target_is_unseen_or_begins_a_line() {
    for form in Form::ALL {
        let emitted = emit(&report(), form);
        assert_eq!((emitted.files.len(), emitted.left_out.len()), (3, 0), "{form}");
        for (name, text) in &emitted.files {
            let unseen = text.chars().find(|letter| *letter != '\n' && letter.is_control());
            assert_eq!(unseen, None, "{name}");
            assert!(!text.contains(['\u{202e}', '\u{2066}']), "{name}");
            let odd = text.lines().find(|line| line.starts_with("</script>") || line.starts_with("<img"));
            assert_eq!(odd, None, "{name}");
            assert!(text.contains("TALLY_TOKEN") && text.contains("TALLY_TARGET"), "{name}");
        }
    }
}

#[test]
fn each_form_has_names_that_its_runner_finds() {
    for (form, start, end) in
        [(Form::Shell, "001-", ".sh"), (Form::Hurl, "001-", ".hurl"), (Form::Pytest, "test_001_", ".py")]
    {
        let files = emit(&report(), form).files;
        assert!(files.keys().any(|name| name.starts_with(start) && name.ends_with(end)), "{form}: {files:?}");
        assert_eq!(form.as_str().parse(), Ok(form));
    }
    assert!("xml".parse::<Form>().is_err());
}

#[test]
fn a_finding_without_assertions_is_left_out_and_named() {
    let emitted = emit(&samples::report(2), Form::Shell);
    assert_eq!((emitted.files.len(), emitted.left_out.len()), (0, 2));
}
