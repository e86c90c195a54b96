//! Events are sent as they happen.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use serde_json::Value;
use tally_conformance::mock::Limits;

use crate::support::Sandbox;

/// Reads server-sent events.
struct Events(BufReader<TcpStream>);

impl Events {
    fn listen(sandbox: &Sandbox) -> Self {
        let mut connection = sandbox.connect();
        connection
            .write_all(sandbox.request("GET", "/_tally/events", &[], "").as_bytes())
            .expect("it is sent");
        let mut events = Self(BufReader::new(connection));
        let head = events.until_blank();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(head.to_lowercase().contains("content-type: text/event-stream"), "{head}");
        // The first comment: from here on every event is sent.
        while !events.line().contains(": listening") {}
        events
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).expect("a line") > 0, "the stream has ended");
        line
    }

    fn until_blank(&mut self) -> String {
        let mut text = String::new();
        loop {
            let line = self.line();
            if line.trim().is_empty() {
                return text;
            }
            text.push_str(&line);
        }
    }

    /// The next event.
    fn next(&mut self) -> (String, Value) {
        loop {
            let line = self.line();
            if let Some(name) = line.strip_prefix("event: ") {
                let data = self.line();
                let data = data.strip_prefix("data: ").expect("data behind the event");
                return (name.trim().to_owned(), serde_json::from_str(data).expect("JSON"));
            }
        }
    }
}

#[test]
fn exchanges_faults_days_and_resets_are_sent() {
    let sandbox = Sandbox::start();
    let mut events = Events::listen(&sandbox);
    sandbox.send_example();
    let (name, summary) = events.next();
    assert_eq!((name.as_str(), &summary["number"]), ("exchange", &Value::from(1)));
    let listed = sandbox.own("GET", "/_tally/journal", "");
    assert_eq!(listed["entries"][0], summary);
    sandbox.own("PUT", "/_tally/fault", "{\"fault\": \"silent-drop\"}");
    let (name, active) = events.next();
    assert_eq!((name.as_str(), &active["name"]), ("fault", &Value::from("passes-not-kept")));
    sandbox.own("DELETE", "/_tally/fault", "");
    assert_eq!(events.next(), ("fault".to_owned(), Value::Null));
    sandbox.own("PUT", "/_tally/clock", "{\"today\": \"2015-02-01\"}");
    let (name, clock) = events.next();
    assert_eq!((name.as_str(), &clock["today"]), ("clock", &Value::from("2015-02-01")));
    sandbox.own("POST", "/_tally/reset", "");
    assert_eq!(events.next().0, "reset");
}

#[test]
fn a_job_is_sent_until_it_is_done() {
    let sandbox = Sandbox::start();
    let area = sandbox
        .contract
        .areas
        .iter()
        .find(|area| area.limit.counts.is_none() && !area.examples.is_empty())
        .expect("an area whose limit counts records");
    let path = format!("{}{}", sandbox.contract.file.service.base_path(), area.path);
    let body = sandbox.empty_records(area, area.limit.maximum + 1);
    let mut events = Events::listen(&sandbox);
    assert_eq!(sandbox.post(&path, &body).status, 200);
    let mut exchange = None;
    let job = loop {
        match events.next() {
            (name, data) if name == "exchange" => exchange = Some(data),
            (name, data) if name == "job" && data["state"] == "done" && exchange.is_some() => break data,
            _ => {}
        }
    };
    let exchange = exchange.expect("the exchange was sent");
    assert_eq!((&exchange["acknowledged"], &exchange["job"]), (&Value::Bool(true), &job["id"]));
    assert_eq!(job["exchange"], exchange["number"]);
    assert_eq!(job["processed"], area.limit.maximum + 1);
    assert_eq!(job["failed"], area.limit.maximum + 1, "records without anything");
    assert_eq!(sandbox.own("POST", "/_tally/drain", "")["drained"], 0);
    assert_eq!(sandbox.own("GET", "/_tally/jobs", "")["jobs"][0], job);
}

#[test]
fn listeners_leave_room_for_others() {
    let sandbox = Sandbox::with(|mock| mock.limits(Limits { connections: 4, ..Limits::default() }));
    let listener = Events::listen(&sandbox);
    let answer = sandbox.ask("GET", "/_tally/events", &[], "");
    assert_eq!(answer.status, 503);
    drop(listener);
}
