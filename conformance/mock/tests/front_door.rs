//! The mock as a Rust test uses it: started, sent to, read, reset and stopped.

use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tally_generated::CONTRACTS;
use tally_mock::{
    Builder, Change, Contract, Mock, Query, QueryError, Receipt, Saved, SavedRecord, Store, StoreError,
};
use tally_spec::model::{Area, ExampleKind, KeyPart, Unkeyed};

const TOKEN: &str = "a-token-for-the-front-door";

fn builder() -> Builder {
    let contract = Contract::from_generated(CONTRACTS[0]).expect("the spec that the code carries is read");
    Mock::builder(contract).token(TOKEN)
}

/// An area that keeps each record without a key, and the example of a request to it.
fn unkeyed(mock: &Mock) -> (&Area, Value) {
    let areas = &mock.contract().spec().areas;
    let area = areas.iter().find(|area| area.key.unkeyed == Unkeyed::New).expect("an area without a key");
    let example = area.examples.iter().find(|one| one.entry.kind == ExampleKind::Request);
    let text = &example.expect("an example of a request").text;
    (area, serde_json::from_str(text).expect("an example is JSON"))
}

/// Sends the example's first record that many times, and returns the answer's status.
fn send(mock: &Mock, count: usize) -> u16 {
    let (area, mut body) = unkeyed(mock);
    let list = match mock.contract().spec().file.service.envelope.as_deref() {
        Some(envelope) => &mut body[envelope][area.list.name.as_str()],
        None => &mut body[area.list.name.as_str()],
    };
    let mut record = list[0].take();
    for field in area.key.parts.iter().flat_map(KeyPart::fields) {
        let (holder, member) = match field.split_once('/') {
            Some((object, member)) => (&mut record[object], member),
            None => (&mut record, field.as_str()),
        };
        holder.as_object_mut().map(|holder| holder.remove(member));
    }
    *list = json!(vec![record; count]);
    let reply = ureq::post(format!("{}{}", mock.root(), area.path))
        .config()
        .http_status_as_error(false)
        .build()
        .header("Authorization", format!("Bearer {TOKEN}"))
        .header("Content-Type", "application/json")
        .send(body.to_string());
    reply.expect("an answer").status().as_u16()
}

#[test]
fn a_query_without_a_limit_returns_every_record() {
    let mock = builder().start().expect("it starts");
    let (area, _) = unkeyed(&mock);
    let (limit, mut sent) = (area.limit.maximum, 0);
    while sent <= 1000 {
        assert_eq!(send(&mock, limit), 200);
        sent += limit;
    }
    assert_eq!(mock.records(&area.name).len(), sent);
    assert_eq!(mock.record_counts()[&area.name], sent);
    let some = mock.query(&area.name, &Query { limit: Some(7), offset: 2, ..Query::default() });
    let some = some.expect("a query");
    assert_eq!((some.total, some.records.len(), some.records[0].number), (sent, 7, 3));
}

#[test]
fn the_journal_has_what_was_sent_and_answered() {
    let mock = builder().start().expect("it starts");
    assert_eq!((mock.requests(), mock.journal().len()), (0, 0));
    assert_eq!(send(&mock, 1), 200);
    let journal = mock.journal();
    let [exchange] = journal.as_slice() else { panic!("{journal:?}") };
    let (area, _) = unkeyed(&mock);
    assert_eq!((exchange.status, exchange.outcome.records, exchange.outcome.passed), (200, 1, 1));
    assert_eq!(exchange.outcome.area.as_deref(), Some(area.name.as_str()));
    let sent: Value = serde_json::from_slice(&exchange.request.body).expect("the body is kept");
    assert!(sent.to_string().contains(area.list.name.as_str()));
    assert!(exchange.request.headers().any(|(name, _)| name == "authorization"));
    assert!(!format!("{journal:?}").contains(TOKEN), "the token is redacted");
}

