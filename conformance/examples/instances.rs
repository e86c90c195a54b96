//! Prints requests with their verdicts by shape, for other people's validators to agree with.
//!
//! One JSON object a line: `area`, `kind`, `valid`, `instance`. Worked examples, then as many generated valid
//! and invalid requests as the first argument says (500), for each area of the contract that the second names.
//! An invalid request is a valid one with one defect in one record, which a rule of shape fails.

#![allow(clippy::print_stdout, reason = "a command speaks on standard output")]

use std::io::{BufWriter, Write as _, stdout};

use serde_json::{Value, json};
use tally_conformance::fixtures::Fixtures;
use tally_conformance::oracle::Fate;
use tally_conformance::strategy::{Defect, Maker, Rng, join};
use tally_spec::model::{Area, Contract, ExampleKind};

const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let wanted: usize = arguments.next().map_or(Ok(500), |text| text.parse())?;
    let only = arguments.next();
    let mut out = BufWriter::new(stdout().lock());
    for name in tally_conformance::embedded::names() {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let files = tally_conformance::embedded::files(name).unwrap_or_default();
        let contract = tally_spec::read(&files).map_err(|problems| format!("{problems:?}"))?;
        let fixtures = Fixtures::sample(&contract).map_err(|problems| format!("{problems:?}"))?;
        for area in &contract.areas {
            for instance in instances(&contract, area, &fixtures, wanted)? {
                writeln!(out, "{instance}")?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

/// The instances of an area, each an object to print.
fn instances(
    contract: &Contract,
    area: &Area,
    fixtures: &Fixtures,
    wanted: usize,
) -> Result<Vec<Value>, String> {
    let mut list = Vec::new();
    for example in &area.examples {
        let kind = match example.entry.kind {
            ExampleKind::Request => "request",
            ExampleKind::Response => "response",
        };
        list.push(json!({ "area": area.name, "kind": kind, "valid": true, "instance": example.value }));
    }
    let maker = Maker::new(contract, area, fixtures, "instances");
    let all = maker.defects();
    let defects: Vec<&Defect> = all.iter().filter(|defect| is_of_shape(defect)).collect();
    if defects.is_empty() {
        return Err(format!("{} has no defect of shape", area.name));
    }
    let generated = |valid: bool, why: &str, body: Value| json!({ "area": area.name, "kind": "request", "valid": valid, "why": why, "instance": body });
    for index in 0..wanted {
        let seed = join(SEED, u64::try_from(index).unwrap_or(0));
        let mut rng = Rng::new(seed);
        let size = 1 + rng.below(3);
        list.push(generated(true, "", maker.batch(seed, size).body()));
        let defect = defects[index % defects.len()];
        let place = rng.below(size);
        let broken = maker.with_defects(seed, size, &[(place, defect)]);
        list.push(generated(false, &defect.id, broken.body()));
    }
    Ok(list)
}

/// Whether a schema can tell the defect: its form fails the record, not what exists.
fn is_of_shape(defect: &Defect) -> bool {
    let keyword = defect.keyword.as_str();
    (defect.fate == Fate::Fails && !matches!(keyword, "exists" | "identity" | "memberOf"))
        || keyword == "type"
}
