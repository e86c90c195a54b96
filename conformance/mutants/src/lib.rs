//! Mutants of a contract: endpoints that break it in one way each, derived by rule.
//!
//! # Why
//!
//! Faults that someone thought of test the checks that someone thought of. Here nobody picks: a mutant is an
//! operator at a place, and every operator is applied at every place of the contract that it fits, as mutation
//! testing does with code. What the runner does not detect is the list of what it lacks.
//!
//! # What a mutant is
//!
//! - a [`Mutant::name`] that says what is wrong: `orders/rejected/number/renamed`;
//! - its [`Group`], operator, area and place;
//! - a [`Label`]: the statements that it breaks, or why it breaks none that a client could see. The label is read
//!   from what the contract cites for the place, and never from what the runner finds;
//! - a [`tally_mock::Mutation`], made anew for each run, by which the mock misbehaves. The mock leaves the openings
//!   (contract, request, verdicts, answer) and knows no mutant.
//!
//! [`derive()`] lists them. No name of an API stands in this crate: areas, members and words come from the model.
//!
//! # The groups
//!
//! | group | what changes |
//! | --- | --- |
//! | answers | each member of each documented answer (the answer to records, to a request over the limit, each refusal), by one rewriting of the answer's JSON just before it is sent |
//! | judgement | each rule and each type: not enforced, one off, its condition ignored, inverted or looked for elsewhere, enforced in an area that has it not; each documented form refused |
//! | batches | what a bad record does to others, records that are not looked at, keys that repeat within a request or across requests, limits and what becomes of requests over them |
//! | protocol | token, media type, verb, path; each refusal with another status or media type, in another order, or not made; answers with another status or media type |
//! | state | the nth request, and the one after a refusal, a failure, one over the limit or one of another area: a server error, all records failing, a connection that is closed or cut |
//! | rare | numbers beyond 2^53 and 2^63, long text, text outside the BMP, combining and control characters, markup: refused, changed in an entry, or a server error |
//!
//! An answer is rewritten at a *place* (a member of the body, the elements of a list, a member of each element) by an
//! *operation* (left out, null, another type, …) within a *scope* (each answer or element, the first or last element,
//! answers to large batches only). A place has a *meaning*, such as a count or an echo. The meaning decides which
//! operations fit, what another value is, and which statements are broken.
//!
//! Judgement is another contract: one rule or field is changed, the oracle reads both contracts, and where the two
//! readings of a record differ the mock's verdict is turned round. By the same readings such a mutant is equivalent if
//! the contract leaves every record open that could show it, or if no record shows it at all.
//!
//! # How they are run
//!
//! [`sample()`] draws mutants evenly over groups, operators, areas and statements. [`run()`] lets the runner test a
//! mock with one mutant and ends at the first finding that counts: a violation, or a warning under a statement that the
//! mutant breaks. [`Table`] sums up by statement and operator, and lists what survives.

#![deny(clippy::wildcard_enum_match_arm)]

mod act;
mod answers;
mod batches;
mod judgement;
mod mutant;
mod protocol;
mod rare;
mod run;
mod sample;
mod state;
mod table;

use std::collections::BTreeSet;
use std::sync::Arc;

use tally_fixtures::Fixtures;
use tally_spec::model::Contract;

pub use self::mutant::{Group, Label, Mutant};
pub use self::run::{Found, Outcome, Subject, run};
pub use self::sample::{sample, shard};
pub use self::table::{Cell, Table};

/// Every mutant of a contract, group by group, in the contract's order. No two have one name. The fixtures are what
/// exists at the mock.
#[must_use]
pub fn derive(contract: &Arc<Contract>, fixtures: &Arc<Fixtures>) -> Vec<Mutant> {
    let mut mutants = answers::derive(contract);
    mutants.extend(judgement::derive(contract, fixtures));
    mutants.extend(batches::derive(contract, fixtures));
    mutants.extend(protocol::derive(contract));
    mutants.extend(state::derive(contract));
    mutants.extend(rare::derive(contract, fixtures));
    let mut names = BTreeSet::new();
    for mutant in &mut mutants {
        // A contract may name a member as this crate names a place.
        while !names.insert(mutant.name.clone()) {
            mutant.name.push('~');
        }
    }
    mutants
}
