//! The journal shows every exchange, and no token.

use serde_json::{Value, json};
use tally_conformance::mock::Sqlite;

use crate::support::{Sandbox, TOKEN};

const ADMIN: &str = "let-me-in-to-the-journal";
const BORNE: &str = "another-token-that-a-request-bears";

#[test]
fn no_token_is_in_it_wherever_it_was_sent() {
    let sandbox = Sandbox::with(|mock| mock.admin_token(ADMIN));
    let (path, _) = sandbox.call();
    let percent = TOKEN.replace('/', "%2F");
    let escaped = TOKEN.replace('/', "\\/");
    let bearer = format!("Bearer {TOKEN}");
    let borne = format!("Bearer {BORNE}");
    let spelt = |token: &str| token.bytes().map(|byte| format!("\\u{byte:04x}")).collect::<Vec<_>>().concat();
    let body = json!({ "a": TOKEN, "b": "(b)", "c": ADMIN, "d": BORNE, "e": "(e)", "f": "(f)" }).to_string();
    let body = body.replace("(b)", &escaped).replace("(e)", &spelt(TOKEN)).replace("(f)", &spelt(BORNE));
    for path in [path.clone(), format!("{path}/{percent}"), format!("{path}?token={percent}")] {
        for token in [&bearer, &borne] {
            let headers = [
                ("Authorization", token.as_str()),
                ("Cookie", TOKEN),
                ("X-Note", &bearer),
                ("Content-Type", "application/json"),
            ];
            sandbox.ask("POST", &path, &headers, &body);
        }
    }
    let admin = format!("Bearer {ADMIN}");
    let read = |path: &str| sandbox.ask("GET", path, &[("Authorization", &admin)], "");
    let mut shown = read("/_tally/journal").body;
    for number in 1..=6 {
        let answer = read(&format!("/_tally/journal/{number}"));
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.json()["request"]["body"].as_str().map(|body| body.contains("(removed)")),
            Some(true)
        );
        shown.push_str(&answer.body);
    }
    let tail = TOKEN.rsplit('/').next().expect("a last part");
    for token in [TOKEN, &percent, &escaped, tail, ADMIN, &spelt(TOKEN)] {
        assert!(!shown.contains(token), "{token} in {shown}");
    }
    // What one request carries is removed from that request; in others it is a text like any other.
    for number in [2, 4, 6] {
        let exchange = read(&format!("/_tally/journal/{number}")).json();
        let body = exchange["request"]["body"].as_str().expect("a text");
        assert!(!body.contains(BORNE) && !body.contains("\\u"), "{body}");
    }
}

#[test]
fn no_token_is_in_jobs() {
    let sandbox = Sandbox::with(|mock| mock.any_token().admin_token(ADMIN));
    let (path, body) = sandbox.over_limit();
    let mut body: Value = serde_json::from_str(&body).expect("it is JSON");
    let holder = match &sandbox.contract.file.service.envelope {
        Some(envelope) => &mut body[envelope],
        None => &mut body,
    };
    let records = holder[&sandbox.contract.areas[0].list.name].as_array_mut().expect("a list");
    for (index, record) in records.iter_mut().enumerate() {
        for value in record.as_object_mut().expect("an object").values_mut() {
            *value = json!(if index % 2 == 0 { ADMIN } else { BORNE });
        }
    }
    let borne = format!("Bearer {BORNE}");
    let headers = [("Authorization", borne.as_str()), ("Content-Type", "application/json")];
    assert_eq!(sandbox.ask("POST", &path, &headers, &body.to_string()).status, 200);
    let admin = format!("Bearer {ADMIN}");
    let own = |method: &str, path: &str| sandbox.ask(method, path, &[("Authorization", &admin)], "").body;
    own("POST", "/_tally/drain");
    let shown = own("GET", "/_tally/jobs");
    assert!(shown.contains("(removed)"), "{shown}");
    assert!(!shown.contains(ADMIN) && !shown.contains(BORNE), "{shown}");
}

