//! Fates written down by hand, over the contract kept as test data.

use serde_json::{Value, json};
use tally_oracle::oracle::{Answers, Expectation, Fate};
use tally_spec::model::Provenance;

use crate::support::{expected, parcels};

fn shipment(change: &Value) -> Value {
    let mut record = json!({ "number": "AB1", "depot": "D-0001", "service": "standard" });
    for (name, value) in change.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

#[track_caller]
fn check(change: &Value, fate: Fate, keyword: &str) {
    let subject = parcels();
    let area = subject.contract.area("shipments").unwrap();
    let body = json!({ "items": [shipment(change)] });
    let record = &expected(&subject.oracle.expect(area, &body))[0];
    assert_eq!(record.fate, fate, "{change}: {record:#?}");
    let keywords: Vec<&str> = record.reasons.iter().map(|reason| reason.keyword.as_str()).collect();
    assert!(keyword.is_empty() == keywords.is_empty(), "{change}: {keywords:?}");
    assert!(keyword.is_empty() || keywords.contains(&keyword), "{change}: {keywords:?}");
}

#[test]
fn records_have_the_fates_that_the_contract_gives_them() {
    check(&json!({}), Fate::Passes, "");
    check(&json!({ "number": null }), Fate::Fails, "type");
    check(&json!({ "number": "" }), Fate::Fails, "minLength");
    check(&json!({ "number": "  " }), Fate::Open, "open");
    check(&json!({ "number": 7 }), Fate::Open, "type");
    check(&json!({ "number": "ab1" }), Fate::Fails, "pattern");
    check(&json!({ "number": " AB1" }), Fate::Open, "pattern");
    check(&json!({ "number": "AB12345678901" }), Fate::Fails, "maxLength");
    check(&json!({ "service": "slow" }), Fate::Fails, "enum");
    check(&json!({ "service": "express " }), Fate::Open, "enum");
    check(&json!({ "service": "express" }), Fate::Fails, "required");
    check(&json!({ "service": "express", "phone": "1" }), Fate::Passes, "");
    check(&json!({ "service": "express", "phone": " " }), Fate::Open, "open");
    check(&json!({ "depot": "D-9999" }), Fate::Fails, "exists");
    check(&json!({ "depot": "D-7777" }), Fate::Open, "exists");
    check(&json!({ "depot": "7" }), Fate::Fails, "pattern");
    check(&json!({ "depot": "7" }), Fate::Fails, "exists");
    check(&json!({ "weight": 0.5 }), Fate::Passes, "");
    check(&json!({ "weight": 0.4 }), Fate::Fails, "minimum");
    check(&json!({ "weight": 30.5 }), Fate::Fails, "maximum");
    check(&json!({ "weight": "3" }), Fate::Open, "type");
    check(&json!({ "weight": null, "arrival": "", "phone": null }), Fate::Passes, "");
    check(&json!({ "arrival": "2015-02-29" }), Fate::Fails, "format");
    check(&json!({ "arrival": "2015-02-28T10:00:00Z" }), Fate::Fails, "format");
    check(&json!({ "phone": "\u{0}" }), Fate::Open, "open");
    check(&json!({ "colour": "red" }), Fate::Open, "open");
}

#[track_caller]
fn check_keys(changes: &[Value], fates: &[Fate], failed: std::ops::RangeInclusive<usize>) {
    let subject = parcels();
    let area = subject.contract.area("shipments").unwrap();
    let records: Vec<Value> = changes.iter().map(shipment).collect();
    let expectation = subject.oracle.expect(area, &json!({ "items": records }));
    let found: Vec<Fate> = expected(&expectation).iter().map(|record| record.fate).collect();
    assert_eq!(found, fates, "{changes:?}");
    assert_eq!(Answers::of(&expectation).unwrap().fail_count(), failed);
    let Expectation::Records { repeated_keys, .. } = expectation else { panic!("{expectation:?}") };
    assert_eq!(repeated_keys, ["S5"]);
}

#[test]
fn later_records_with_one_key_fail_where_the_contract_says_so() {
    let (one, other) = (json!({}), json!({ "number": "AB2" }));
    check_keys(&[one.clone(), other, one.clone()], &[Fate::Passes, Fate::Passes, Fate::Fails], 1..=1);
    // Whether a first record that may fail takes the key is open, and so is the next one's fate.
    let open = json!({ "phone": "\u{0}" });
    check_keys(&[open, one.clone()], &[Fate::Open, Fate::Open], 0..=2);
    // One that surely fails takes no key.
    let bad = json!({ "weight": 31 });
    check_keys(&[bad, one.clone(), one], &[Fate::Fails, Fate::Passes, Fate::Fails], 2..=2);
}

#[test]
fn one_failure_undoes_all_where_the_contract_says_so() {
    let subject = parcels();
    let area = subject.contract.area("stock").unwrap();
    let level = |depot: &str, pieces: Value| json!({ "depot": depot, "article": "a", "pieces": pieces });
    let fates = |levels: Vec<Value>| -> Vec<Fate> {
        let expectation = subject.oracle.expect(area, &json!({ "levels": levels }));
        expected(&expectation).iter().map(|record| record.fate).collect()
    };
    let (good, bad, open) =
        (level("D-0001", json!(1)), level("D-0002", json!(-1)), level("D-0003", json!("05")));
    assert_eq!(fates(vec![good.clone(), good.clone()]), [Fate::Passes; 2]);
    assert_eq!(fates(vec![good.clone(), bad.clone(), open.clone()]), [Fate::Fails; 3]);
    assert_eq!(fates(vec![good, open]), [Fate::Open; 2]);
    assert_eq!(fates(vec![level("D-0001", json!("1000"))]), [Fate::Fails]);
    assert_eq!(fates(vec![level("D-0001", json!("0999"))]), [Fate::Open]);
    assert_eq!(fates(vec![bad; 4]).len(), 4);
}

#[test]
fn a_failure_weighs_as_its_strongest_reason_and_a_passing_as_its_weakest_premise() {
    let subject = parcels();
    let area = subject.contract.area("shipments").unwrap();
    let body =
        json!({ "items": [shipment(&json!({ "depot": "7" })), shipment(&json!({ "number": "AB2" }))] });
    for record in expected(&subject.oracle.expect(area, &body)) {
        let weights: Vec<Provenance> =
            record.reasons.iter().map(|reason| reason.weight(&subject.contract)).collect();
        let wanted = match record.fate {
            Fate::Fails => weights.into_iter().min().unwrap(),
            _ => subject.contract.weight(record.premises.iter().map(String::as_str)),
        };
        assert_eq!(record.weight(&subject.contract), wanted);
    }
}
