//! The questions asked of an exchange.
//!
//! Each check is named for the property that holds. It looks at one exchange ([`ALL`]) or, in
//! `relation`, at related ones, and tells every breach with the statements that the expectation rests on.

mod bad_record_fails_alone;
mod batch_within_limit_is_answered;
mod counts_add_up;
mod echoes_match_records;
mod empty_list_is_harmless;
mod error_entries_match_failures;
mod fail_count_matches_fates;
mod fates;
mod media_type_is_documented;
mod never_server_error;
mod next_batch_size_is_limit;
mod over_limit_is_acknowledged;
mod over_limit_is_refused;
mod pass_count_matches_fates;
pub mod platform_errors;
mod reading;
pub mod registry;
pub mod relation;
mod response_has_documented_shape;
mod results_match_fates;
mod status_is_documented;
mod status_matches_counts;
mod token_never_answered;
mod whole_verdict_matches_fate;

use serde_json::Value;
use tally_spec::model::{Area, Cites, Contract, Provenance, Response};

pub use self::reading::{CountedAnswer, integer};
pub(crate) use self::token_never_answered::breach as token_in;
use crate::client::{Answer, Secret};
use crate::outcome::FindingKey;
use tally_oracle::oracle::{Expectation, Expected, Oracle};

/// What a check looks at: one request of an area and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The area called.
    pub area: &'a Area,
    /// What the organisation's things are to the oracle.
    pub oracle: &'a Oracle,
    /// The request's body.
    pub body: &'a Value,
    /// Its records.
    pub records: &'a [Value],
    /// What is expected of it.
    pub expectation: &'a Expectation,
    /// What came back.
    pub answer: &'a Answer,
    /// The answer's body, where it is JSON.
    pub json: Option<&'a Value>,
    /// The token that was sent.
    pub token: &'a Secret,
}

/// A check of one exchange.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name: the property that holds.
    pub id: &'static str,
    /// The statements that it holds an area's answers to, records' rules apart. None where the check says
    /// nothing of the area.
    pub cites: fn(&Contract, &Area) -> Vec<String>,
    /// Looks at an exchange: none where the question does not arise.
    pub ask: fn(&Seen<'_>) -> Option<Vec<Breach>>,
}

/// Every check of one exchange, in the order that they are asked.
pub const ALL: &[Check] = &[
    never_server_error::CHECK,
    batch_within_limit_is_answered::CHECK,
    status_is_documented::CHECK,
    media_type_is_documented::CHECK,
    response_has_documented_shape::CHECK,
    counts_add_up::CHECK,
    fail_count_matches_fates::CHECK,
    pass_count_matches_fates::CHECK,
    bad_record_fails_alone::CHECK,
    status_matches_counts::CHECK,
    error_entries_match_failures::CHECK,
    echoes_match_records::CHECK,
    next_batch_size_is_limit::CHECK,
    whole_verdict_matches_fate::CHECK,
    results_match_fates::CHECK,
    over_limit_is_acknowledged::CHECK,
    over_limit_is_refused::CHECK,
    empty_list_is_harmless::CHECK,
    token_never_answered::CHECK,
];

/// An expectation that an answer does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The check that found it.
    pub check: &'static str,
    /// The statements that the expectation rests on, the one to be named first.
    pub statements: Vec<String>,
    /// A word that tells one way of breaching the check from another.
    pub keyword: &'static str,
    /// What is wrong, for a person.
    pub message: String,
}

impl Breach {
    /// A breach of a check.
    #[must_use]
    pub fn new(
        check: &'static str,
        keyword: &'static str,
        statements: Vec<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { check, statements, keyword, message: message.into() }
    }

    /// The statement that a report names.
    #[must_use]
    pub fn principal(&self) -> &str {
        self.statements.first().map_or("", String::as_str)
    }

    /// What it shares with the same breach elsewhere: a key for each premise.
    pub(crate) fn keys(&self) -> impl Iterator<Item = FindingKey<'_>> {
        let key = |statement| FindingKey { check: self.check, keyword: self.keyword, statement };
        self.statements.iter().map(move |statement| key(statement))
    }

    /// Names those of its premises first on which a record rests that must pass and did not. Breaches that
    /// say nothing of such records stay as they are.
    pub(crate) fn blame(&mut self, rests_on: &[String]) {
        if matches!(self.keyword, "tooMany" | "othersFail" | "failed") {
            self.statements.sort_by_key(|statement| !rests_on.contains(statement));
        }
    }

    /// What the expectation weighs: as its weakest premise.
    #[must_use]
    pub fn provenance(&self, contract: &Contract) -> Provenance {
        contract.weight(self.statements.iter().map(String::as_str))
    }

    /// Whether a premise is one where the document contradicts itself.
    #[must_use]
    pub fn is_contradicted(&self, contract: &Contract) -> bool {
        self.statements
            .iter()
            .any(|id| contract.statement(id).is_some_and(|statement| statement.contradicted))
    }
}

impl<'a> Seen<'a> {
    /// The response shape of the area.
    #[must_use]
    pub fn response(&self) -> &'a Response {
        self.contract.response(self.area)
    }

    /// What is expected of each record, where each is answered for.
    #[must_use]
    pub const fn expected(&self) -> Option<&'a [Expected]> {
        match self.expectation {
            Expectation::Records { records, .. } => Some(records.as_slice()),
            _ => None,
        }
    }

    /// Whether the endpoint may refuse the request whole; an empty list it always may.
    #[must_use]
    pub fn may_be_refused(&self) -> bool {
        self.expectation.may_refuse() || self.records.is_empty()
    }

    /// How much the request holds of what the area's limit counts.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.area.limit.counts {
            None => self.records.len(),
            Some(array) => {
                let lists = self.records.iter().filter_map(|record| record.get(array)?.as_array());
                lists.map(Vec::len).sum()
            }
        }
    }

    /// Whether the answer's status is one of refusal.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.answer.status >= 400 && self.answer.status < 500
    }

    /// Whether the answer is one whose body has the area's response shape, by its HTTP status.
    #[must_use]
    pub fn is_answered_in_shape(&self) -> bool {
        let status = match (self.expectation, self.response()) {
            (Expectation::Records { .. }, Response::Counting(shape)) => shape.http_status,
            (Expectation::Records { .. }, Response::ByPosition(shape)) => shape.http_status,
            (Expectation::Whole(_), Response::Whole(shape)) => shape.http_status,
            _ => return false,
        };
        self.answer.status == status && !batch_within_limit_is_answered::is_acknowledged(self)
    }

    /// The statements on which the distinctness of keys rests, where keys repeat.
    #[must_use]
    pub fn repeated_keys(&self) -> &'a [String] {
        match self.expectation {
            Expectation::Records { repeated_keys, .. } => repeated_keys,
            _ => &[],
        }
    }
}

/// The ids that citations name, in order, each once.
#[must_use]
pub fn ids<'a>(cites: impl IntoIterator<Item = &'a Cites>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in cites.into_iter().flat_map(Cites::iter) {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

/// Adds the ids that are not yet there.
pub(crate) fn extend<'a>(ids: &mut Vec<String>, more: impl IntoIterator<Item = &'a String>) {
    for id in more {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
}

/// The statements that an area's response shape comes from.
#[must_use]
pub fn response_cites<'a>(contract: &'a Contract, area: &Area) -> &'a Cites {
    match &contract.file.responses[&area.response] {
        Response::Counting(shape) => &shape.statement,
        Response::Whole(shape) => &shape.statement,
        Response::ByPosition(shape) => &shape.statement,
        Response::Later(shape) => &shape.statement,
    }
}
