//! A mock of the first contract, and a client that sends whatever a test wants sent.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tally_conformance::mock::{Builder, Mock};
use tally_spec::model::{Area, Contract, ExampleKind};

/// The token that the mock takes.
pub(crate) const TOKEN: &str = "token/that/no-journal-shows";

/// A mock, and the contract that it answers by.
pub(crate) struct Sandbox {
    pub(crate) contract: Arc<Contract>,
    pub(crate) mock: Mock,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self::with(|mock| mock)
    }

    pub(crate) fn with(change: impl FnOnce(Builder) -> Builder) -> Self {
        let mock = change(builder()).start().expect("the mock starts");
        Self { contract: Arc::clone(mock.contract().spec()), mock }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.mock.address()
    }

    pub(crate) fn stop(self) {
        self.mock.stop();
    }

    /// The path of the first area's call, and a body every record of which passes.
    pub(crate) fn call(&self) -> (String, String) {
        let area = &self.contract.areas[0];
        let example = area.examples.iter().find(|one| one.entry.kind == ExampleKind::Request);
        let path = format!("{}{}", self.contract.file.service.base_path(), area.path);
        (path, example.expect("an example of a request").text.clone())
    }

    /// The examples of all areas' requests, with their paths, and one request over its limit.
    pub(crate) fn calls(&self) -> Vec<(String, String)> {
        let base = self.contract.file.service.base_path();
        let mut calls = Vec::new();
        for area in &self.contract.areas {
            let requests = area.examples.iter().filter(|one| one.entry.kind == ExampleKind::Request);
            let path = format!("{base}{}", area.path);
            calls.extend(requests.map(|one| (path.clone(), one.text.clone())));
        }
        let least = self.contract.areas.iter().min_by_key(|area| area.limit.maximum).expect("an area");
        let over = self.empty_records(least, least.limit.maximum + 1);
        calls.push((format!("{base}{}", least.path), over));
        calls
    }

    /// The path of the first area's call, and its example's first record more often than its limit has it.
    pub(crate) fn over_limit(&self) -> (String, String) {
        let area = &self.contract.areas[0];
        let (path, text) = self.call();
        let mut body: Value = serde_json::from_str(&text).expect("an example is JSON");
        let envelope = match &self.contract.file.service.envelope {
            Some(envelope) => &mut body[envelope.as_str()],
            None => &mut body,
        };
        let list = &mut envelope[area.list.name.as_str()];
        *list = Value::Array(vec![list[0].clone(); area.limit.maximum + 1]);
        (path, body.to_string())
    }

    /// The path of the first area's call, and a body whose one record fails.
    pub(crate) fn failing_call(&self) -> (String, String) {
        (self.call().0, self.empty_records(&self.contract.areas[0], 1))
    }

    /// A body with records that have nothing in them.
    pub(crate) fn empty_records(&self, area: &Area, count: usize) -> String {
        let inner = json!({ area.list.name.as_str(): vec![json!({}); count] });
        match &self.contract.file.service.envelope {
            Some(envelope) => json!({ envelope.as_str(): inner }).to_string(),
            None => inner.to_string(),
        }
    }

    /// Sends the first area's example.
    pub(crate) fn send_example(&self) -> Answer {
        let (path, body) = self.call();
        self.post(&path, &body)
    }

    /// Calls the API.
    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        let token = format!("Bearer {TOKEN}");
        self.ask("POST", path, &[("Authorization", &token), ("Content-Type", "application/json")], body)
    }

    /// Asks the mock's own API, and reads the JSON of its answer.
    pub(crate) fn own(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.ask(method, path, &[], body);
        assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
        answer.json()
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut connection = self.connect();
        connection.write_all(self.request(method, path, headers, body).as_bytes()).expect("it is sent");
        read(&mut connection).expect("an answer")
    }

    /// The text of a request, with its own `Host` if no other is given.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        use std::fmt::Write as _;
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            let _ = write!(text, "Host: {}\r\n", self.address());
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
        text
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let connection = TcpStream::connect(self.address()).expect("it listens");
        connection.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        connection
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header's value, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// The code of the contract's error form.
    pub(crate) fn code(&self, contract: &Contract) -> String {
        let errors = &contract.file.service.errors;
        let body = self.json();
        let error = if errors.list { &body[0] } else { &body };
        error[&errors.code].as_str().unwrap_or_else(|| panic!("no code in {self:?}")).to_owned()
    }
}

/// A mock of the first contract, not started yet.
pub(crate) fn builder() -> Builder {
    let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0]);
    Mock::builder(contract.expect("its spec can be read")).token(TOKEN).seed(1)
}

/// Reads an answer until the connection ends, or `None` if there is none.
pub(crate) fn read(connection: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    // A connection that is reset behind an answer has answered.
    let _ = connection.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let is_chunked = head.to_ascii_lowercase().contains("\r\ntransfer-encoding: chunked");
    let body = if is_chunked { unchunked(body) } else { body.to_owned() };
    Some(Answer { status, head: head.to_owned(), body })
}

/// A body that came in chunks, as far as it came.
fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, behind)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a chunk begins with its size");
        let end = size.min(behind.len());
        body.push_str(&behind[..end]);
        rest = behind.get(end + 2..).unwrap_or_default();
    }
    body
}
