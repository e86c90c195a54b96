//! Faults of what is kept: no answer shows them.

use serde_json::{Value, json};
use tally_spec::model::{
    Area, Behaviour, Constraint, Contract, Default, DefaultSource, Field, Repeated, UnknownThing,
};

use super::super::act::Act;
use super::super::{Entry, body, cites};
use super::fault;

const GROUP: &str = "what is kept";

/// Why such a fault is hidden from a run that reads answers alone.
pub(in crate::fault) const ONLY_KEPT: &str = "Only what is kept is wrong: `--observe` shows it.";

pub(super) const FAULTS: &[Entry] = &[
    kept(
        "passes-not-kept",
        "records pass and are counted, and are not kept",
        |contract| cites::both(cites::areas(contract), keys(contract)),
        Act::Keeps(|_| false),
    ),
    kept(
        "update-lost",
        "a record of a known key passes, and what was kept stays as it was",
        |contract| cites::both(cites::areas(contract), keys(contract)),
        Act::Keeps(|passed| !passed.is_known),
    ),
    kept(
        "last-of-several-not-kept",
        "the last of several records passes, and is not kept",
        |contract| cites::both(cites::areas(contract), keys(contract)),
        Act::Keeps(|passed| passed.of < 2 || passed.index + 1 < passed.of),
    ),
    kept(
        "update-wipes-absent",
        "an update wipes out the fields that it says nothing of",
        |contract| cites::ids(contract.file.reading.updates.iter()),
        Act::Contract(|contract| contract.file.reading.updates = None),
    ),
    kept(
        "key-ignores-a-part",
        "records that differ in the last part of their key alone are taken for the same entity's",
        |contract| {
            cites::ids(contract.areas.iter().filter(|area| has_parts(area)).map(|area| &area.key.statement))
        },
        Act::Contract(|contract| {
            for area in contract.areas.iter_mut().filter(|area| has_parts(area)) {
                area.file.key.parts.pop();
            }
        }),
    ),
    kept(
        "first-duplicate-counts",
        "of several records with one key in a request the first is kept in place of the last",
        duplicates,
        Act::Body(|_, area, envelope| {
            if area.key.repeated == Repeated::LastCounts
                && let Some(records) = body::list(area, envelope)
            {
                first_for_all(area, records);
            }
        }),
    ),
    kept(
        "duplicates-merged",
        "of several records with one key in a request the earlier ones are kept as well",
        duplicates,
        Act::Contract(|contract| {
            for area in &mut contract.areas {
                if area.key.repeated == Repeated::LastCounts {
                    area.file.key.repeated = Repeated::LaterStands;
                }
            }
        }),
    ),
    kept(
        "default-not-filled-in",
        "a new entity lacks the fields that its record left out",
        |contract| defaults(contract, |default| !default.always),
        Act::Contract(|contract| {
            for area in &mut contract.areas {
                let fields = &area.file.fields;
                area.file.defaults.retain(|default| default.always || !is_of_record(fields, default));
            }
        }),
    ),
    kept(
        "default-other-value",
        "a field that a record said nothing of becomes another value than it should",
        |contract| {
            defaults(contract, |default| {
                is_fixed(default) || matches!(default.source, DefaultSource::WeekdaysAfter(_))
            })
        },
        Act::Contract(|contract| each_default(contract, |_| true, another)),
    ),
    kept(
        "default-overrides",
        "a default replaces even a record's own value, in updates too",
        // What the record says is not kept either.
        |contract| {
            let of_area = |area: &Area| {
                let fixed =
                    |name: &String| area.defaults.iter().any(|one| is_fixed(one) && one.field == *name);
                cites::ids(area.fields.iter().filter(|one| fixed(&one.name)).map(|one| &one.statement))
            };
            let fields = contract.areas.iter().map(of_area).fold(Vec::new(), cites::both);
            cites::both(defaults(contract, is_fixed), fields)
        },
        Act::Contract(|contract| each_default(contract, is_fixed, |default| default.always = true)),
    ),
    kept(
        "default-of-the-first-stands",
        "what should always follow another field follows it once, and then stays",
        |contract| defaults(contract, |default| default.always),
        Act::Contract(|contract| {
            each_default(contract, |default| default.always, |default| default.always = false);
        }),
    ),
    kept(
        "reset-ignored",
        "a record that orders a reset is kept as any other",
        |contract| behaviours(contract, |behaviour| matches!(behaviour, Behaviour::Resets { .. })),
        Act::Contract(|contract| without(contract, |one| matches!(one, Behaviour::Resets { .. }))),
    ),
    kept(
        "alternatives-kept",
        "of several alternative fields, all that were sent are kept",
        |contract| behaviours(contract, |behaviour| matches!(behaviour, Behaviour::Alternatives { .. })),
        Act::Contract(|contract| without(contract, |one| matches!(one, Behaviour::Alternatives { .. }))),
    ),
    kept(
        "roll-up-stale",
        "what is computed from records of another area is not computed anew",
        |contract| behaviours(contract, |behaviour| matches!(behaviour, Behaviour::RollsUp { .. })),
        Act::Contract(|contract| {
            for behaviour in contract.areas.iter_mut().flat_map(|area| &mut area.file.behaviours) {
                if let Behaviour::RollsUp { switch, .. } = behaviour {
                    // No organisation has this switched on. Which records belong together is still noted.
                    switch.clear();
                }
            }
        }),
    ),
    kept(
        "attachment-lost",
        "what belongs to the entity that a record names is not added to the record",
        |contract| behaviours(contract, |behaviour| matches!(behaviour, Behaviour::Attaches { .. })),
        Act::Contract(|contract| without(contract, |one| matches!(one, Behaviour::Attaches { .. }))),
    ),
    kept(
        "sent-again",
        "what was sent before is sent again without an order",
        |contract| {
            let behaviours = contract.areas.iter().flat_map(|area| &area.behaviours);
            cites::ids(behaviours.filter_map(|behaviour| match behaviour {
                Behaviour::Sends { once_statement, .. } => Some(once_statement),
                _ => None,
            }))
        },
        Act::Body(|_, area, envelope| {
            let order = area.behaviours.iter().find_map(|behaviour| match behaviour {
                Behaviour::Sends { again, .. } => Some(again),
                _ => None,
            });
            let (Some(order), Some(sent)) = (order, envelope.get_mut(&area.list.name)) else { return };
            let each: &mut dyn Iterator<Item = &mut Value> = match sent {
                Value::Array(records) => &mut records.iter_mut(),
                one => &mut std::iter::once(one),
            };
            for record in each.filter_map(Value::as_object_mut) {
                // What is there and is no order stays: it may be what the record fails for.
                if matches!(record.get(order), None | Some(Value::Null | Value::Bool(_))) {
                    record.insert(order.clone(), json!(true));
                }
            }
        }),
    ),
    kept(
        "new-thing-forgotten",
        "an entity that a record names for the first time is not created",
        |contract| cites::constraints(contract, makes),
        Act::Contract(|contract| {
            for area in &mut contract.areas {
                area.file.rules.retain(|rule| !makes(&rule.constraint));
            }
        }),
    ),
    kept(
        "job-loses-the-last",
        "of a request over the limit the last record is not kept",
        cites::taken_over_limit,
        Act::Keeps(|passed| !passed.in_job || passed.index + 1 < passed.of),
    ),
    kept(
        "job-keeps-nothing",
        "a request over the limit is acknowledged, and nothing of it is kept",
        cites::taken_over_limit,
        Act::Keeps(|passed| !passed.in_job),
    ),
    kept(
        "job-never-ends",
        "a request over the limit is processed but for its last piece, for as long as the fault is on",
        cites::taken_over_limit,
        Act::PauseJobs,
    ),
    kept(
        "zone-not-kept",
        "dates are kept as days in UTC although the organisation's zone was asked for",
        |contract| {
            let envelope = contract.areas.iter().flat_map(|area| &area.envelope);
            cites::ids(envelope.filter(|field| field.zones).map(|field| &field.statement))
        },
        Act::Contract(|contract| {
            for field in contract.areas.iter_mut().flat_map(|area| &mut area.file.envelope) {
                field.zones = false;
            }
        }),
    ),
];

