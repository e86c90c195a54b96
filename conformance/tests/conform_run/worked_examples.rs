//! The document's own examples, mended: requests at the mock, answers by the schemas and the status rules.
//! They are never paired, since the document's own do not belong together.

use std::time::Duration;

use serde_json::Value;
use tally_conformance::check::{self, Seen};
use tally_conformance::client::{Answer, Client, Connection, Outcome, Request, Secret, Target, Token};
use tally_conformance::oracle::{Expectation, Expected, Fate, Oracle};
use tally_spec::model::{Area, ExampleKind, Response, WorkedExample};

use crate::support::{Setup, TOKEN};

fn each(kind: ExampleKind, mut test: impl FnMut(&Setup, &Area, &WorkedExample)) {
    let setup = Setup::read();
    let mut tested = 0;
    for area in &setup.contract.areas {
        for example in area.examples.iter().filter(|example| example.entry.kind == kind) {
            test(&setup, area, example);
            tested += 1;
        }
    }
    assert!(tested >= setup.contract.areas.len(), "only {tested} examples");
}

/// The mock's organisation is the sample, in which not every thing that the document names exists; so every
/// thing that an example names is put there first.
#[test]
fn the_mock_takes_every_request() {
    let mut setup = Setup::read();
    let examples: Vec<_> = setup.contract.areas.iter().flat_map(|area| &area.examples).collect();
    let texts: Vec<String> = examples.iter().flat_map(|example| texts(&example.value)).collect();
    for things in setup.fixtures.things.values_mut() {
        let Some(first) = things.first().cloned() else { continue };
        let known: Vec<String> = things.iter().map(|thing| thing.name.clone()).collect();
        let more = texts.iter().filter(|text| !known.contains(text));
        let named = |(row, text): (usize, &String)| {
            let mut thing = first.clone();
            thing.name.clone_from(text);
            thing.row = known.len() + row;
            thing
        };
        let more: Vec<_> = more.enumerate().map(named).collect();
        things.extend(more);
    }
    let mock = setup.mock(None);
    let target = Target {
        root: mock.root().to_owned(),
        token: Secret::new(TOKEN),
        timeout: Duration::from_secs(10),
        connection: Connection::default(),
    };
    let client = Client::new(&setup.contract, target);
    each(ExampleKind::Request, |setup, area, example| {
        let name = format!("{} {}", area.name, example.entry.name);
        let service = &setup.contract.file.service;
        let request = Request {
            verb: service.verb.value.clone(),
            path: area.path.clone(),
            media_type: Some(service.media_type.value.clone()),
            token: Token::Given,
            body: example.value.to_string().into_bytes().into(),
        };
        let Outcome::Answered(answer) = client.send(request).outcome else { panic!("{name} has no answer") };
        let body: Value = serde_json::from_slice(&answer.body).expect("the answer is JSON");
        assert_eq!(answer.status, 200, "{name}: {body}");
        match setup.contract.response(area) {
            Response::Counting(shape) => {
                assert_eq!(body[&shape.fail_count], 0, "{name}: {body}");
                assert!(body[&shape.pass_count].as_u64().is_some_and(|count| count > 0), "{name}: {body}");
            }
            Response::Whole(shape) => assert_eq!(body[&shape.status.name], *shape.status.success, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    });
}

#[test]
fn every_answer_has_the_response_schema_and_keeps_the_status_rules() {
    each(ExampleKind::Response, |setup, area, example| {
        let name = format!("{} {}", area.name, example.entry.name);
        let generated = setup.generated.area(&area.name).expect("it was generated");
        let schema: Value = serde_json::from_str(generated.response_schema).expect("it is JSON");
        let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
        let errors: Vec<String> =
            validator.iter_errors(&example.value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert_eq!(breaches(setup, area, &example.value), Vec::<String>::new(), "{name}");
    });
}

/// The response schema and the status rules notice what is wrong: else the test above could not fail.
#[test]
fn an_answer_with_the_wrong_status_is_noticed() {
    each(ExampleKind::Response, |setup, area, example| {
        let Response::Counting(shape) = setup.contract.response(area) else { return };
        let mut wrong = example.value.clone();
        let word = if wrong[&shape.status.name] == *shape.status.failure {
            &shape.status.success
        } else {
            &shape.status.failure
        };
        wrong[&shape.status.name] = word.as_str().into();
        assert!(!breaches(setup, area, &wrong).is_empty(), "{} {}", area.name, example.entry.name);
    });
}

/// What the checks say of one answer if the outcome of every record is unspecified.
fn breaches(setup: &Setup, area: &Area, body: &Value) -> Vec<String> {
    const ASKED: [&str; 3] =
        ["response_has_documented_shape", "status_is_documented", "status_matches_counts"];
    let count = match setup.contract.response(area) {
        Response::Counting(shape) => [&shape.pass_count, &shape.fail_count]
            .iter()
            .filter_map(|name| body[name.as_str()].as_u64())
            .sum(),
        _ => 1,
    };
    let open = Expected { fate: Fate::Open, reasons: Vec::new(), may_refuse: false, premises: Vec::new() };
    let expectation = match setup.contract.response(area) {
        Response::Whole(_) => Expectation::Whole(open),
        _ => Expectation::Records {
            records: vec![open; usize::try_from(count).expect("a small number")],
            repeated_keys: Vec::new(),
        },
    };
    let answer = Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), setup.contract.file.service.media_type.value.clone())],
        body: body.to_string().into_bytes().into(),
        cut_short: false,
        duration: Duration::ZERO,
    };
    let records = vec![Value::Null; usize::try_from(count).expect("a small number")];
    let oracle = Oracle::new(&setup.contract, &setup.fixtures);
    let seen = Seen {
        contract: &setup.contract,
        area,
        oracle: &oracle,
        body: &Value::Null,
        records: &records,
        expectation: &expectation,
        answer: &answer,
        json: Some(body),
        token: &Secret::new(TOKEN),
    };
    let asked = check::ALL.iter().filter(|check| ASKED.contains(&check.id));
    asked.filter_map(|check| (check.ask)(&seen)).flatten().map(|breach| breach.message).collect()
}

/// Every text in a value.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(elements) => elements.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
