//! The contracts that the tests derive mutants of, and requests to their endpoints.

#![allow(dead_code, reason = "each test uses a part")]

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use serde_json::json;
use tally_fixtures::Fixtures;
use tally_generated::runtime;
use tally_mock::{FirstReading, Received};
use tally_mutants::{Mutant, derive};
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::{Batch, Defect, Maker};
use tally_spec::model::{Area, Contract, Field, JsonType};

pub(crate) mod parcels {
    tally_macros::contract!("../../spec/tests/parcels-v2", runtime = tally_generated::runtime);
}

pub(crate) mod tiny {
    tally_macros::contract!("tests/tiny-v1", runtime = tally_generated::runtime);
}

/// The contracts of the workspace, one of test data, and one as small as can be.
pub(crate) fn all() -> Vec<&'static runtime::Contract> {
    tally_generated::CONTRACTS.iter().copied().chain([&parcels::CONTRACT, &tiny::CONTRACT]).collect()
}

/// A contract with the code generated from it.
pub(crate) fn read(generated: &'static runtime::Contract) -> tally_mock::Contract {
    tally_mock::Contract::from_generated(generated).expect("the contract can be read")
}

/// The token that the mocks require.
pub(crate) const TOKEN: &str = "secret";

/// Requests to an area: small ones first, valid and not, then large ones, then those that are refused.
pub(crate) fn requests(contract: &Contract, area: &Area) -> Vec<Received> {
    let fixtures = Fixtures::sample(contract).expect("the sample can be read");
    let maker = Maker::new(contract, area, &fixtures, "mutants");
    let is_bad = |defect: &Defect| defect.fate == Fate::Fails && !defect.may_refuse;
    let bad: Vec<Defect> = maker.defects().into_iter().filter(is_bad).collect();
    let limit = area.limit.maximum;
    let mut batches = vec![maker.batch(1, 1), maker.batch(2, 2.min(limit))];
    batches.extend(batches[0].as_one_object());
    // More valid ones than come before what happens once.
    batches.extend((0..12).map(|seed| maker.batch(seed, 1)));
    for (seed, defects) in (10..).zip(bad.chunks(2).take(24)) {
        let placed: Vec<_> = defects.iter().enumerate().collect();
        batches.push(maker.with_defects(seed, placed.len(), &placed[..1]));
        batches.push(maker.with_defects(seed, placed.len(), &placed));
        batches.push(maker.with_defects(seed, 2, &[(1, &defects[0])]));
    }
    let alone = (100..).zip(maker.defects());
    batches.extend(alone.map(|(seed, defect)| maker.with_defects(seed, 1, &[(0, &defect)])));
    let first = bad.first();
    let other = bad.iter().find(|other| first.is_some_and(|first| first.field != other.field));
    batches.extend(rare(&maker, &[None, first, other]));
    let large = (limit / 2 + 2).min(limit);
    batches.push(maker.batch(3, large));
    batches.extend(bad.iter().take(3).map(|bad| maker.with_defects(60, limit, &[(limit - 1, bad)])));
    for (seed, defects) in (80..).zip(bad.chunks(2).take(6)) {
        batches.push(maker.with_defects(seed, large, &defects.iter().enumerate().collect::<Vec<_>>()));
    }
    batches.push(maker.batch(4, limit + 1));
    let three = maker.batch(13, 3.min(limit));
    batches.extend([three.clone(), three.select(&[0, 1, 0]), three]);
    batches.extend([limit, limit.saturating_sub(1), limit * 2 + 1].map(|size| maker.batch(6, size)));
    let sent = batches.iter().map(|batch| post(contract, area, batch.bytes()));
    sent.chain(refused(contract, area, &batches[0])).collect()
}

/// Batches with rare values, each in a record that passes and in ones that fail.
fn rare(maker: &Maker<'_>, bad: &[Option<&Defect>]) -> Vec<Batch> {
    let values = [
        json!(9_007_199_254_740_993_u64),
        json!(9_223_372_036_854_775_809_u64),
        json!("n".repeat(5000)),
        json!("a \u{1f69a} b"),
        json!("e\u{301}a"),
        json!("a\u{7}b"),
        json!("<b>a</b> & 'c' \"d\""),
    ];
    let mut batches = Vec::new();
    for (value, bad) in values.iter().flat_map(|value| bad.iter().map(move |bad| (value, *bad))) {
        let mut batch = maker.with_defects(40, 1, &bad.map(|bad| (0, bad)).into_iter().collect::<Vec<_>>());
        let is_free = |field: &&Field| {
            let wanted = if value.is_number() { JsonType::Number } else { JsonType::String };
            let is_plain = field.kind.is_none() && field.closed.is_none() && field.format.is_none();
            let is_numeral = field.numeric && value.is_string();
            let is_bad = bad.is_some_and(|bad| bad.field == field.name);
            let is_ruled = maker.area().rules.iter().any(|rule| rule.constraint.field() == Some(&field.name));
            is_plain && !is_ruled && field.takes(wanted) && !is_numeral && !is_bad
        };
        for field in maker.area().fields.iter().filter(is_free) {
            batch.records[0].insert(field.name.clone(), value.clone());
        }
        batches.push(batch);
    }
    batches
}

