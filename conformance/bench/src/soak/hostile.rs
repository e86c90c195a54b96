//! Hostile senders: each kind with a thread of its own. No record that they send may be stored.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::thread::Scope;
use std::time::Duration;

use tally_bench::sender::{Answer, Sender, request};

use crate::honest::batch;
use crate::tally::Load;

/// Connections that send a body a byte at a time.
const SLOW: usize = 60;

/// Connections that read an answer a little at a time.
const SLOW_READERS: usize = 20;

/// Connections that send nothing. With the others there are five hundred.
const IDLE: usize = 406;

/// The size of a large body, below the limit of one. Unit: bytes.
const LARGE: usize = 6_000_000;

/// A kind of sender: its name, the pause after each request, and what it does.
pub(crate) type Kind = (&'static str, u64, fn(&Load) -> Result<Answer, String>);

/// The kinds, each with a connection of its own.
pub(crate) const KINDS: [Kind; 9] = [
    ("empty records, 6 MB", 700, |load| send(load, &filled(load, "{}"))),
    ("one large record, 5 MB", 500, |load| send(load, &one_large(load))),
    ("200 kB of nested brackets", 150, |load| send(load, &nested(load))),
    ("over the body's limit, 8 MB", 900, |load| send(load, &too_large(load))),
    ("not JSON behind its records", 100, |load| send(load, &broken(load))),
    ("no token", 100, |load| send(load, &without_token(load))),
    ("cut in the middle", 50, cut),
    ("state and jobs", 100, read_state),
    ("judged, 1 MB", 400, |load| send(load, &judged(load))),
];

/// Starts every kind of sender.
pub(crate) fn start<'s>(load: &'s Load, scope: &'s Scope<'s, '_>) {
    for (kind, pause, act) in KINDS {
        scope.spawn(move || {
            while load.goes_on() {
                load.tally.answered(kind, shown(act(load)));
                load.pause(Duration::from_millis(pause));
            }
        });
    }
    scope.spawn(move || trickle(load));
    scope.spawn(move || sip(load));
    scope.spawn(move || idle(load));
}

/// Sends the body that makes the largest job, and waits for its answer.
pub(crate) fn send_largest(load: &Load) {
    // Whatever it is answered: the job, if there is one, is what counts.
    let _ = send(load, &filled(load, "{}"));
}

fn shown(answer: Result<Answer, String>) -> String {
    match answer {
        Ok(answer) => format!("HTTP {}", answer.status),
        Err(error) if error.contains("os error") || error.contains("ended") => "closed".to_owned(),
        Err(error) => error,
    }
}

fn send(load: &Load, sent: &[u8]) -> Result<Answer, String> {
    Sender::connect(load.address)?.exchange(sent)
}

fn filled(load: &Load, record: &str) -> Vec<u8> {
    load.subject.request(&load.base_path, &load.subject.filled(record, LARGE))
}

/// A record that lacks what it must have, with five million letters in a member that no field names.
fn one_large(load: &Load) -> Vec<u8> {
    let record = format!("{{\"unasked\":\"{}\"}}", "x".repeat(5_000_000));
    load.subject.request(&load.base_path, &load.subject.body([record.as_str()]))
}