const fn kept(
    name: &'static str,
    summary: &'static str,
    breaks: fn(&Contract) -> Vec<String>,
    act: Act,
) -> Entry {
    fault(GROUP, name, summary, breaks, act).hidden(ONLY_KEPT)
}

fn keys(contract: &Contract) -> Vec<String> {
    cites::ids(contract.areas.iter().map(|area| &area.key.statement))
}

fn has_parts(area: &Area) -> bool {
    area.key.parts.len() > 1
}

fn duplicates(contract: &Contract) -> Vec<String> {
    let last = contract.areas.iter().filter(|area| area.key.repeated == Repeated::LastCounts);
    cites::ids(last.map(|area| &area.key.repeated_statement))
}

fn behaviours(contract: &Contract, wanted: fn(&Behaviour) -> bool) -> Vec<String> {
    let all = contract.areas.iter().flat_map(|area| &area.behaviours);
    cites::ids(all.filter(|behaviour| wanted(behaviour)).map(|behaviour| match behaviour {
        Behaviour::Alternatives { statement, .. }
        | Behaviour::Resets { statement, .. }
        | Behaviour::RollsUp { statement, .. }
        | Behaviour::Attaches { statement, .. }
        | Behaviour::Sends { statement, .. } => statement,
    }))
}

fn without(contract: &mut Contract, unwanted: fn(&Behaviour) -> bool) {
    for area in &mut contract.areas {
        area.file.behaviours.retain(|behaviour| !unwanted(behaviour));
    }
}

