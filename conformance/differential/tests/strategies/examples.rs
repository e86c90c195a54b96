//! The document's own requests, which the oracle must let pass.

use tally_oracle::oracle::{Body, Expectation, Fate, Reason};
use tally_spec::model::{ExampleKind, PlatformCondition};

use crate::support::{each_area, expected, subjects};

#[test]
fn worked_requests_break_no_rule() {
    each_area(|subject, area| {
        for example in area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request) {
            let shape = subject.oracle.shape(area, &example.value);
            assert_eq!(shape.refused, None, "{} {}", area.name, example.entry.name);
            assert!(
                shape.records.iter().all(Vec::is_empty),
                "{} {}: {shape:#?}",
                area.name,
                example.entry.name
            );
            for record in expected(&subject.oracle.expect(area, &example.value)) {
                assert_ne!(record.fate, Fate::Fails, "{} {}: {record:#?}", area.name, example.entry.name);
            }
        }
    });
}

#[test]
fn unusable_bodies_are_refused() {
    for subject in subjects() {
        let area = &subject.contract.areas[0];
        let pointers = |text: &str| match subject.oracle.expect_bytes(area, &Body::read(text.into())) {
            Expectation::Refused { condition, reason: Reason { pointer, keyword, .. } } => {
                Some((condition, pointer, keyword))
            }
            _ => None,
        };
        let list = &area.list.name;
        let (open, close, above) = match &subject.contract.file.service.envelope {
            Some(name) => (format!("{{{name:?}:"), "}".to_owned(), format!("/{name}")),
            None => (String::new(), String::new(), String::new()),
        };
        let unusable = |pointer: &str, keyword: &str| {
            Some((PlatformCondition::Unusable, pointer.to_owned(), keyword.to_owned()))
        };
        assert_eq!(pointers("[]"), unusable("", "type"));
        assert_eq!(pointers("null"), unusable("", "type"));
        assert_eq!(pointers(&format!("{open}{{}}{close}")), unusable(&above, "required"));
        let at_list = format!("{above}/{list}");
        for wrong in ["null", "3", "\"x\"", "true"] {
            assert_eq!(pointers(&format!("{open}{{{list:?}:{wrong}}}{close}")), unusable(&at_list, "type"));
        }
        for broken in ["", "{", "{]", "{\"a\":NaN}", "\u{feff}{}", "{} {}", "{'a':1}"] {
            let (condition, ..) = pointers(broken).unwrap_or_else(|| panic!("{broken:?} is not refused"));
            assert_eq!(condition, PlatformCondition::NotJson, "{broken:?}");
        }
        let deep = "[".repeat(4000) + &"]".repeat(4000);
        for unsettled in [deep.as_bytes(), b"{\"a\":\"\\ud800\"}", b"{\"a\":1e999}", b"{\"a\":\"\xff\"}"] {
            let expectation = subject.oracle.expect_bytes(area, &Body::read(unsettled.to_vec()));
            assert!(matches!(expectation, Expectation::Unsettled(_)), "{expectation:?}");
        }
    }
}