fn nested(load: &Load) -> Vec<u8> {
    let record = format!("{{\"unasked\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    load.subject.request(&load.base_path, &load.subject.body([record.as_str()]))
}

fn correct(load: &Load, mark: &str) -> Vec<u8> {
    let record = load.subject.record(mark);
    load.subject.body([record.as_str()])
}

/// A correct record, and so many blanks that the whole is too large.
fn too_large(load: &Load) -> Vec<u8> {
    let mut body = correct(load, "x-too-large");
    body.resize(8_000_000, b' ');
    load.subject.request(&load.base_path, &body)
}

fn broken(load: &Load) -> Vec<u8> {
    let mut body = correct(load, "x-broken");
    body.extend_from_slice(b"]");
    load.subject.request(&load.base_path, &body)
}

fn without_token(load: &Load) -> Vec<u8> {
    let sent = batch(load, &["x-without-token".to_owned()]);
    let (token, other) = (tally_bench::subject::TOKEN.as_bytes(), b"other-token");
    let at = sent.windows(token.len()).position(|part| part == token).unwrap_or(0);
    [&sent[..at], other, &sent[at + token.len()..]].concat()
}

fn judged(load: &Load) -> Vec<u8> {
    let path = format!("/_tally/judge/{}", load.subject.area().name);
    request(load.address, "POST", &path, &load.subject.filled("{}", 1_000_000))
}

/// Half of a request, and no more.
fn cut(load: &Load) -> Result<Answer, String> {
    let sent = batch(load, &["x-cut".to_owned(), "x-cut-too".to_owned()]);
    let mut stream = TcpStream::connect(load.address).map_err(|error| error.to_string())?;
    stream.write_all(&sent[..sent.len() - 3]).map_err(|error| error.to_string())?;
    Err("cut".to_owned())
}

fn read_state(load: &Load) -> Result<Answer, String> {
    let mut sender = Sender::connect(load.address)?;
    sender.exchange(&request(load.address, "GET", "/_tally/state", b""))?;
    sender.exchange(&request(load.address, "GET", "/_tally/jobs", b""))?;
    sender.exchange(&request(load.address, "GET", "/_tally/journal", b""))?;
    let path = format!("/_tally/state/{}?limit=1000", load.subject.area().name);
    sender.exchange(&request(load.address, "GET", &path, b""))
}

/// Connections kept by one thread, none of which it waits for.
struct Held {
    what: &'static str,
    streams: Vec<Option<TcpStream>>,
}

impl Held {
    fn new(what: &'static str, count: usize) -> Self {
        Self { what, streams: (0..count).map(|_| None).collect() }
    }

    /// Does something with each connection, and opens those anew that came to an end.
    fn each(
        &mut self,
        load: &Load,
        open: &dyn Fn(&mut TcpStream) -> std::io::Result<()>,
        act: &dyn Fn(&mut TcpStream) -> std::io::Result<()>,
    ) {
        for stream in &mut self.streams {
            if !load.goes_on() {
                return;
            }
            let failed = match stream {
                Some(stream) => act(stream).is_err_and(|error| error.kind() != ErrorKind::WouldBlock),
                None => true,
            };
            if failed {
                *stream = TcpStream::connect(load.address).ok().and_then(|mut fresh| {
                    open(&mut fresh).ok()?;
                    fresh.set_nonblocking(true).ok()?;
                    Some(fresh)
                });
            }
        }
        load.tally.stand(self.what, self.streams.iter().flatten().count());
    }
}

/// Sends bodies a byte at a time.
fn trickle(load: &Load) {
    let head = load.subject.head(&load.base_path, 2000);
    let body = correct(load, "x-slow");
    let mut senders = Held::new("slow senders", SLOW);
    while load.goes_on() {
        senders.each(
            load,
            &|stream| stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)),
            &|stream| stream.write_all(b" ").and_then(|()| is_open(stream)),
        );
        load.pause(Duration::from_millis(500));
    }
}

/// Reads answers a little at a time.
fn sip(load: &Load) {
    let path = format!("/_tally/state/{}?limit=1000", load.subject.area().name);
    let sent = request(load.address, "GET", &path, b"");
    let mut held = Held::new("slow readers", SLOW_READERS);
    while load.goes_on() {
        held.each(load, &|stream| stream.write_all(&sent), &is_open);
        load.pause(Duration::from_millis(500));
    }
}

/// Opens connections, and leaves them alone.
fn idle(load: &Load) {
    let mut held = Held::new("idle", IDLE);
    while load.goes_on() {
        held.each(load, &|_| Ok(()), &is_open);
        load.pause(Duration::from_secs(1));
    }
}

/// An error if the other side has closed the connection. Reads a little of what there is.
fn is_open(stream: &mut TcpStream) -> std::io::Result<()> {
    match stream.read(&mut [0; 2048])? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
