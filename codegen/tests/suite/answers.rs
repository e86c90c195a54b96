//! What a response schema accepts, the generated types read; and what they do not read, they name.
//!
//! Instances are the worked examples and seeded mutations of them.

use jsonschema::Validator;
use serde_json::{Value, json};
use tally_generated::gsapi_v1::{
    self, ctas, customers, features, milestones, nps, scorecard_measures, scorecard_overall, survey, usage,
};
use tally_generated::runtime::{AnswerError, EpochDay, EpochMillis, Refusal, RefusalCause, Scalar};
use tally_spec::model::{Contract, Encoding, ExampleKind};

use crate::instances;

const MUTANTS_PER_EXAMPLE: u64 = 2_000;

/// How an area's answers are read, without their types.
struct Reader {
    area: &'static str,
    read: fn(&[u8]) -> Result<(), AnswerError>,
}

macro_rules! readers {
    ($($module:ident)*) => {
        [$(Reader {
            area: stringify!($module),
            read: |body| match $module::Answer::read(200, body)? {
                $module::Answer::Processed(_) | $module::Answer::Acknowledged(_) => Ok(()),
                other => panic!("{other:?}"),
            },
        }),*]
    };
}

fn readers() -> Vec<Reader> {
    readers! {
        ctas customers features milestones nps scorecard_measures scorecard_overall survey usage
    }
    .into()
}

/// The worked responses of an area, and an acknowledgement.
fn responses(contract: &Contract, area: &str) -> Vec<Value> {
    let area = contract.area(area).unwrap();
    let worked = area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Response);
    let acknowledged = json!({ "status": "SUCCESS", "msg": "later" });
    worked.map(|example| example.value.clone()).chain([acknowledged]).collect()
}

fn schema(area: &str) -> Validator {
    let schema = gsapi_v1::CONTRACT.area(area).unwrap().response_schema;
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// An answer with members that it does not need, and entries with such echoes as a schema accepts, or none.
fn loosened(contract: &Contract, area: &str, answer: &Value, seed: u64) -> Value {
    let mut random = instances::Random::new(seed);
    let mut answer = answer.clone();
    answer["unknown"] = json!({ "status": [] });
    let entries = answer.get_mut("errLog").and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        for echo in &contract.area(area).unwrap().echoes {
            let whole = [
                json!(null),
                json!(0),
                json!(-1.0),
                json!(1e30),
                json!(1_404_777_600_000.0),
                json!(u64::MAX),
            ];
            let scalar = [json!("x"), json!(""), json!(2.5), json!(true), json!(null), json!(1e300)];
            let values = match echo.encoding {
                Encoding::AsSent => &scalar,
                Encoding::EpochMilliseconds => &whole,
            };
            match random.below(3) {
                0 => drop(entry.as_object_mut().unwrap().remove(&echo.name)),
                _ => entry[&echo.name] = random.pick(values).clone(),
            }
        }
    }
    answer
}

#[test]
fn what_the_schema_accepts_is_read() {
    let contract = instances::contract("gsapi-v1");
    let (mut tried, mut accepted, mut unread) = (0_u64, 0_u64, 0_u64);
    let readers = readers();
    assert_eq!(readers.len(), gsapi_v1::CONTRACT.areas.len());
    for Reader { area, read } in readers {
        let area = &area.replace('_', "-");
        let schema = schema(area);
        let mutator = instances::Mutator::for_answers(&contract, area);
        for example in responses(&contract, area) {
            for seed in 0..MUTANTS_PER_EXAMPLE {
                let mutant = match seed % 3 {
                    0 => loosened(&contract, area, &example, seed),
                    _ => mutator.mutate(&example, seed),
                };
                let is_accepted = schema.is_valid(&mutant);
                let found = read(mutant.to_string().as_bytes());
                assert!(found.is_ok() || !is_accepted, "{area}: {mutant}: {}", found.unwrap_err());
                tried += 1;
                accepted += u64::from(is_accepted);
                unread += u64::from(found.is_err());
            }
        }
    }
    assert!(tried > 40_000, "only {tried} instances were tried");
    assert!(accepted * 4 > tried, "only {accepted} of {tried} instances fit the schema");
    assert!(unread * 4 > tried, "only {unread} of {tried} instances were not read");
}

/// Checks the place and the text of what is wrong with an answer.
#[track_caller]
fn check_error(answer: &Value, pointer: &str, message: &str) {
    let error = nps::Answer::read(200, answer.to_string().as_bytes()).unwrap_err();
    let AnswerError::Shape { pointer: found, message: said } = &error else { panic!("{error}") };
    assert_eq!((found.as_str(), said.as_str()), (pointer, message));
}

/// An answer with one entry, whose members are replaced.
fn with_entry(members: &Value) -> Value {
    let mut entry = json!({ "type": "Custom", "errorLog": "no" });
    entry.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({
        "nextBatchSize": 100, "errLog": [entry], "status": "FAILED", "failCount": 1, "passCount": 0
    })
}