#[test]
fn a_reset_returns_to_the_start() {
    let mock = builder().start().expect("it starts");
    send(&mock, 2);
    mock.set_today(Some("2024-02-29".parse().expect("a day"))).expect("it is set");
    assert_eq!(mock.summary()["today"], "2024-02-29");
    mock.reset().expect("it is reset");
    assert_eq!((mock.requests(), mock.journal().len()), (0, 0));
    assert!(mock.record_counts().values().all(|count| *count == 0));
    assert_eq!(mock.summary()["clockIsSet"], false);
    send(&mock, 1);
    assert_eq!(mock.requests(), 1);
}

#[test]
fn a_query_names_what_is_unknown() {
    let mock = builder().start().expect("it starts");
    let (area, _) = unkeyed(&mock);
    let unknown = mock.query("nothing", &Query::default()).expect_err("there is no such area");
    assert!(unknown.to_string().contains(&area.name), "{unknown}");
    let wanted = vec![("nothing".to_owned(), "1".to_owned())];
    let unknown = mock.query(&area.name, &Query { wanted, ..Query::default() });
    assert!(matches!(unknown, Err(QueryError::UnknownField { .. })), "{unknown:?}");
}

#[test]
fn it_stops_when_it_is_dropped() {
    let mock = builder().start().expect("it starts");
    let address = mock.address();
    drop(mock);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn async_code_starts_resets_and_drops_it() {
    let whole = || async {
        let mock = builder().start().expect("it starts");
        mock.reset().expect("it is reset");
        assert!(builder().addr(mock.address()).start().is_err(), "the address is taken");
        let mock = tokio::task::spawn_blocking(move || {
            send(&mock, 1);
            mock
        });
        assert_eq!(mock.await.expect("it is sent").requests(), 1);
    };
    for mut runtime in
        [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()]
    {
        runtime.enable_all().build().expect("a runtime").block_on(whole());
    }
}

/// A store of a test's own: the records in memory that outlives the mock.
#[derive(Debug, Clone, Default)]
struct Shelf(Arc<Mutex<Vec<SavedRecord>>>);

impl Store for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }

    fn open(&mut self, _contract: &str) -> Result<Saved, StoreError> {
        Ok(Saved { records: self.0.lock().expect("nobody panics").clone(), ..Saved::default() })
    }

    fn commit(&self, changes: Vec<Change>) -> Receipt {
        let mut records = self.0.lock().expect("nobody panics");
        for change in changes {
            match change {
                Change::Record(record) => records.push(record),
                Change::Reset => records.clear(),
                Change::Thing { .. } | Change::Job(_) | Change::Today(_) => {}
            }
        }
        Receipt::ready(Ok(()))
    }
}

#[test]
fn a_store_of_somebody_else_keeps_the_records() {
    let shelf = Shelf::default();
    let first = builder().store(shelf.clone()).start().expect("it starts");
    send(&first, 3);
    let (area, _) = unkeyed(&first);
    let kept = first.records(&area.name);
    assert_eq!((kept.len(), first.summary()["store"].as_str()), (3, Some("shelf")));
    let name = area.name.clone();
    first.stop();
    let second = builder().store(shelf.clone()).start().expect("it starts again");
    assert_eq!(second.records(&name), kept);
    second.reset().expect("it is reset");
    assert!(shelf.0.lock().expect("nobody panics").is_empty());
}

/// A store that fails.
#[derive(Debug)]
struct Full;

impl Store for Full {
    fn name(&self) -> &'static str {
        "full"
    }

    fn open(&mut self, _contract: &str) -> Result<Saved, StoreError> {
        Ok(Saved::default())
    }

    fn commit(&self, _changes: Vec<Change>) -> Receipt {
        Receipt::ready(Err(StoreError::new("the disk is full")))
    }
}

#[test]
fn a_store_that_fails_makes_the_api_unavailable() {
    let mock = builder().store(Full).start().expect("it starts");
    assert_eq!(send(&mock, 1), 503);
    assert_eq!(mock.journal()[0].status, 503);
    assert_eq!(mock.store_error(), Some(StoreError::new("the disk is full")));
    assert!(mock.reset().is_err());
}
