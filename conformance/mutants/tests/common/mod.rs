//! The contracts that the tests derive mutants of, and requests to their endpoints.

#![allow(dead_code, reason = "each test uses a part")]

use std::sync::Arc;

use bytes::Bytes;
use tally_fixtures::Fixtures;
use tally_generated::runtime;
use tally_mock::{FirstReading, Received};
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::{Batch, Defect, Maker};
use tally_spec::model::{Area, Contract, OverLimit};

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
    for (seed, defects) in (10..).zip(bad.chunks(2).take(24)) {
        let placed: Vec<_> = defects.iter().enumerate().collect();
        batches.push(maker.with_defects(seed, placed.len(), &placed[..1]));
        batches.push(maker.with_defects(seed, placed.len(), &placed));
    }
    let large = (limit / 2 + 2).min(limit);
    batches.push(maker.batch(3, large));
    for (seed, defects) in (80..).zip(bad.chunks(2).take(6)) {
        batches.push(maker.with_defects(seed, large, &defects.iter().enumerate().collect::<Vec<_>>()));
    }
    batches.push(maker.batch(4, limit + 1));
    let sent = batches.iter().map(|batch| post(contract, area, batch.bytes()));
    sent.chain(refused(contract, area, &batches[0])).collect()
}

/// Requests that the platform refuses, one for each of its conditions.
fn refused(contract: &Contract, area: &Area, good: &Batch) -> Vec<Received> {
    let good = post(contract, area, good.bytes());
    let with_body = |body: &'static [u8]| Received { body: Bytes::from_static(body), ..good.clone() };
    vec![
        Received { credentials: None, ..good.clone() },
        Received { path: format!("{}/more", good.path), ..good.clone() },
        Received { method: "PATCH".to_owned(), ..good.clone() },
        Received { media_type: Some("text/plain".to_owned()), ..good.clone() },
        with_body(b"no JSON"),
        with_body(b"{}"),
    ]
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

/// Whether requests over the area's limit are taken.
pub(crate) fn acknowledges(area: &Area) -> bool {
    matches!(area.limit.over, OverLimit::Acknowledges { .. })
}

/// The spec of a contract.
pub(crate) fn spec(generated: &'static runtime::Contract) -> Arc<Contract> {
    Arc::clone(read(generated).spec())
}