#[test]
fn an_answer_that_does_not_fit_says_where() {
    check_error(&json!([]), "", "must be an object, is an array");
    check_error(&json!({}), "", "`nextBatchSize` is missing");
    check_error(&with_entry(&json!({ "errorLog": 7 })), "/errLog/0/errorLog", "must be a string, is 7");
    check_error(
        &with_entry(&json!({ "respondeddate": "2014-02-01" })),
        "/errLog/0/respondeddate",
        "must be a whole number of milliseconds, is \"2014-02-01\"",
    );
    check_error(
        &with_entry(&json!({ "account": {} })),
        "/errLog/0/account",
        "must be a string, a number, true, false or null, is an object",
    );
    let mut answer = with_entry(&json!({}));
    answer["failCount"] = json!(-1);
    check_error(&answer, "/failCount", "must be a whole number, 0 or more, is -1");
    answer["status"] = json!("OK");
    check_error(&answer, "/status", "must be \"SUCCESS\" or \"PARTIAL SUCCESS\" or \"FAILED\", is \"OK\"");
    // Of the two shapes, the one whose members are there is meant.
    check_error(&json!({ "status": "FAILED", "msg": "no" }), "/status", "must be \"SUCCESS\", is \"FAILED\"");
}

#[test]
fn an_entry_is_read_with_and_without_its_echoes() {
    let answer = with_entry(
        &json!({ "account": null, "npsscore": 5.5, "respondeddate": 1_391_212_800_000.0, "x": [] }),
    );
    let nps::Answer::Processed(response) = nps::Answer::read(200, answer.to_string().as_bytes()).unwrap()
    else {
        panic!("it is within the limit");
    };
    let failure = &response.err_log[0];
    assert_eq!((&failure.account, &failure.userrole), (&None, &None));
    assert_eq!(failure.npsscore.as_ref().and_then(Scalar::as_f64), Some(5.5));
    assert_eq!(failure.respondeddate.map(EpochMillis::day), EpochDay::parse("2014-02-01"));
    let again: nps::Response = serde_json::from_value(serde_json::to_value(&response).unwrap()).unwrap();
    assert_eq!(again, response);
}

#[test]
fn of_two_members_with_one_name_the_last_stands() {
    let body = br#"{"status": 7, "msg": "a", "status": "SUCCESS", "msg": "b"}"#;
    let nps::Answer::Acknowledged(acknowledged) = nps::Answer::read(200, body).unwrap() else {
        panic!("it is an acknowledgement");
    };
    assert_eq!(acknowledged.msg, "b");
}

/// Checks what a refusal is read as.
#[track_caller]
fn check_refusal(http_status: u16, body: &str, cause: Option<RefusalCause>, errors: usize) {
    let answer = nps::Answer::read(http_status, body.as_bytes()).unwrap();
    let nps::Answer::Refused(Refusal { http_status: status, cause: found, errors: list }) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!((status, found, list.len()), (http_status, cause, errors));
}

#[test]
fn refusals_are_known_by_status_and_code() {
    let error = |code: &str| format!(r#"[{{"errorCode": "{code}", "message": "no"}}]"#);
    check_refusal(401, &error("INVALID_SESSION_ID"), Some(RefusalCause::Unauthorized), 1);
    check_refusal(401, "<html>", Some(RefusalCause::Unauthorized), 0);
    check_refusal(400, &error("JSON_PARSER_ERROR"), Some(RefusalCause::NotJson), 1);
    check_refusal(400, &error("INVALID_INPUT"), Some(RefusalCause::Unusable), 1);
    check_refusal(400, &error("OTHER"), None, 1);
    check_refusal(503, "", Some(RefusalCause::RetryLater), 0);
    check_refusal(403, &error("REQUEST_LIMIT_EXCEEDED"), Some(RefusalCause::RetryLater), 1);
    check_refusal(403, &error("OTHER"), None, 1);
    check_refusal(500, &error("UNKNOWN"), None, 1);
    for (http_status, body) in [(500, "<html>"), (204, ""), (201, "{}")] {
        let error = nps::Answer::read(http_status, body.as_bytes()).unwrap_err();
        assert_eq!(error, AnswerError::UndocumentedStatus { http_status });
    }
    assert!(matches!(nps::Answer::read(200, b"{"), Err(AnswerError::NotJson { .. })));
}

#[test]
fn days_are_those_of_the_calendar() {
    let mut days = -800_000_i64;
    while days < 3_000_000 {
        let instant = EpochMillis::new(days * 86_400_000);
        let (year, month, day) = instant.day().year_month_day();
        assert!((1..=12).contains(&month) && (1..=31).contains(&day), "{year}-{month}-{day}");
        if (0..=9999).contains(&year) {
            assert_eq!(EpochDay::parse(&instant.day().to_string()).map(EpochDay::days), Some(days));
        }
        days += 17;
    }
    assert_eq!(EpochDay::parse("1969-12-31").map(EpochDay::days), Some(-1));
    assert_eq!(EpochDay::parse("0000-02-29").map(EpochDay::year_month_day), Some((0, 2, 29)));
}
