//! However a request is spelt, the same is kept of it.

use serde_json::{Map, Value};
use tally_conformance::fixtures::Fixtures;
use tally_conformance::strategy::Maker;
use tally_spec::model::{Area, Contract};

use crate::sandbox::Sandbox;

/// Spells a request's body.
type Spelling = fn(&Contract, &Area, Value) -> String;

/// The fields in their own order without a blank, which is how they are kept; with blanks; and in reverse.
const SPELLINGS: &[Spelling] = &[
    |contract, area, body| each_record(contract, area, body, |fields| fields).to_string(),
    |contract, area, body| format!("{:#}", each_record(contract, area, body, |fields| fields)),
    |contract, area, body| {
        each_record(contract, area, body, |fields| fields.into_iter().rev().collect()).to_string()
    },
];

/// The body with the members of each record in the order of the fields, or in one made of that.
fn each_record(
    contract: &Contract,
    area: &Area,
    mut body: Value,
    order: fn(Map<String, Value>) -> Map<String, Value>,
) -> Value {
    let holder = match &contract.file.service.envelope {
        Some(envelope) => &mut body[envelope],
        None => &mut body,
    };
    for record in holder[&area.list.name].as_array_mut().expect("a list") {
        let fields = area.fields.iter();
        let fields = fields.filter_map(|field| Some((field.name.clone(), record.get(&field.name)?.clone())));
        *record = Value::Object(order(fields.collect()));
    }
    body
}

#[test]
fn the_same_is_kept() {
    let (contract, _) = tally_conformance::cli::contract(Some("gsapi-v1")).expect("it is there");
    let fixtures = Fixtures::sample(&contract).expect("the sample is read");
    for area in &contract.areas {
        let maker = Maker::new(&contract, area, &fixtures, "tally-test");
        let kept = SPELLINGS.iter().map(|spell| {
            let sandbox = Sandbox::start(&Value::Null);
            // The last one is sent anew, over what it wrote itself.
            for seed in [1, 2, 3, 3] {
                sandbox.send(&area.name, &spell(&contract, area, maker.batch(seed, 8).body()));
            }
            sandbox.records(&area.name, None)
        });
        let kept: Vec<Value> = kept.collect();
        assert_ne!(kept[0]["total"], 0, "{} keeps something", area.name);
        for other in &kept[1..] {
            assert_eq!(*other, kept[0], "{}", area.name);
        }
    }
}
