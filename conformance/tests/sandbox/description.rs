//! The interface is as its description has it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Sandbox;

/// A request: method, path as asked, path as described, body.
type Asked = (&'static str, String, &'static str, String);

fn requests(sandbox: &Sandbox) -> Vec<Asked> {
    let area = &sandbox.contract.areas[0].name;
    let (_, body) = sandbox.call();
    let kind = sandbox.contract.file.kinds.keys().next().expect("a kind");
    let of = |path: &str| path.replace("{area}", area).replace("{number}", "1").replace("{kind}", kind);
    let mut asked = Vec::new();
    let mut ask = |method: &'static str, path: &'static str, query: &str, body: &str| {
        asked.push((method, of(path) + query, path, body.to_owned()));
    };
    ask("GET", "/healthz", "", "");
    ask("GET", "/_tally/openapi.json", "", "");
    ask("GET", "/_tally/state", "", "");
    ask("GET", "/_tally/state/{area}", "", "");
    ask("GET", "/_tally/state/{area}", "?q=a&offset=1&limit=1", "");
    ask("GET", "/_tally/state/{area}", "?where=no-field:1", "");
    ask("GET", "/_tally/state/{area}", "?limit=x", "");
    ask("GET", "/_tally/things/{kind}", "", "");
    ask("GET", "/_tally/things/{kind}", "?offset=1&limit=1", "");
    ask("GET", "/_tally/things/{kind}", "?limit=x", "");
    ask("GET", "/_tally/journal", "", "");
    ask("GET", "/_tally/journal", "?after=x", "");
    ask("GET", "/_tally/journal/{number}", "", "");
    ask("GET", "/_tally/jobs", "", "");
    ask("POST", "/_tally/drain", "", "");
    ask("POST", "/_tally/drain", "?seconds=x", "");
    ask("PUT", "/_tally/clock", "", "{\"today\": \"2015-02-01\"}");
    ask("PUT", "/_tally/clock", "", "{\"today\": \"2015-02-30\"}");
    ask("GET", "/_tally/clock", "", "");
    ask("DELETE", "/_tally/clock", "", "");
    ask("PUT", "/_tally/fault", "", "{\"fault\": \"limit-plus-one\"}");
    ask("PUT", "/_tally/fault", "", "{\"fault\": \"flaky=0.5\"}");
    ask("PUT", "/_tally/fault", "", "{\"fault\": \"no-fault\"}");
    ask("GET", "/_tally/fault", "", "");
    ask("DELETE", "/_tally/fault", "", "");
    ask("POST", "/_tally/judge/{area}", "", &body);
    ask("POST", "/_tally/judge/{area}", "", "{\"");
    ask("POST", "/_tally/judge/{area}", "", &body.replace(": \"", ": \"x"));
    asked.push(("GET", "/_tally/state/no-area".to_owned(), "/_tally/state/{area}", String::new()));
    asked.push(("GET", "/_tally/things/no-kind".to_owned(), "/_tally/things/{kind}", String::new()));
    asked.push(("POST", "/_tally/judge/no-area".to_owned(), "/_tally/judge/{area}", String::new()));
    asked.push(("GET", "/_tally/journal/999".to_owned(), "/_tally/journal/{number}", String::new()));
    asked.push(("GET", "/_tally/journal/x".to_owned(), "/_tally/journal/{number}", String::new()));
    asked.push(("POST", "/_tally/reset".to_owned(), "/_tally/reset", String::new()));
    asked
}

