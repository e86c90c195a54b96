//! Faults of the rules about what a record must have, and what must exist.

use serde_json::Value;
use tally_spec::model::{Constraint, Contract, JsonType, Rule, UnknownThing};

use super::super::act::Act;
use super::super::judgements::{fail, forget, forget_keyword, statements};
use super::super::{Entry, body, cites, contracts};
use super::fault;

const GROUP: &str = "rules";

fn required(contract: &Contract) -> Vec<String> {
    let required = cites::constraints(contract, |constraint| matches!(constraint, Constraint::Required(_)));
    cites::both(required, cites::ids(std::iter::once(&contract.file.reading.empty_is_missing)))
}

fn conditional(contract: &Contract) -> Vec<String> {
    cites::rules(contract, |rule| {
        !rule.constraint.required().is_empty() && (rule.when.is_some() || rule.unless.is_some())
    })
}

fn any_of(contract: &Contract) -> Vec<String> {
    cites::constraints(contract, |constraint| matches!(constraint, Constraint::AnyOf(_)))
}

fn exists(contract: &Contract) -> Vec<String> {
    cites::constraints(contract, |constraint| {
        matches!(constraint, Constraint::Exists { unknown: UnknownThing::Fails, .. })
    })
}

fn identities(contract: &Contract) -> Vec<String> {
    let kinds = contract.file.kinds.values().filter(|kind| kind.identity.is_some());
    cites::ids(kinds.map(|kind| &kind.statement))
}

/// The flag that excuses from a rule if it is true.
fn excuse(rule: &Rule) -> Option<&str> {
    let unless = rule.unless.as_ref()?;
    (unless.constant == Some(Value::Bool(true))).then_some(unless.field.as_str())
}

