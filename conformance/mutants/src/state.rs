//! Mutants of state and time: what came before decides, or the connection ends early.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tally_mock::{Delivered, Exchanged, Reply};
use tally_spec::model::{Area, Cites, Contract};

use crate::act::{Act, Made};
use crate::mutant::{Group, Label, Mutant};

/// Every mutant of the group.
pub(crate) fn derive(contract: &Arc<Contract>) -> Vec<Mutant> {
    let mut found = Vec::new();
    for area in &contract.areas {
        let shape = contract.response(area).statement();
        for (place, turn) in TURNS {
            let made = |operator, cites: &[&Cites]| made(Some(area), place, operator, cites);
            found.push(made("server-error", &[shape]).by(move || in_turn(turn, server_error)));
            for (operator, how) in [("closed", Delivered::Closed), ("cut-short", Delivered::Cut)] {
                let mut made = made(operator, &[shape]);
                if place == ONCE {
                    made.label = Label::Equivalent(ONE_CONNECTION);
                }
                found.push(made.by(move || delivered_in_turn(turn, how)));
            }
        }
        let cites = [&area.statement, shape, &area.key.statement];
        for (place, turn) in TURNS {
            found.push(made(Some(area), place, "all-fail", &cites).by(move || {
                let asked = AtomicU64::new(0);
                Act::verdicts(move |_, _, fails| {
                    // Those whose records all fail anyway have no turn.
                    if fails.contains(&false) && turn(asked.fetch_add(1, Ordering::Relaxed)) {
                        fails.fill(true);
                    }
                })
            }));
        }
    }
    let shapes: Vec<&Cites> = contract.areas.iter().map(|area| contract.response(area).statement()).collect();
    let is_alone = contract.areas.len() == 1;
    for (place, follows) in AFTER.into_iter().filter(|(place, _)| !is_alone || *place != AFTER_ANOTHER) {
        found.push(made(None, place, "server-error", &shapes).by(move || after(follows)));
    }
    found
}

/// Whether it is the turn of the request of that number, from 0.
type Turn = fn(u64) -> bool;

const TURNS: [(&str, Turn); 3] = [
    ("each-seventh", |number| number % 7 == 6),
    ("from-the-twentieth", |number| number >= 19),
    (ONCE, |number| number == 11),
];

const ONCE: &str = "once";
const ONE_CONNECTION: &str = "one connection that ends early may be the network's doing";

/// Whether an answer is one after which the next is wrong: the exchange and the answer, and the one to come.
type Follows = fn(before: &Before, now: &Exchanged<'_>) -> bool;

const AFTER: [(&str, Follows); 4] = [
    ("after-a-refusal", |before, _| before.refused),
    ("after-a-failure", |before, _| before.failed),
    ("after-one-over-the-limit", |before, _| before.over_limit),
    (AFTER_ANOTHER, |before, now| {
        now.area.is_some_and(|area| before.area.as_ref().is_some_and(|other| *other != area.name))
    }),
];

const AFTER_ANOTHER: &str = "after-another-area";

/// What the request before was.
#[derive(Default)]
struct Before {
    area: Option<String>,
    refused: bool,
    failed: bool,
    over_limit: bool,
}

fn made(area: Option<&Area>, place: &str, operator: &'static str, cites: &[&Cites]) -> Made {
    let label = Label::Breaks(Cites::ids(cites.iter().copied()));
    let area = area.map(|area| area.name.clone());
    Made { group: Group::State, area, place: place.to_owned(), operator, label }
}

fn server_error(reply: &mut Reply) {
    reply.status = 500;
}

/// Whether it is an answer to records.
fn answers_records(exchanged: &Exchanged<'_>) -> bool {
    exchanged.outcome.records > 0
}

/// Changes answers to records whose turn it is.
fn in_turn(turn: Turn, change: fn(&mut Reply)) -> Act {
    let answered = AtomicU64::new(0);
    Act::reply(move |exchanged, reply| {
        if answers_records(exchanged) && turn(answered.fetch_add(1, Ordering::Relaxed)) {
            change(reply);
        }
    })
}

/// Delivers answers to records otherwise whose turn it is.
fn delivered_in_turn(turn: Turn, how: Delivered) -> Act {
    let answered = AtomicU64::new(0);
    Act::delivery(move |exchanged| {
        let is_due = answers_records(exchanged) && turn(answered.fetch_add(1, Ordering::Relaxed));
        if is_due { how } else { Delivered::Whole }
    })
}

/// Makes a server error of answers to records that follow on something.
fn after(follows: Follows) -> Act {
    let before = Mutex::new(Before::default());
    Act::reply(move |exchanged, reply| {
        let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Before {
            area: exchanged.area.map(|area| area.name.clone()),
            refused: reply.status >= 400,
            failed: exchanged.outcome.failed > 0,
            over_limit: exchanged.area.is_some_and(|area| exchanged.outcome.records > area.limit.maximum),
        };
        if answers_records(exchanged) && follows(&before, exchanged) {
            server_error(reply);
        }
        *before = now;
    })
}
