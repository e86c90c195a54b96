//! A golden case for each class of change: the second contract, one thing changed in it.
//!
//! `diff.golden.txt` holds what the report says. Where a change of ours is meant, write the golden from what
//! the test prints.

use serde_json::json;
use tally_codegen::diff::{Class, compare, is_breaking, to_json, to_markdown, to_text};
use tally_spec::model::{
    Backoff, Behaviour, Cites, Constraint, Contract, Default, DefaultSource, Echo, Encoding, Isolation,
    JsonType, KeyPart, NextBatchSize, OneOrMany, OverLimit, Provenance, Repeated, Response, Rule,
};

use crate::instances;

type Edit = fn(&mut Contract);

/// The class that is meant, what is done to the contract, and whether it is done to the old version.
const CASES: &[(Class, &str, Edit)] = &[
    (Class::AreaAdded, "an area is added", |new| {
        let mut area = new.areas[0].clone();
        area.name = "claims".into();
        new.areas.push(area);
    }),
    (Class::AreaRemoved, "an area is removed", |new| drop(new.areas.remove(1))),
    (Class::PathChanged, "a path changes", |new| new.areas[0].file.path = "/sendings".into()),
    (Class::CallChanged, "the verb changes", |new| new.file.service.verb.value = "POST".into()),
    (Class::ListRenamed, "the list has another name", |new| new.areas[0].file.list.name = "all".into()),
    (Class::ListRenamed, "an envelope is put around the list", |new| {
        new.file.service.envelope = Some("body".to_owned());
    }),
    (Class::OneObjectTaken, "one object is taken", |new| new.areas[0].file.list.one_object = Some(cite())),
    (Class::LimitLowered, "the limit is lowered", |new| new.areas[0].file.limit.maximum -= 1),
    (Class::LimitRaised, "the limit is raised", |new| new.areas[0].file.limit.maximum += 1),
    (Class::LimitCountsChanged, "something else is counted", |new| {
        new.areas[0].file.limit.counts = Some("parts".to_owned());
    }),
    (Class::OverLimitChanged, "what is over the limit is refused otherwise", |new| {
        if let OverLimit::Refuses { http_status, .. } = &mut new.areas[0].file.limit.over {
            *http_status = 400;
        }
    }),
    (Class::FieldAdded, "a field is added", |new| {
        let mut field = new.areas[0].fields[0].clone();
        field.name = "colour".into();
        new.areas[0].file.fields.push(field);
    }),
    (Class::FieldRemoved, "a field is removed", |new| drop(new.areas[0].file.fields.pop())),
    (Class::FieldRequired, "a field is newly required", |new| {
        required(new).push("weight".to_owned());
    }),
    (Class::FieldOptional, "a field is no longer required", |new| {
        required(new).retain(|name| name != "depot");
    }),
    (Class::FieldRequired, "a condition of a required field goes", |new| rule(new, 1).when = None),
    (Class::ConditionsChanged, "a condition looks for another value", |new| {
        if let Some(when) = &mut rule(new, 1).when {
            when.constant = Some(json!("standard"));
        }
    }),
    (Class::TypeNarrowed, "a type is narrowed", |new| {
        new.areas[1].file.fields[2].json_type = OneOrMany::One(JsonType::Number);
    }),
    (Class::TypeWidened, "a type is widened", |new| {
        new.areas[0].file.fields[4].json_type = OneOrMany::Many(vec![JsonType::Number, JsonType::String]);
    }),
    (Class::ListClosed, "a list is closed", |new| {
        new.areas[0].file.fields[3].closed = Some(vec!["110".to_owned(), "112".to_owned()]);
    }),
    (Class::ListOpened, "a list is opened", |new| new.areas[0].file.fields[2].closed = None),
    (Class::ListNarrowed, "a list loses a value", |new| {
        new.areas[0].file.fields[2].closed.as_mut().unwrap().truncate(1);
    }),
    (Class::ListWidened, "a list gains a value", |new| {
        new.areas[0].file.fields[2].closed.as_mut().unwrap().push("slow".to_owned());
    }),
    (Class::RuleTightened, "a maximum is lowered", |new| *bounds(new).1 = Some(20.0)),
    (Class::RuleLoosened, "a maximum is raised", |new| *bounds(new).1 = Some(40.0)),
    (Class::RuleTightened, "a minimum is raised", |new| *bounds(new).0 = Some(1.0)),
    (Class::RuleLoosened, "a minimum is gone", |new| *bounds(new).0 = None),
    (Class::RuleTightened, "a pattern is another", |new| {
        let (field, pattern) = ("number".to_owned(), "^[0-9]+$".to_owned());
        rule_of(new, "number").constraint = Constraint::Pattern { field, pattern };
    }),
    (Class::RuleTightened, "text must be a day", |new| {
        new.areas[0].file.fields[3].format = Some(tally_spec::model::TextFormat::Date);
    }),
    (Class::KindChanged, "IDs have another form", |new| {
        new.file.kinds.values_mut().next().unwrap().pattern = Some("^E-[0-9]+$".to_owned());
    }),
    (Class::KeyChanged, "the key has a further part", |new| {
        new.areas[0].file.key.parts.push(KeyPart { field: "depot".to_owned(), or: None, when: None });
    }),
    (Class::RepeatedChanged, "repeated keys fare otherwise", |new| {
        new.areas[0].file.key.repeated = Repeated::LaterStands;
    }),
    (Class::DefaultChanged, "a default is added", |new| {
        new.areas[0].file.defaults.push(Default {
            field: "arrival".to_owned(),
            source: DefaultSource::Today,
            always: false,
            statement: cite(),
        });
    }),
    (Class::EchoAdded, "an echo is added", |new| {
        new.areas[1].file.echoes.push(Echo {
            name: "pieces".to_owned(),
            field: "pieces".to_owned(),
            encoding: Encoding::AsSent,
            zone: None,
            statement: cite(),
        });
    }),
    (Class::EchoRemoved, "an echo is gone", |new| drop(new.areas[1].file.echoes.pop())),
    (Class::EchoChanged, "an echo repeats another field", |new| {
        new.areas[1].file.echoes[0].field = "article".into();
    }),
    (Class::ResponseChanged, "answers have another HTTP status", |new| {
        if let Response::ByPosition(positional) = new.file.responses.get_mut("itemised").unwrap() {
            positional.http_status = 200;
        }
    }),
    (Class::ResponseChanged, "an area answers in another shape", |new| {
        new.areas[0].file.response = "tallied".into();
    }),
    (Class::StatusAdded, "a status word is another", |new| {
        if let Response::Counting(counted) = new.file.responses.get_mut("tallied").unwrap() {
            counted.status.partial = "several".into();
        }
    }),
    (Class::NextBatchSizeChanged, "a further size is named", |new| {
        new.areas[1].file.next_batch_size = Some(NextBatchSize { also: vec![8], statement: cite() });
    }),
    (Class::IsolationChanged, "failures no longer undo successes", |new| {
        new.areas[1].file.isolation = Isolation::EachForItself;
    }),
    (Class::RefusalRemoved, "a refusal is gone", |new| drop(new.file.service.errors.conditions.pop())),
    (Class::RefusalChanged, "a refusal has another status", |new| {
        new.file.service.errors.conditions[0].http_status = 410;
    }),
    (Class::BackoffAdded, "a further status means to wait", |new| {
        let backoff = Backoff { http_status: 504, code: None, statement: cite() };
        new.file.service.backoff.push(backoff);
    }),
    (Class::MessageChanged, "an error's text changes", |new| new.areas[0].file.message = "no".into()),
    (Class::BehaviourChanged, "a call does something else", |new| {
        new.areas[0].file.behaviours.push(Behaviour::Attaches {
            field: "depot".to_owned(),
            what: "its address".to_owned(),
            statement: cite(),
        });
    }),
    (Class::ReadingChanged, "a reading rests on another statement", |new| new.file.reading.date = cite()),
    (Class::ProvenanceWeakened, "a statement is only assumed", |new| {
        new.statements[0].provenance = Provenance::Assumed;
    }),
    (Class::ProvenanceWeakened, "a limit rests on what is assumed", |new| {
        let mut assumed = new.statements[0].clone();
        (assumed.id, assumed.provenance) = ("Q1".into(), Provenance::Assumed);
        new.statements.push(assumed);
        new.areas[0].file.limit.statement = Cites::One("Q1".to_owned());
    }),
    (Class::StatementChanged, "a statement is reworded", |new| {
        new.statements[0].summary = "Something else.".into();
    }),
    (Class::Documentation, "a statement is found elsewhere in the document", |new| {
        new.statements[0].location = Some("Calling › Root".into());
    }),
    (Class::Documentation, "nothing says where IDs are found", |new| {
        new.file.kinds.values_mut().for_each(|kind| kind.found = None);
    }),
    (Class::Documentation, "a description changes", |new| {
        new.areas[0].file.description = "Sends.".into();
    }),
];