fn stand_ins(contract: &Contract) -> Vec<String> {
    let fields = contract.areas.iter().flat_map(|area| &area.envelope);
    let standing = fields.filter(|field| field.stands_in_for.is_some());
    let cited = standing.flat_map(|field| field.stands_in_statement.iter().chain([&field.statement]));
    cites::ids(cited)
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "required-not-checked",
        "a record without a required field passes",
        required,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["required", "minLength"])),
    ),
    fault(
        GROUP,
        "null-passes-as-value",
        "null passes for a required field",
        |contract| {
            cites::both(
                required(contract),
                cites::ids(std::iter::once(&contract.file.reading.null_is_absent)),
            )
        },
        Act::Judgement(|judged, judgement| {
            let of_rules =
                statements(judged.area, |constraint| matches!(constraint, Constraint::Required(_)));
            forget(judgement, |violation| {
                violation.keyword == "type" && of_rules.contains(&violation.statement)
            });
        }),
    ),
    fault(
        GROUP,
        "empty-text-passes-as-value",
        "empty text passes for a required field",
        required,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["minLength"])),
    ),
    fault(
        GROUP,
        "absent-passes",
        "a required field may be absent, though not null or empty",
        required,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["required"])),
    ),
    fault(
        GROUP,
        "condition-not-checked",
        "what is required under a condition is not asked for",
        conditional,
        Act::Judgement(|judged, judgement| {
            let rules = judged.area.rules.iter().filter(|rule| rule.when.is_some() || rule.unless.is_some());
            let of_rules: Vec<&str> = rules.map(|rule| rule.statement.principal()).collect();
            forget(judgement, |violation| of_rules.contains(&violation.statement));
        }),
    ),
    fault(
        GROUP,
        "condition-always-holds",
        "what is required under a condition is always asked for",
        conditional,
        Act::Judgement(|judged, judgement| {
            let rules = judged.area.rules.iter().filter(|rule| rule.when.is_some() || rule.unless.is_some());
            let names: Vec<&String> = rules.flat_map(|rule| rule.constraint.required()).collect();
            fail(judgement, judged.records, |_, record| names.iter().any(|name| record.get(name).is_none()));
        }),
    ),
    fault(
        GROUP,
        "condition-by-own-value-alone",
        "of a condition it counts a record's own value alone, not the one that stands in for it",
        |contract| {
            if stand_ins(contract).is_empty() {
                Vec::new()
            } else {
                cites::both(conditional(contract), stand_ins(contract))
            }
        },
        Act::Judgement(|judged, judgement| {
            let area = judged.area;
            let inherits = |field: &String| {
                area.envelope.iter().any(|envelope| envelope.stands_in_for.as_ref() == Some(field))
            };
            let rules: Vec<(&str, &str)> = area
                .rules
                .iter()
                .filter_map(|rule| Some((rule.statement.principal(), &rule.when.as_ref()?.field)))
                .filter(|(_, field)| inherits(field))
                .map(|(statement, field)| (statement, field.as_str()))
                .collect();
            forget(judgement, |violation| {
                let record = violation.record.and_then(|record| judged.records.get(record));
                let has_none = |field: &str| record.is_some_and(|record| record.get(field).is_none());
                rules.iter().any(|(statement, field)| *statement == violation.statement && has_none(field))
            });
        }),
    ),
    fault(
        GROUP,
        "false-taken-as-true",
        "a flag that excuses from a rule excuses when it is false, too",
        |contract| cites::rules(contract, |rule| excuse(rule).is_some()),
        Act::Judgement(|judged, judgement| {
            let rules: Vec<(&str, &str)> = judged
                .area
                .rules
                .iter()
                .filter_map(|rule| Some((rule.statement.principal(), excuse(rule)?)))
                .collect();
            forget(judgement, |violation| {
                let record = violation.record.and_then(|record| judged.records.get(record));
                let is_false = |flag: &str| record.is_some_and(|record| record[flag] == false);
                rules.iter().any(|(statement, flag)| *statement == violation.statement && is_false(flag))
            });
        }),
    ),
    fault(
        GROUP,
        "any-of-not-checked",
        "a record with none of several fields passes",
        any_of,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["anyOf"])),
    ),
    fault(
        GROUP,
        "any-of-wants-all",
        "a record with only one of several fields fails",
        any_of,
        Act::Judgement(|judged, judgement| {
            let rules = judged.area.rules.iter().filter(|rule| !rule.constraint.any_of().is_empty());
            let names: Vec<&String> = rules.flat_map(|rule| rule.constraint.any_of()).collect();
            fail(judgement, judged.records, |_, record| names.iter().any(|name| record.get(name).is_none()));
        }),
    ),
    fault(
        GROUP,
        "optional-demanded",
        "a record without its last optional field fails",
        |contract| cites::both(cites::areas(contract), cites::fields(contract, |_| true)),
        Act::Judgement(|judged, judgement| {
            let needed = |name: &String| {
                judged.area.rules.iter().any(|rule| {
                    rule.constraint.required().contains(name) || rule.constraint.any_of().contains(name)
                })
            };
            let last = judged.area.fields.iter().rev().find(|field| !needed(&field.name));
            if let Some(last) = last {
                fail(judgement, judged.records, |_, record| record.get(&last.name).is_none());
            }
        }),
    ),
    fault(
        GROUP,
        "optional-null-fails",
        "a record with null in an optional field fails",
        |contract| cites::ids(std::iter::once(&contract.file.reading.null_is_absent)),
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                record.as_object().is_some_and(|members| members.values().any(Value::is_null))
            });
        }),
    ),
    fault(
        GROUP,
        "optional-empty-fails",
        "a record with empty text in an optional field fails",
        |contract| cites::ids(std::iter::once(&contract.file.reading.empty_optional)),
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                record.as_object().is_some_and(|members| members.values().any(|value| value == ""))
            });
        }),
    ),
    fault(
        GROUP,
        "contains-not-checked",
        "a list without the element that it must have passes",
        |contract| {
            cites::constraints(contract, |constraint| matches!(constraint, Constraint::Contains { .. }))
        },
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["contains"])),
    ),
    fault(
        GROUP,
        "additional-members-refused",
        "a record with additional members in an object fails",
        |contract| cites::fields(contract, |field| field.additional_properties.is_some()),
        Act::Judgement(|judged, judgement| {
            let fields = judged.area.fields.iter().filter(|field| field.additional_properties.is_some());
            let fields: Vec<_> = fields.collect();
            fail(judgement, judged.records, |_, record| {
                fields.iter().any(|field| {
                    let members = record.get(&field.name).and_then(Value::as_object);
                    members.is_some_and(|members| {
                        members.keys().any(|name| !field.properties.iter().any(|known| &known.name == name))
                    })
                })
            });
        }),
    ),
    fault(
        GROUP,
        "unknown-things-accepted",
        "a record that names an entity the organisation does not have passes",
        exists,
        Act::Contract(contracts::forget_existence),
    ),
    fault(
        GROUP,
        "last-kind-not-looked-up",
        "of the entities that a record names, the last rule's is not looked up",
        exists,
        Act::Contract(|contract| {
            for area in &mut contract.areas {
                let last = area
                    .file
                    .rules
                    .iter()
                    .rposition(|rule| rule.constraint.exists() == Some(UnknownThing::Fails));
                if let Some(last) = last {
                    area.file.rules.remove(last);
                }
            }
        }),
    ),
    fault(
        GROUP,
        "things-of-others-accepted",
        "an entity that belongs to another is accepted",
        |contract| {
            cites::constraints(contract, |constraint| matches!(constraint, Constraint::MemberOf { .. }))
        },
        Act::Contract(|contract| {
            for area in &mut contract.areas {
                area.file.rules.retain(|rule| rule.constraint.member_of().is_none());
            }
        }),
    )
    .hidden("The sample's entities all belong to each other; with fixtures that list members it is seen."),
    fault(
        GROUP,
        "short-ids-unknown",
        "entities named by the shorter form of their ID are not found",
        identities,
        Act::Judgement(|judged, judgement| {
            let is_id = |field: &tally_spec::model::Field| {
                let kind = field.kind.as_ref().and_then(|kind| judged.contract.file.kinds.get(kind));
                kind.is_some_and(|kind| kind.identity.is_some())
            };
            fail(judgement, judged.records, |_, record| {
                let mut ids = super::super::judgements::values(judged.area, record, is_id);
                ids.any(|id| id.as_str().is_some_and(|id| id.len() == 15))
            });
        }),
    ),
    fault(
        GROUP,
        "ids-in-any-case",
        "entities named by their ID in another case are found",
        |contract| cites::both(exists(contract), identities(contract)),
        Act::Body(|context, area, envelope| {
            let ids = area.fields.iter().filter_map(|field| {
                let kind = field.kind.as_ref()?;
                let identity = context.contract.file.kinds.get(kind)?.identity.as_ref()?;
                Some((&field.name, identity.prefix, context.fixtures.things.get(kind)?))
            });
            let ids: Vec<_> = ids.collect();
            for record in body::list(area, envelope).into_iter().flatten() {
                for (name, prefix, things) in &ids {
                    let Some(Value::String(id)) = record.get_mut(*name) else { continue };
                    let begins_alike =
                        |one: &str, other: &str| match (one.get(..*prefix), other.get(..*prefix)) {
                            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
                            _ => false,
                        };
                    if let Some(thing) = things.iter().find(|thing| begins_alike(&thing.name, id)) {
                        id.clone_from(&thing.name);
                    }
                }
            }
        }),
    ),
    fault(
        GROUP,
        "stand-in-ignored",
        "a request option does not stand in for a record's own value",
        stand_ins,
        Act::Body(|_, area, envelope| {
            for field in area.envelope.iter().filter(|field| field.stands_in_for.is_some()) {
                envelope.remove(&field.name);
            }
        }),
    ),
    fault(
        GROUP,
        "stand-in-overrides",
        "a request option overrides a record's own value",
        stand_ins,
        Act::Body(|_, area, envelope| {
            for field in &area.envelope {
                let (Some(own), Some(value)) = (&field.stands_in_for, envelope.get(&field.name).cloned())
                else {
                    continue;
                };
                for record in body::list(area, envelope).into_iter().flatten() {
                    if let Some(record) = record.as_object_mut() {
                        record.insert(own.clone(), value.clone());
                    }
                }
            }
        }),
    ),
    fault(
        GROUP,
        "wrong-types-accepted",
        "a value of a wrong JSON type passes",
        |contract| cites::ids(std::iter::once(&contract.file.reading.wrong_type)),
        Act::Judgement(|judged, judgement| {
            let of_rules =
                statements(judged.area, |constraint| matches!(constraint, Constraint::Required(_)));
            forget(judgement, |violation| {
                violation.keyword == "type" && !of_rules.contains(&violation.statement)
            });
        }),
    )
    .hidden("What becomes of a value of a wrong type is open."),
    fault(
        GROUP,
        "booleans-refused",
        "a record with true in it fails",
        |contract| cites::fields(contract, |field| field.takes(JsonType::Boolean)),
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                record.as_object().is_some_and(|members| members.values().any(|value| *value == true))
            });
        }),
    ),
];
