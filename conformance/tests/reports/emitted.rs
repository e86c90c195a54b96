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
        Test::Present,
        Test::Absent,
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

#[test]
fn hurl_is_given_no_list_and_no_object_to_compare_with() {
    let file = |test: Test| {
        let mut report = samples::report(1);
        report.findings[0].assertions = vec![Assertion::member("a", test)];
        emit(&report, Form::Hurl).files.into_values().next()
    };
    for (test, lines) in [
        (
            Test::OneOf(vec![json!([1, "{{x}}"])]),
            &["['a']\" isList", "['a']\" count == 2", "['a'][0]\" == 1", "['a'][1]\" == \"{\\u{7b}x}}\""][..],
        ),
        (
            Test::OneOf(vec![json!({ "b": { "c": null } })]),
            &["['a']\" isObject", "['a']['b']\" isObject", "['a']['b']['c']\" == null"][..],
        ),
        (Test::NoneOf(vec![json!([1]), json!(2)]), &["['a']\" not == 2"][..]),
        (Test::OneOf(vec![json!({}), json!(1)]), &[]),
        (Test::NoneOf(vec![json!([1]), json!({ "b": 1 })]), &[]),
        (Test::OneOf(vec![json!(1e300)]), &[]),
    ] {
        let text = file(test.clone());
        let asserts =
            text.as_deref().and_then(|text| text.split_once("[Asserts]\n")).map(|(_, asserts)| asserts);
        let found: Vec<&str> = asserts.into_iter().flat_map(str::lines).collect();
        // Without a line that can fail, there is no file.
        assert_eq!(text.is_none(), lines.is_empty(), "{test:?}: {text:?}");
        assert_eq!(found.len(), lines.len(), "{test:?}: {found:?}");
        for (found, line) in found.iter().zip(lines) {
            assert!(found.ends_with(line), "{test:?}: {found} for {line}");
        }
    }
}

#[test]
fn each_form_looks_for_each_spelling_of_the_token() {
    let mut report = samples::report(1);
    report.findings[0].assertions = vec![Assertion::NoToken];
    for (form, told) in
        [(Form::Shell, "def spells("), (Form::Hurl, "token_base64_2: "), (Form::Pytest, "def spells(")]
    {
        let files = emit(&report, form).files;
        assert!(files.values().all(|text| text.contains(told)) && files.len() == 1, "{form}: {files:?}");
    }
}
