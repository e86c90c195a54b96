//! Changes of what facts rest on: the fact stays, and the statements that it cites are others.

use serde_json::{Map, Value};
use tally_spec::model::{Cites, Contract, Provenance};

use super::{Changes, Class};

/// Members that hold citations, apart from those whose names end in `statement`.
const CITATIONS: [&str; 5] = ["secrecy", "dateTime", "mediaTypeParameters", "oneObject", "emptyFails"];

/// Compares the citations of facts that both versions have. Entries of lists are the same fact if they
/// have the same name, or differ in their citations only.
pub(super) fn compare(contracts: (&Contract, &Contract), old: &Value, new: &Value, changes: &mut Changes) {
    walk(contracts, old, new, "", changes);
}

fn walk(contracts: (&Contract, &Contract), old: &Value, new: &Value, place: &str, changes: &mut Changes) {
    match (old, new) {
        (Value::Object(was), Value::Object(is)) => {
            for (name, was) in was {
                let Some(is) = is.get(name) else { continue };
                if is_citation(name) {
                    cited(contracts, was, is, place, changes);
                } else {
                    walk(contracts, was, is, &join(place, name), changes);
                }
            }
        }
        (Value::Array(was), Value::Array(is)) => {
            for was in was {
                if let Some(is) = is.iter().find(|is| is_the_same(was, is)) {
                    walk(contracts, was, is, &join(place, &name(was)), changes);
                }
            }
        }
        _ => {}
    }
}

fn cited(contracts: (&Contract, &Contract), was: &Value, is: &Value, place: &str, changes: &mut Changes) {
    // That a statement itself weighs otherwise is reported once, of the statement.
    if was == is {
        return;
    }
    let (Some((weighed, before)), Some((weighs, after))) = (words(contracts.0, was), words(contracts.1, is))
    else {
        return;
    };
    let class = match weighs.cmp(&weighed) {
        std::cmp::Ordering::Less => Class::ProvenanceStrengthened,
        std::cmp::Ordering::Equal => Class::Documentation,
        std::cmp::Ordering::Greater => Class::ProvenanceWeakened,
    };
    changes.note(
        class,
        &format!("source of {}", if place.is_empty() { "it all" } else { place }),
        &before,
        &after,
    );
}

/// How the citations weigh together, and which they are.
fn words(contract: &Contract, cites: &Value) -> Option<(Provenance, String)> {
    let cites: Cites = serde_json::from_value(cites.clone()).ok()?;
    let weight = contract.weight(cites.iter());
    Some((weight, format!("{} ({})", cites.iter().collect::<Vec<_>>().join(", "), weight.as_str())))
}

fn is_citation(name: &str) -> bool {
    name.ends_with("tatement") || CITATIONS.contains(&name)
}

fn is_the_same(was: &Value, is: &Value) -> bool {
    match (was.get("name"), is.get("name")) {
        (Some(was), Some(is)) => was == is,
        _ => without_citations(was) == without_citations(is),
    }
}

fn without_citations(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !is_citation(name));
            Value::Object(
                kept.map(|(name, member)| (name.clone(), without_citations(member))).collect::<Map<_, _>>(),
            )
        }
        Value::Array(values) => Value::Array(values.iter().map(without_citations).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// What an entry of a list is called: by its name or field, or by what it requires or does.
fn name(entry: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    let members = ["name", "field", "required", "anyOf", "does", "when", "httpStatus"];
    members.iter().find_map(|member| entry.get(member)).map(text).unwrap_or_default()
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") }
}