/// Classes that show where a case is read backwards: from what it makes to what was.
const BACKWARDS: &[(Class, &str)] = &[
    (Class::OneObjectRefused, "one object is taken"),
    (Class::RefusalAdded, "a refusal is gone"),
    (Class::BackoffRemoved, "a further status means to wait"),
    (Class::ProvenanceStrengthened, "a limit rests on what is assumed"),
    (Class::ProvenanceStrengthened, "a statement is only assumed"),
    (Class::FieldOptional, "a condition of a required field goes"),
    (Class::DefaultChanged, "a default is added"),
];

fn cite() -> Cites {
    Cites::One("S5".to_owned())
}

fn rule(contract: &mut Contract, index: usize) -> &mut Rule {
    &mut contract.areas[0].file.rules[index]
}

/// The fields that the first rule requires.
fn required(contract: &mut Contract) -> &mut Vec<String> {
    let Constraint::Required(fields) = &mut rule(contract, 0).constraint else { panic!("another rule") };
    fields
}

/// The bounds of the weight.
fn bounds(contract: &mut Contract) -> (&mut Option<f64>, &mut Option<f64>) {
    let Constraint::Range { minimum, maximum, .. } = &mut rule_of(contract, "weight").constraint else {
        panic!("another rule")
    };
    (minimum, maximum)
}

