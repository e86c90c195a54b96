//! Generated validators that ignore conditions are caught, each rule's by itself.
//!
//! The validators are those of a generator that has forgotten `when` and `unless`. The oracle and the schema are the
//! honest ones.

use serde_json::Value;
use tally_differential::{Instances, Witnesses};
use tally_generated::runtime;
use tally_oracle::oracle::Oracle;
use tally_spec::model::{Area, Rule};

use crate::conditions::{ENOUGH, changed, is_of_shape};
use crate::support::{Subject, parcels, rules};

mod deaf_parcels {
    tally_macros::contract_without_conditions!(
        "../../spec/tests/parcels-v2",
        runtime = tally_generated::runtime
    );
}

mod deaf_rules {
    tally_macros::contract_without_conditions!(
        "../../codegen/tests/suite/rules/one-rule-each",
        runtime = tally_generated::runtime
    );
}

/// What the three do not agree on if the decoder alone is wrong, and the oracle wrong with it.
const SCHEMA_DIFFERS: &str = "pointers and keywords";

/// The validator that ignores conditions, with the honest schema.
fn deaf(subject: &Subject, area: &Area, generated: &runtime::Contract) -> &'static runtime::Area {
    let deaf = *generated.area(&area.name).expect("it was generated");
    let honest = subject.area(area);
    Box::leak(Box::new(runtime::Area { request_schema: honest.request_schema, ..deaf }))
}

/// The instance with those members of its records alone that the rule names, or that some rule asks for.
fn bare(subject: &Subject, area: &Area, rule: &Rule, text: &[u8]) -> Vec<u8> {
    let Ok(mut body) = serde_json::from_slice::<Value>(text) else { return text.to_owned() };
    let presence = area.rules.iter().flat_map(|rule| {
        let constraint = &rule.constraint;
        constraint.required().iter().chain(constraint.any_of()).map(String::as_str)
    });
    let own = rule.conditions().map(|condition| condition.field.as_str()).chain(rule.constraint.field());
    let named: Vec<&str> = presence.chain(own).filter_map(|path| path.split('/').next()).collect();
    let holder = match &subject.contract.file.service.envelope {
        Some(envelope) => body.get_mut(envelope),
        None => Some(&mut body),
    };
    let records = match holder.and_then(|holder| holder.get_mut(&area.list.name)) {
        Some(Value::Array(records)) => records.as_mut_slice(),
        Some(record) => std::slice::from_mut(record),
        None => &mut [],
    };
    for record in records.iter_mut().filter_map(Value::as_object_mut) {
        record.retain(|name, _| named.contains(&name.as_str()));
    }
    body.to_string().into_bytes()
}

/// Each rule has an instance that the deaf validator judges as an oracle does that ignores this rule's conditions and
/// no other's: the three disagree over it, and they do so because of this rule.
fn is_caught(subject: &Subject, generated: &runtime::Contract) -> usize {
    let mut caught = 0;
    for area in &subject.contract.areas {
        let conditional =
            area.rules.iter().enumerate().filter(|(_, rule)| !rule.is_unconditional() && is_of_shape(rule));
        for (place, rule) in conditional {
            let validator = deaf(subject, area, generated);
            let honest = Witnesses::new(&subject.contract, area, &subject.oracle, validator).unwrap();
            let other = changed(subject, area, place, |rule| (rule.when, rule.unless) = (None, None));
            let (oracle, judged) = (Oracle::new(&other, &subject.fixtures), other.area(&area.name).unwrap());
            let as_deaf = Witnesses::new(&other, judged, &oracle, validator).unwrap();
            let instances = Instances::new(&subject.contract, area, &subject.fixtures, 7);
            let mut found = (0..ENOUGH).map(|number| bare(subject, area, rule, &instances.instance(number)));
            let is_found = found.any(|text| {
                let about =
                    |witnesses: &Witnesses<'_>| witnesses.compare(&text).err().map(|found| found.about);
                about(&honest).is_some_and(|about| about != SCHEMA_DIFFERS)
                    && about(&as_deaf).is_none_or(|about| about == SCHEMA_DIFFERS)
            });
            assert!(is_found, "{}: a validator may ignore the condition of {rule:?}", area.name);
            caught += 1;
        }
    }
    caught
}

#[test]
fn a_validator_of_parcels_that_ignores_conditions_is_caught() {
    assert!(is_caught(parcels(), &deaf_parcels::CONTRACT) >= 11);
}

#[test]
fn a_validator_of_each_rule_that_ignores_conditions_is_caught() {
    assert!(is_caught(rules(), &deaf_rules::CONTRACT) >= 20);
}