/// Requests that the platform refuses, one for each of its conditions.
fn refused(contract: &Contract, area: &Area, good: &Batch) -> Vec<Received> {
    let good = post(contract, area, good.bytes());
    let with_body = |body: &'static [u8]| Received { body: Bytes::from_static(body), ..good.clone() };
    let list = format!("\"{}\":[", area.list.name);
    let text = String::from_utf8_lossy(&good.body).replacen(&list, &format!("{list}null,17,"), 1);
    let with_bytes = |body: Vec<u8>| Received { body: body.into(), ..good.clone() };
    let scheme = &contract.file.service.authentication.scheme;
    let with_token = |token: &str| Received { credentials: Some(token.to_owned()), ..good.clone() };
    let with_type = |name: &str| Received { media_type: Some(name.to_owned()), ..good.clone() };
    let own = &contract.file.service.media_type.value;
    let mut ways = vec![
        with_token(TOKEN),
        with_token(&format!("{scheme} {}", TOKEN.to_uppercase())),
        with_token(&format!("{scheme} {}", TOKEN.replace("cret", "crex"))),
        with_token(&format!("{scheme} {TOKEN}{TOKEN}")),
        with_type("application/x-www-form-urlencoded"),
        with_type(&own.to_uppercase()),
        with_type(&format!("{own}; charset=utf-8")),
        Received { media_type: None, ..good.clone() },
        with_bytes(text.into_bytes()),
        with_bytes([&good.body[..], b" and more"].concat()),
        with_bytes([b"\xef\xbb\xbf", &good.body[..]].concat()),
    ];
    ways.extend(wrong_twice(&good));
    ways.extend([
        Received { credentials: None, ..good.clone() },
        Received { path: format!("{}/more", good.path), ..good.clone() },
        Received { method: "PATCH".to_owned(), ..good.clone() },
        Received { media_type: Some("text/plain".to_owned()), ..good.clone() },
        with_body(b"no JSON"),
        with_body(b"{}"),
    ]);
    ways
}

/// Spoils a request in one way.
type Way<'w> = &'w dyn Fn(&Received) -> Received;

/// Requests with two things wrong.
fn wrong_twice(good: &Received) -> Vec<Received> {
    let no_token = |request: &Received| Received { credentials: None, ..request.clone() };
    let path = |request: &Received| Received { path: format!("{}/more", good.path), ..request.clone() };
    let verb = |request: &Received| Received { method: "PATCH".to_owned(), ..request.clone() };
    let media = |request: &Received| Received { media_type: None, ..request.clone() };
    let body = |request: &Received| Received { body: Bytes::from_static(b"no JSON"), ..request.clone() };
    let ways: [Way<'_>; 5] = [&no_token, &path, &verb, &media, &body];
    let pairs = ways
        .iter()
        .enumerate()
        .flat_map(|(place, one)| ways[place + 1..].iter().map(move |two| two(&one(good))));
    pairs.collect()
}

fn post(contract: &Contract, area: &Area, body: Vec<u8>) -> Received {
    let service = &contract.file.service;
    Received {
        method: service.verb.value.clone(),
        path: format!("{}{}", service.base_path(), area.path),
        credentials: Some(format!("{} {TOKEN}", service.authentication.scheme)),
        media_type: Some(service.media_type.value.clone()),
        is_encoded: false,
        body: body.into(),
        number: 1,
        first_reading: FirstReading::default(),
    }
}

/// The spec of a contract.
pub(crate) fn spec(generated: &'static runtime::Contract) -> Arc<Contract> {
    Arc::clone(read(generated).spec())
}

/// The mutants of each contract at its sample organisation, derived once.
static MUTANTS: LazyLock<Vec<(&str, Vec<Mutant>)>> = LazyLock::new(|| {
    let derived = |generated: &'static runtime::Contract| {
        let spec = spec(generated);
        let fixtures = Fixtures::sample(&spec).expect("the sample can be read");
        (generated.name, derive(&spec, &Arc::new(fixtures)))
    };
    all().into_iter().map(derived).collect()
});

/// The mutants of a contract.
pub(crate) fn mutants(generated: &'static runtime::Contract) -> &'static [Mutant] {
    let found = MUTANTS.iter().find(|(name, _)| *name == generated.name);
    found.map(|(_, mutants)| mutants.as_slice()).expect("it is one of them")
}