#[test]
fn it_shows_what_was_asked_and_answered() {
    let sandbox = Sandbox::start();
    let (path, body) = sandbox.call();
    let answer = sandbox.post(&path, &body);
    let exchange = sandbox.own("GET", "/_tally/journal/1", "");
    assert_eq!(exchange["area"], sandbox.contract.areas[0].name.as_str());
    assert_eq!((&exchange["method"], &exchange["path"]), (&Value::from("POST"), &Value::from(path)));
    assert_eq!(exchange["request"]["body"], body);
    assert_eq!(exchange["response"]["body"], answer.body);
    assert_eq!(exchange["failed"], 0);
    assert!(exchange["passed"].as_u64().is_some_and(|passed| passed > 0 && exchange["records"] == passed));
}

#[test]
fn it_is_paged_filtered_and_forgotten() {
    let sandbox = Sandbox::start();
    let numbers = |query: &str| -> Vec<u64> {
        let list = sandbox.own("GET", &format!("/_tally/journal{query}"), "");
        let entries = list["entries"].as_array().expect("a list");
        entries.iter().filter_map(|entry| entry["number"].as_u64()).collect()
    };
    for _ in 0..3 {
        sandbox.send_example();
    }
    sandbox.ask("POST", "/nowhere", &[], "");
    assert_eq!(numbers(""), [4, 3, 2, 1]);
    assert_eq!(numbers("?limit=2"), [4, 3]);
    assert_eq!(numbers("?before=3"), [2, 1]);
    assert_eq!(numbers("?after=1&limit=2"), [2, 3]);
    assert_eq!(numbers("?failed=true"), [4]);
    assert_eq!(numbers(&format!("?area={}", sandbox.contract.areas[0].name)), [3, 2, 1]);
    assert_eq!(sandbox.ask("GET", "/_tally/journal?limit=many", &[], "").status, 400);
    assert_eq!(sandbox.ask("GET", "/_tally/journal/99", &[], "").status, 404);
    assert_eq!(sandbox.ask("GET", "/_tally/journal/x", &[], "").status, 400);
    sandbox.own("POST", "/_tally/reset", "");
    assert_eq!(numbers(""), [0_u64; 0]);
    sandbox.send_example();
    assert_eq!(numbers(""), [5], "numbers go on");
}

#[test]
fn long_bodies_are_kept_in_part() {
    let sandbox = Sandbox::start();
    let (path, body) = sandbox.call();
    let padded = format!("{body}{}", " ".repeat(70_000));
    sandbox.post(&path, &padded);
    let exchange = sandbox.own("GET", "/_tally/journal/1", "");
    assert_eq!(exchange["requestBytes"], padded.len());
    assert_eq!(exchange["request"]["truncated"], true);
    assert_eq!(exchange["request"]["body"].as_str().map(str::len), Some(64 * 1024));
    assert_eq!(exchange["response"]["truncated"], false);
}

#[test]
fn a_body_is_not_cut_within_a_token() {
    let sandbox = Sandbox::start();
    let (path, _) = sandbox.call();
    sandbox.post(&path, &format!("{TOKEN} ").repeat(100_000 / TOKEN.len()));
    let exchange = sandbox.own("GET", "/_tally/journal/1", "");
    let body = exchange["request"]["body"].as_str().expect("a text");
    assert!(body.starts_with("(removed) (removed) "), "{body}");
    assert!(!body.contains(&TOKEN[..2]), "{}", &body[body.len() - 2 * TOKEN.len()..]);
}

#[test]
fn numbers_of_exchanges_go_on_if_a_store_does() {
    let file = std::env::temp_dir().join(format!("tally-numbers-{}.sqlite", std::process::id()));
    let start = || Sandbox::with(|mock| mock.store(Sqlite::new(&file)));
    let first = start();
    first.send_example();
    first.send_example();
    first.stop();
    let second = start();
    second.send_example();
    assert_eq!(second.own("GET", "/_tally/journal", "")["newest"], 3);
    second.stop();
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        // The store may have taken its helpers away itself.
        let _ = std::fs::remove_file(name);
    }
}