#[test]
fn answers_are_as_described() {
    let sandbox = Sandbox::start();
    let description = sandbox.own("GET", "/_tally/openapi.json", "");
    sandbox.send_example();
    over_limit(&sandbox);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (method, path, described, body) in requests(&sandbox) {
        let answer = sandbox.ask(method, &path, &[], &body);
        let operation = &description["paths"][described][method.to_lowercase()];
        let responses = operation["responses"].as_object().unwrap_or_else(|| panic!("{method} {described}"));
        let response = responses.get(&answer.status.to_string()).or_else(|| responses.get("default"));
        let response = response.unwrap_or_else(|| panic!("{method} {path}: {}", answer.status));
        let response = match response["$ref"].as_str() {
            Some(reference) => description.pointer(&reference[1..]).expect("a response"),
            None => response,
        };
        let mut schema = json!({ "allOf": [response["content"]["application/json"]["schema"]] });
        schema["components"] = description["components"].clone();
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        wrong.extend(validator.iter_errors(&answer.json()).map(|error| {
            format!("{method} {path} {}: {} at {}", answer.status, error, error.instance_path())
        }));
        seen.insert((method.to_lowercase(), described, answer.status));
    }
    assert_eq!(wrong, [""; 0]);
    let described = description["paths"].as_object().expect("paths").iter().flat_map(|(path, item)| {
        item.as_object().expect("an object").keys().map(move |method| (method.clone(), path.as_str()))
    });
    let elsewhere = [("get", "/"), ("get", "/_tally/events")];
    let unseen: Vec<_> = described
        .filter(|(method, path)| !elsewhere.contains(&(method.as_str(), path)))
        .filter(|(method, path)| !seen.contains(&(method.clone(), *path, 200)))
        .collect();
    assert_eq!(unseen, [], "every operation was seen to succeed");
}

#[test]
fn events_are_as_described() {
    let sandbox = Sandbox::start();
    let description = sandbox.own("GET", "/_tally/openapi.json", "");
    let operation = &description["paths"]["/_tally/events"]["get"];
    let text = operation["description"].as_str().expect("a text");
    for name in ["exchange", "job", "fault", "clock", "reset", "lagged"] {
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn each_schema_is_used_and_each_reference_leads_somewhere() {
    let sandbox = Sandbox::start();
    let description = sandbox.own("GET", "/_tally/openapi.json", "");
    let mut used = BTreeSet::new();
    references(&description, &mut used);
    for reference in &used {
        assert!(description.pointer(&reference[1..]).is_some(), "{reference}");
    }
    for name in description["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(used.contains(&format!("#/components/schemas/{name}")), "{name} is used nowhere");
    }
}

#[test]
fn unknown_paths_and_methods_are_refused() {
    let sandbox = Sandbox::start();
    for path in ["/_tally", "/_tally/", "/_tally/nothing", "/_tally/state/", "/_tally/state/a/b"] {
        let answer = sandbox.ask("GET", path, &[], "");
        assert_eq!((answer.status, answer.json()["error"].is_string()), (404, true), "{path}");
    }
    let cases = [
        ("POST", "/", "GET, HEAD"),
        ("DELETE", "/_tally/page.js", "GET, HEAD"),
        ("POST", "/_tally/state", "GET, HEAD"),
        ("GET", "/_tally/reset", "POST"),
        ("PATCH", "/_tally/clock", "GET, HEAD, PUT, DELETE"),
    ];
    for (method, path, allowed) in cases {
        let answer = sandbox.ask(method, path, &[], "");
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{method} {path}");
    }
    let head = sandbox.ask("HEAD", "/_tally/state", &[], "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn the_page_and_its_files_are_served() {
    let sandbox = Sandbox::start();
    for (path, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/_tally/page.css", "text/css; charset=utf-8"),
        ("/_tally/page.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = sandbox.ask("GET", path, &[], "");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media_type)), "{path}");
        assert!(!answer.body.is_empty());
    }
}

/// Sends a request over its limit, so that there is a job.
fn over_limit(sandbox: &Sandbox) {
    let area = sandbox.contract.areas.iter().find(|area| area.limit.counts.is_none()).expect("an area");
    let body = sandbox.empty_records(area, area.limit.maximum + 1);
    let path = format!("{}{}", sandbox.contract.file.service.base_path(), area.path);
    assert_eq!(sandbox.post(&path, &body).status, 200);
}

fn references(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            used.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, used));
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, used)),
        _ => {}
    }
}
