//! Honest senders: small batches of new records, now and then one over the limit, each answered as it should be.

use std::time::{Duration, Instant};

use tally_bench::sender::{Answer, Sender, request};

use crate::tally::Load;

/// How many send at the same time.
pub(crate) const SENDERS: usize = 4;

/// The pause between two requests of one sender.
const PAUSE: Duration = Duration::from_millis(60);

/// How many requests of a sender come before one over the limit.
const BETWEEN_LARGE: usize = 500;

/// The largest batch within the limit that is sent. Unit: records.
const LARGEST: usize = 3;

/// What a quiet mock answers.
pub(crate) struct Baseline {
    /// By the number of records, from 1.
    small: Vec<(u16, Vec<u8>)>,
    /// To a batch over the limit; `None` if the contract refuses one.
    over: Option<(u16, Vec<u8>)>,
}

/// Asks a quiet mock.
///
/// # Errors
///
/// If it does not accept what the contract's own example says is right.
pub(crate) fn baseline(load: &Load) -> Result<Baseline, String> {
    let mut sender = Sender::connect(load.address)?;
    let mut ask = |records: usize| -> Result<(u16, Vec<u8>), String> {
        let marks = marks(&format!("b{records}"), records);
        let answer = sender.exchange(&batch(load, &marks))?;
        let known = (answer.status, answer.body);
        if !(200..300).contains(&known.0) {
            return Err(format!("a correct batch is answered with {}", String::from_utf8_lossy(&known.1)));
        }
        load.tally.acknowledge(marks);
        Ok(known)
    };
    let small = (1..=LARGEST).map(&mut ask).collect::<Result<_, _>>()?;
    let over =
        if load.subject.takes_more() { Some(ask(load.subject.area().limit.maximum + 1)?) } else { None };
    Ok(Baseline { small, over })
}

/// Sends until the run is over.
pub(crate) fn send(load: &Load, baseline: &Baseline, number: usize) {
    let mut sender = None;
    for turn in 0.. {
        load.pause(PAUSE);
        if !load.goes_on() {
            return;
        }
        let over = baseline.over.as_ref().filter(|_| turn % BETWEEN_LARGE == BETWEEN_LARGE / 2);
        let (records, expected) = match over {
            Some(expected) => (load.subject.area().limit.maximum + 1, expected),
            None => (turn % LARGEST + 1, &baseline.small[turn % LARGEST]),
        };
        let marks = marks(&format!("h{number}-{turn}"), records);
        let sent = batch(load, &marks);
        let started = Instant::now();
        let answer = exchange(&mut sender, load, &sent);
        load.tally.honest.add(started.elapsed());
        match answer {
            Ok(answer) if (answer.status, &answer.body) == (expected.0, &expected.1) => {
                load.tally.acknowledge(marks);
            }
            // For want of room it may be refused: then nothing of it is stored, and that is what is wrong with it.
            Ok(answer) => {
                load.tally.wrong(format!(
                    "HTTP {} {:.120}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                ));
                if (200..300).contains(&answer.status) {
                    load.tally.leave_open(marks);
                }
            }
            Err(error) => {
                load.tally.wrong(error);
                load.tally.leave_open(marks);
                sender = None;
            }
        }
    }
}

/// Asks for the mock's health until the run is over.
pub(crate) fn ask_for_health(load: &Load) {
    let sent = request(load.address, "GET", "/healthz", b"");
    let mut sender = None;
    while load.goes_on() {
        let started = Instant::now();
        let answer = exchange(&mut sender, load, &sent);
        load.tally.health.add(started.elapsed());
        if !answer.as_ref().is_ok_and(|answer| answer.status == 200) {
            sender = None;
            load.tally.wrong(format!("/healthz: {answer:?}"));
        }
        load.pause(Duration::from_millis(50));
    }
}

fn exchange(sender: &mut Option<Sender>, load: &Load, sent: &[u8]) -> Result<Answer, String> {
    let sender = match sender {
        Some(sender) => sender,
        None => sender.insert(Sender::connect(load.address)?),
    };
    sender.exchange(sent)
}

fn marks(start: &str, records: usize) -> Vec<String> {
    (0..records).map(|record| format!("{start}-{record}")).collect()
}

/// A request with a record for each mark.
pub(crate) fn batch(load: &Load, marks: &[String]) -> Vec<u8> {
    let records: Vec<String> = marks.iter().map(|mark| load.subject.record(mark)).collect();
    load.subject.request(&load.base_path, &load.subject.body(records.iter().map(String::as_str)))
}
