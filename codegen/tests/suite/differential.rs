//! The generated validator and the JSON Schema say the same of the same instance: whether it is valid, and
//! the pointer and keyword of each violation. Both come from the spec by code of their own.
//!
//! Instances are the worked examples and seeded mutations of them.

use std::collections::BTreeSet;

use crate::instances;
use jsonschema::Validator;
use serde_json::Value;
use tally_generated::runtime::{Area, RequestVerdict};

const MUTANTS_PER_EXAMPLE: u64 = 2_000;

/// A violation, as far as the two must agree on it.
type Finding = (String, String);

#[test]
fn validator_and_schema_agree() {
    let mut instances = 0_u64;
    let mut invalid = 0_u64;
    for contract in tally_generated::CONTRACTS {
        let spec = instances::contract(contract.name);
        for area in contract.areas {
            let schema = compile(area);
            let mutator = instances::Mutator::new(&spec, area.name);
            for example in instances::requests(&spec, area.name) {
                let broken = assert_agree(area, &schema, &example);
                assert!(!broken, "an example of {} breaks its own rules", area.name);
                for seed in 0..MUTANTS_PER_EXAMPLE {
                    let mutant = mutator.mutate(&example, seed);
                    instances += 1;
                    invalid += u64::from(assert_agree(area, &schema, &mutant));
                }
            }
        }
    }
    assert!(instances > 10_000, "only {instances} instances were tried");
    assert!(invalid * 3 > instances, "only {invalid} of {instances} instances were invalid");
}

fn compile(area: &Area) -> Validator {
    let schema: Value = serde_json::from_str(area.request_schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Compares the two on one instance, and says whether it was invalid.
fn assert_agree(area: &Area, schema: &Validator, instance: &Value) -> bool {
    let text = serde_json::to_vec(instance).unwrap();
    let judgement = (area.judge)(&text);
    let ours: BTreeSet<Finding> = judgement
        .violations
        .iter()
        .map(|violation| (violation.pointer.to_string(), violation.keyword.to_owned()))
        .collect();
    let theirs: BTreeSet<Finding> = schema
        .iter_errors(instance)
        .map(|error| (error.instance_path().to_string(), error.kind().keyword().to_owned()))
        .collect();
    let shown = || format!("{} judges {instance} differently", area.name);
    if judgement.request == RequestVerdict::Reject {
        // A request that is refused whole is not looked at further; the schema goes on.
        assert!(ours.is_subset(&theirs), "{}\nvalidator {ours:?}\nschema {theirs:?}", shown());
    } else {
        assert_eq!(ours, theirs, "{} (validator left, schema right)", shown());
    }
    !theirs.is_empty()
}