fn rule_of<'c>(contract: &'c mut Contract, field: &str) -> &'c mut Rule {
    let mut rules = contract.areas[0].file.rules.iter_mut();
    rules.find(|rule| rule.constraint.field() == Some(field)).unwrap()
}

#[test]
fn each_class_has_its_golden_case() {
    let old = instances::contract("tests/parcels-v2");
    let mut report = String::new();
    let mut shown = Vec::new();
    let forwards = CASES.iter().map(|case| (case.0, case.1, false));
    for (class, name, backwards) in forwards.chain(BACKWARDS.iter().map(|case| (case.0, case.1, true))) {
        let edit = CASES.iter().find(|case| case.1 == name).unwrap().2;
        let mut new = old.clone();
        edit(&mut new);
        let changes = if backwards { compare(&new, &old) } else { compare(&old, &new) };
        assert!(changes.iter().any(|change| change.class == class), "{name}: {}", to_text(&changes));
        shown.push(class);
        let direction = if backwards { ", backwards" } else { "" };
        report.extend([format!("== {name}{direction}\n{}\n", to_text(&changes))]);
    }
    let missing: Vec<_> = Class::ALL.iter().filter(|class| !shown.contains(class)).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
    let golden = include_str!("diff.golden.txt");
    assert!(report == golden, "the golden file is not what is reported:\n{report}");
}

#[test]
fn a_contract_does_not_differ_from_itself() {
    for name in ["gsapi-v1", "tests/parcels-v2"] {
        let contract = instances::contract(name);
        assert_eq!(compare(&contract, &contract), Vec::new());
    }
}

#[test]
fn the_forms_of_a_report_agree() {
    let old = instances::contract("tests/parcels-v2");
    let mut new = old.clone();
    new.areas[0].file.limit.maximum = 3;
    new.areas[0].file.description = "a | b".into();
    let changes = compare(&old, &new);
    assert!(is_breaking(&changes));
    let json = to_json(&changes);
    assert_eq!(json["breaking"], json!(true));
    assert_eq!(json["changes"][0]["class"], json!("limit-lowered"));
    assert_eq!(json["changes"][0]["breaksSenders"], json!(true));
    let markdown = to_markdown(&changes);
    assert!(markdown.contains("| **breaking** | **breaking** | shipments: limit | limit-lowered | 5 | 3 |"));
    assert!(markdown.contains(r"a \| b"), "a bar ends no cell: {markdown}");
}
