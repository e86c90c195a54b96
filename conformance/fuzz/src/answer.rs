//! The client's answer reader, and the checks that look at what it read.
//!
//! An input is a letter that chooses a request, and what came back: of a small letter the body of an answer with HTTP
//! 200, of a capital one the bytes on the wire, which the client reads over a connection.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tally_fixtures::{Fixtures, Rng};
use tally_oracle::oracle::{Body, Expectation, Oracle};
use tally_oracle::strategy::Maker;
use tally_runner::check::{ALL, Seen};
use tally_runner::client::{Answer, Client, Connection, Secret, Target};
use tally_spec::SourceFile;
use tally_spec::model::{Area, Contract};

use crate::tree;

/// The token that requests bear; no input has it.
const TOKEN: &str = "tally-fuzz-token-4711";

/// A request, with what is expected of it.
struct Asked {
    contract: &'static Contract,
    area: &'static Area,
    oracle: &'static Oracle,
    body: Value,
    expectation: Expectation,
}

static ASKED: LazyLock<Vec<Asked>> = LazyLock::new(asked);

/// What the server answers next.
static NEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

static CLIENT: LazyLock<Client> = LazyLock::new(client);

/// Reads an answer and asks every check about it.
///
/// # Panics
///
/// If a check does, or says of a correct request's own answer what it did not see.
pub fn ask(input: &[u8]) {
    let Some((letter, bytes)) = input.split_first() else { return };
    let asked = &ASKED[usize::from(letter.to_ascii_lowercase().wrapping_sub(b'a')) % ASKED.len()];
    let answer = if letter.is_ascii_uppercase() { over_the_wire(bytes) } else { Some(with_body(bytes)) };
    let Some(answer) = answer else { return };
    let _ = (CLIENT.is_no_verdict(&answer), CLIENT.error_code(&answer));
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let seen = Seen {
        contract: asked.contract,
        area: asked.area,
        oracle: asked.oracle,
        body: &asked.body,
        records: asked.area.records(asked.contract, &asked.body),
        expectation: &asked.expectation,
        answer: &answer,
        json: json.as_ref(),
        token: &Secret::new(TOKEN),
    };
    for check in ALL {
        for breach in (check.ask)(&seen).unwrap_or_default() {
            assert!(!breach.message.is_empty() && !breach.statements.is_empty(), "{}: {breach:?}", check.id);
            let _ = breach.provenance(asked.contract);
        }
    }
}

/// The input with the JSON of its answer changed in one place.
#[must_use]
pub fn changed(input: &[u8], seed: u32) -> Option<Vec<u8>> {
    let (letter, rest) = input.split_first()?;
    let from = if letter.is_ascii_uppercase() { end_of_head(rest)? } else { 0 };
    let mut value: Value = serde_json::from_slice(&rest[from..]).ok()?;
    tree::change(&mut value, &mut Rng::new(u64::from(seed)));
    let mut changed = vec![*letter];
    changed.extend_from_slice(&rest[..from]);
    changed.extend_from_slice(value.to_string().as_bytes());
    Some(changed)
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|place| place + 4)
}

fn with_body(body: &[u8]) -> Answer {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Answer { status: 200, headers, body: body.to_vec(), cut_short: false, duration: Duration::ZERO }
}

/// What the client reads if a server answers with these bytes and closes the connection.
fn over_the_wire(bytes: &[u8]) -> Option<Answer> {
    *NEXT.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
    let answer = CLIENT.ask("POST", &CLIENT.target().root, None).ok()?;
    assert!(answer.body.len() <= bytes.len(), "the body is longer than all that was sent");
    Some(answer)
}

fn client() -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let root = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            // The whole request is there at once: it has no body.
            let _ = stream.read(&mut [0; 4096]);
            let next = NEXT.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let _ = stream.write_all(&next);
            let _ = stream.shutdown(Shutdown::Both);
        }
    });
    let timeout = Duration::from_secs(5);
    let target = Target { root, token: Secret::new(TOKEN), timeout, connection: Connection::default() };
    Client::new(ASKED[0].contract, target)
}

/// Of each area: a correct batch, one with a record that breaks a rule, one over the limit, one that is empty.
fn asked() -> Vec<Asked> {
    let mut asked = Vec::new();
    for generated in tally_generated::CONTRACTS {
        let sources = generated.sources.iter().map(|source| (source.path, source.text));
        let files = SourceFile::all(generated.name, sources);
        let contract: &Contract = Box::leak(Box::new(tally_spec::read(&files).expect("its spec is right")));
        let fixtures = Fixtures::sample(contract).expect("its sample is right");
        let oracle: &Oracle = Box::leak(Box::new(Oracle::new(contract, &fixtures)));
        for area in &contract.areas {
            let maker = Maker::new(contract, area, &fixtures, "mark");
            let defects = maker.defects();
            let spoilt: Vec<_> = defects.iter().take(1).map(|defect| (1, defect)).collect();
            let mut bodies = vec![
                maker.batch(1, 2).body(),
                maker.with_defects(2, 3, &spoilt).body(),
                maker.batch(3, area.limit.maximum + 1).body(),
                maker.batch(4, 0).body(),
            ];
            bodies.push(json!({}));
            asked.extend(bodies.into_iter().map(|body| {
                let expectation = oracle.expect_bytes(area, &Body::of(body.clone()));
                Asked { contract, area, oracle, body, expectation }
            }));
        }
    }
    asked
}