/// The statements of defaults of a kind.
fn defaults(contract: &Contract, wanted: fn(&Default) -> bool) -> Vec<String> {
    let of_area = |area: &'_ Area| {
        let of_record = area.defaults.iter().filter(|default| is_of_record(&area.fields, default));
        cites::ids(of_record.filter(|default| wanted(default)).map(|default| &default.statement))
    };
    contract.areas.iter().map(of_area).fold(Vec::new(), cites::both)
}

/// Changes the defaults of a kind.
fn each_default(contract: &mut Contract, wanted: fn(&Default) -> bool, change: fn(&mut Default)) {
    for area in &mut contract.areas {
        let fields = &area.file.fields;
        let of_record = area.file.defaults.iter_mut().filter(|default| is_of_record(fields, default));
        of_record.filter(|default| wanted(default)).for_each(change);
    }
}

/// Whether a default is a record's: those of request options are not kept, and answers may show them.
fn is_of_record(fields: &[Field], default: &Default) -> bool {
    let name = default.field.split('/').next().unwrap_or_default();
    fields.iter().any(|field| field.name == name) && !matches!(default.source, DefaultSource::Elsewhere(_))
}

fn is_fixed(default: &Default) -> bool {
    matches!(default.source, DefaultSource::Value(Value::String(_) | Value::Number(_)))
}

fn another(default: &mut Default) {
    match &mut default.source {
        DefaultSource::WeekdaysAfter(after) => after.days += 1,
        DefaultSource::Value(Value::String(text)) => text.push('?'),
        DefaultSource::Value(Value::Number(number)) => {
            *number = number.as_i64().unwrap_or_default().wrapping_add(1).into();
        }
        _ => {}
    }
}

fn makes(constraint: &Constraint) -> bool {
    matches!(constraint, Constraint::Exists { unknown: UnknownThing::Creates, .. })
}

/// Puts the first of the records that have the same key in the place of each of them.
fn first_for_all(area: &Area, records: &mut [Value]) {
    let mut firsts: Vec<(Vec<Value>, Value)> = Vec::new();
    for record in records.iter_mut().filter(|record| record.is_object()) {
        let key: Vec<Value> =
            area.key.parts.iter().map(|part| record.get(&part.field).cloned().unwrap_or_default()).collect();
        match firsts.iter().find(|(known, _)| *known == key) {
            Some((_, first)) => record.clone_from(first),
            None => firsts.push((key, record.clone())),
        }
    }
}
