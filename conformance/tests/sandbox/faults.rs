//! Faults are switched while the mock runs, and what it holds stays.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Duration;

use serde_json::{Value, json};
use tally_conformance::mock::fault::{CATALOGUE, PRESETS};
use tally_spec::model::PlatformCondition;

use crate::support::{Sandbox, TOKEN};

const FAULT: &str = "/_tally/fault";

fn put(sandbox: &Sandbox, fault: &str) -> Value {
    sandbox.own("PUT", FAULT, &json!({ "fault": fault }).to_string())
}

/// The number of records that the first area holds.
fn kept(sandbox: &Sandbox) -> u64 {
    let state = sandbox.own("GET", "/_tally/state", "");
    state["areas"][0]["records"].as_u64().expect("a number")
}

#[test]
fn one_is_put_on_and_taken_off() {
    let sandbox = Sandbox::start();
    assert_eq!(sandbox.own("GET", FAULT, "")["active"], Value::Null);
    let active = put(&sandbox, "too-many-requests=0.5")["active"].clone();
    assert_eq!(active["fault"], "too-many-requests=0.5");
    assert_eq!((&active["name"], &active["argument"]), (&json!("too-many-requests"), &json!(0.5)));
    assert_eq!(active["preset"], Value::Null);
    assert_eq!(sandbox.own("GET", FAULT, "")["active"], active);
    assert_eq!(sandbox.own("DELETE", FAULT, "")["active"], Value::Null);
    assert_eq!(sandbox.send_example().status, 200);
}

#[test]
fn an_unknown_one_is_refused_with_one_that_is_near() {
    let sandbox = Sandbox::start();
    for (sent, near) in [("limit-plus-on", "limit-plus-one"), ("read-timeouts", "read-timeout")] {
        let refused = sandbox.ask("PUT", FAULT, &[], &json!({ "fault": sent }).to_string());
        let text = refused.json()["error"].as_str().expect("a text").to_owned();
        assert!(refused.status == 400 && text.contains(near), "{} {text}", refused.status);
    }
    let refused = sandbox.ask("PUT", FAULT, &[], &json!({ "fault": "nope" }).to_string());
    let text = refused.json()["error"].as_str().expect("a text").to_owned();
    assert!(!text.contains("did you mean") && text.contains("GET /_tally/fault"), "{text}");
    for body in ["", "{}", "[]", "{\"fault\": 1}"] {
        assert_eq!(sandbox.ask("PUT", FAULT, &[], body).status, 400, "{body}");
    }
}

#[test]
fn each_of_the_catalogue_can_be_put_on_and_what_is_held_stays() {
    let sandbox = Sandbox::start();
    sandbox.send_example();
    let before = kept(&sandbox);
    assert!(before > 0);
    for entry in CATALOGUE {
        let name = put(&sandbox, entry.name)["active"]["name"].clone();
        assert_eq!(name, entry.name);
    }
    for preset in PRESETS {
        let active = put(&sandbox, preset.name)["active"].clone();
        assert!(active["fault"].as_str().is_some_and(|fault| fault.starts_with(preset.fault)), "{active}");
        assert_eq!(active["preset"], preset.name);
    }
    sandbox.own("DELETE", FAULT, "");
    assert_eq!(kept(&sandbox), before);
}

#[test]
fn an_expired_session_is_refused_as_the_contract_has_it() {
    let sandbox = Sandbox::start();
    put(&sandbox, "expired-session");
    let conditions = &sandbox.contract.file.service.errors.conditions;
    let wanted = conditions.iter().find(|known| known.when == PlatformCondition::Unauthorized).expect("one");
    let refused = sandbox.send_example();
    assert_eq!((refused.status, refused.code(&sandbox.contract)), (wanted.http_status, wanted.code.clone()));
    assert_eq!(kept(&sandbox), 0);
}

#[test]
fn too_many_requests_are_refused_as_the_contract_has_it() {
    let sandbox = Sandbox::start();
    put(&sandbox, "request-limit-exceeded");
    let wanted = sandbox.contract.file.service.backoff.iter().find(|one| one.code.is_some()).expect("one");
    let refused = sandbox.send_example();
    assert_eq!(refused.status, wanted.http_status);
    assert_eq!(Some(refused.code(&sandbox.contract)), wanted.code);
    assert_eq!(kept(&sandbox), 0);
}

#[test]
fn a_fault_of_the_day_comes_after_so_many_requests() {
    let sandbox = Sandbox::start();
    let errors = &sandbox.contract.file.service.errors.conditions;
    let expired = errors.iter().find(|known| known.when == PlatformCondition::Unauthorized).expect("one");
    let quota = sandbox.contract.file.service.backoff.iter().find(|one| one.code.is_some()).expect("one");
    for (fault, status) in [
        ("token-expires-after=2", expired.http_status),
        ("quota-after=2", quota.http_status),
        ("maintenance-after=2", 503),
    ] {
        put(&sandbox, fault);
        let statuses: Vec<u16> = (0..4).map(|_| sandbox.send_example().status).collect();
        assert_eq!(statuses, [200, 200, status, status], "{fault}");
    }
}

