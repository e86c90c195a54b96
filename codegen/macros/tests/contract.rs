//! The second contract, made inside a crate of somebody's own.

#![allow(missing_docs, clippy::pedantic, unreachable_pub, reason = "the module is a user's, not ours")]

mod parcels {
    tally_macros::contract!("../../spec/tests/parcels-v2");
}

use parcels::runtime::{RefusalCause, RequestVerdict};
use parcels::{shipments, stock};

/// Checks the verdicts and the violations of a body, as `pointer keyword statement`.
#[track_caller]
fn check(area: &str, body: &str, expected: &[&str]) {
    let area = parcels::CONTRACT.area(area).unwrap();
    let judgement = (area.judge)(body.as_bytes());
    let found: Vec<String> = judgement
        .violations
        .iter()
        .map(|one| format!("{} {} {}", one.pointer, one.keyword, one.statement))
        .collect();
    assert_eq!(found, expected);
    let failed = !judgement.records.failed().is_empty();
    assert_eq!(failed || judgement.request == RequestVerdict::Reject, !expected.is_empty());
}

#[test]
fn a_sound_request_passes() {
    let body = include_str!("../../../spec/tests/parcels-v2/examples/shipments.request.json");
    check("shipments", body, &[]);
    check("/stock/levels", r#"{"levels": [{"depot": "D-0001", "article": "bolt", "pieces": 3.0}]}"#, &[]);
}

#[test]
fn each_rule_is_held() {
    check(
        "shipments",
        r#"{"items": [{}]}"#,
        &["/items/0 required S1", "/items/0 required S1", "/items/0 required S1"],
    );
    check(
        "shipments",
        r#"{"items": [{"number": "AB1", "depot": "D-1", "service": "express"}]}"#,
        &["/items/0/depot pattern P5", "/items/0 required S4"],
    );
    check(
        "shipments",
        r#"{"items": [{"number": "AB12345678901", "depot": "D-0001", "service": "slow", "weight": 31, "arrival": "2023-02-29"}]}"#,
        &[
            "/items/0/number maxLength S1",
            "/items/0/service enum S1",
            "/items/0/weight maximum S1",
            "/items/0/arrival format P4",
        ],
    );
    check(
        "stock",
        r#"{"levels": [{"depot": null, "article": "", "pieces": "1000"}, 7]}"#,
        &[
            "/levels/0/pieces pattern K1",
            "/levels/0/depot type K1",
            "/levels/0/article minLength K1",
            "/levels/1 type P4",
        ],
    );
}

#[test]
fn what_is_unusable_is_rejected() {
    check("stock", "[]", &[" type P3"]);
    check("stock", "{}", &[" required P3"]);
    check("stock", r#"{"levels": {}}"#, &["/levels type P3"]);
    check("stock", "{\"levels\": []} x", &[" type P3"]);
    check("stock", "\u{feff}{\"levels\": []}", &[" type P3"]);
}

#[test]
fn a_request_is_built_and_checked() {
    let shipment = shipments::Shipment::new("AB123", "D-0001", shipments::ShipmentService::Express);
    let request = shipments::Request::new([shipment.clone().phone("+31 20 555 0100").arrival("2024-02-29")]);
    request.validate().unwrap().into_result().unwrap();
    let error = shipments::Request::new([shipment]).validate().unwrap().into_result().unwrap_err();
    assert_eq!(error.to_string(), "1 of 1 records is invalid\n/items/0: `phone` is missing (required, S4)");
}

#[test]
fn an_answer_by_position_is_read() {
    let body = br#"{"results": [{"accepted": true, "reason": null}, {"accepted": false, "reason": "no"}]}"#;
    let shipments::Answer::Processed(response) = shipments::Answer::read(207, body).unwrap() else {
        panic!("it was processed");
    };
    assert!(response.results[0].accepted);
    assert_eq!(response.results[1].reason.as_deref(), Some("no"));
    let error = shipments::Answer::read(207, br#"{"results": [{"accepted": 1}]}"#).unwrap_err();
    assert_eq!(error.to_string(), "unexpected answer at /results/0/accepted: must be true or false, is 1");
}

#[test]
fn a_refusal_over_the_limit_is_known() {
    let body = br#"{"kind": "too-many", "detail": "send at most four"}"#;
    let stock::Answer::Refused(refusal) = stock::Answer::read(413, body).unwrap() else {
        panic!("it was refused");
    };
    assert_eq!(refusal.cause, Some(RefusalCause::OverLimit));
    assert!(stock::Answer::read(200, body).is_err());
}