#[test]
fn a_fault_of_the_day_stands_beside_another() {
    let sandbox = Sandbox::start();
    let fault = put(&sandbox, "maintenance-after=1,silent-drop")["active"]["fault"].clone();
    assert_eq!(fault, "passes-not-kept,maintenance-after=1");
    assert_eq!([sandbox.send_example().status, sandbox.send_example().status], [200, 503]);
    assert_eq!(kept(&sandbox), 0);
    for two in ["silent-drop,limit-plus-one", "quota-after=1,maintenance-after=1"] {
        let refused = sandbox.ask("PUT", FAULT, &[], &json!({ "fault": two }).to_string());
        assert!(refused.status == 400 && refused.body.contains("the day's"), "{}", refused.body);
    }
}

#[test]
fn what_is_dropped_silently_is_answered_as_ever() {
    let (sandbox, honest) = (Sandbox::start(), Sandbox::start());
    put(&sandbox, "silent-drop");
    assert_eq!(sandbox.send_example().body, honest.send_example().body);
    assert_eq!(kept(&sandbox), 0);
    assert!(kept(&honest) > 0);
}

#[test]
fn what_is_never_answered_is_done() {
    let sandbox = Sandbox::start();
    put(&sandbox, "read-timeout");
    let (path, body) = sandbox.call();
    let mut connection = sandbox.connect();
    let token = format!("Bearer {TOKEN}");
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    connection.write_all(sandbox.request("POST", &path, &headers, &body).as_bytes()).expect("it is sent");
    connection.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
    let waits = connection.read(&mut [0]).expect_err("no answer").kind();
    assert!(matches!(waits, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits:?}");
    assert!(kept(&sandbox) > 0);
    assert_eq!(sandbox.own("GET", "/_tally/journal/1", "")["fault"], "answer-never-comes=1");
}

#[test]
fn a_judgement_knows_no_fault() {
    let sandbox = Sandbox::start();
    let (_, body) = sandbox.call();
    put(&sandbox, "expired-session");
    let path = format!("/_tally/judge/{}", sandbox.contract.areas[0].name);
    assert_eq!(sandbox.own("POST", &path, &body)["verdict"], "accepted");
    assert_eq!(sandbox.own("POST", &path, "{")["verdict"], "refused");
    assert_eq!(kept(&sandbox), 0, "nothing is written");
}

#[test]
fn a_job_is_done_with_the_fault_that_its_request_was_taken_with() {
    for (taken_with, done_with, is_kept) in
        [(Some("silent-drop"), None, false), (None, Some("silent-drop"), true)]
    {
        // A job does its first piece at once, and the next ones when it is waited for.
        let sandbox = Sandbox::with(|mock| mock.job_pause(Duration::from_mins(10)));
        let switch = |fault: Option<&str>| match fault {
            Some(fault) => put(&sandbox, fault),
            None => sandbox.own("DELETE", FAULT, ""),
        };
        let (path, body) = sandbox.over_limit();
        switch(taken_with);
        // The second waits for the first, and is begun when the other fault is on.
        for _ in 0..2 {
            assert_eq!(sandbox.post(&path, &body).status, 200);
        }
        switch(done_with);
        assert_eq!(sandbox.own("POST", "/_tally/drain", "")["drained"], 2);
        assert_eq!(kept(&sandbox) > 0, is_kept, "{taken_with:?} {done_with:?}");
        assert_eq!(sandbox.own("GET", "/_tally/jobs", "")["jobs"][0]["failed"], 0);
    }
}

#[test]
fn a_job_that_never_ends_does_once_the_fault_is_off() {
    let sandbox = Sandbox::start();
    put(&sandbox, "job-never-ends");
    let (path, body) = sandbox.over_limit();
    assert_eq!(sandbox.post(&path, &body).status, 200);
    let late = sandbox.ask("POST", "/_tally/drain?seconds=0", &[], "");
    assert_eq!((late.status, late.json()["error"].is_string()), (504, true));
    let job = || sandbox.own("GET", "/_tally/jobs", "")["jobs"][0].clone();
    assert!(job()["state"] != "done" && job()["processed"].as_u64() < job()["records"].as_u64());
    sandbox.own("DELETE", FAULT, "");
    sandbox.own("POST", "/_tally/drain", "");
    assert_eq!((&job()["state"], &job()["processed"]), (&json!("done"), &job()["records"]));
}

#[test]
fn what_is_held_up_can_be_forgotten() {
    let sandbox = Sandbox::start();
    put(&sandbox, "job-never-ends");
    let (path, body) = sandbox.over_limit();
    assert_eq!(sandbox.post(&path, &body).status, 200);
    sandbox.own("POST", "/_tally/reset", "");
    assert_eq!(sandbox.own("POST", "/_tally/drain", "")["drained"], 0);
}

#[test]
fn faults_of_what_is_kept_are_answered_as_ever() {
    let (sandbox, honest) = (Sandbox::start(), Sandbox::start());
    let answers = |sandbox: &Sandbox| -> Vec<(u16, String)> {
        let answers = sandbox.calls().into_iter().map(|(path, body)| sandbox.post(&path, &body));
        answers.map(|answer| (answer.status, answer.body)).collect()
    };
    let due = answers(&honest);
    let hidden: Vec<_> = CATALOGUE.iter().filter(|entry| entry.group == "what is kept").collect();
    assert!(hidden.len() > 15, "{}", hidden.len());
    for entry in hidden {
        put(&sandbox, entry.name);
        sandbox.own("POST", "/_tally/reset", "");
        assert_eq!(answers(&sandbox), due, "{}", entry.name);
    }
}
