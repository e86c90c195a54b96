//! The checks of an exchange.
//!
//! Each check is named for the property that holds. It looks at one exchange ([`ALL`]) or, in `relation`, at
//! related ones, and returns every breach with the statements that the expectation depends on.

#![deny(clippy::wildcard_enum_match_arm)]

pub(crate) mod assertions;
mod bad_record_fails_alone;
mod batch_within_limit_is_answered;
mod counts_add_up;
mod echoes_match_records;
mod empty_list_is_harmless;
mod error_entries_match_failures;
mod fail_count_matches_fates;
mod fates;
mod keyword;
mod media_type_is_documented;
mod members;
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
use tally_spec::model::{Area, Cites, Contract, KeyPart, Provenance, Response};

pub use self::keyword::Keyword;
pub use self::reading::{CountedAnswer, integer};
pub(crate) use self::token_never_answered::breach as token_in;
use crate::client::{Answer, Secret, is_far_too_long};
use crate::outcome::{Assertion, Difference, FindingKey, compact};
use tally_oracle::oracle::{Expectation, Expected, Oracle};

/// What a check looks at: one request of an area and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The area called.
    pub area: &'a Area,
    /// The oracle for the contract and the organisation's data.
    pub oracle: &'a Oracle,
    /// The request's body.
    pub body: &'a Value,
    /// Its records.
    pub records: &'a [Value],
    /// What is expected of it.
    pub expectation: &'a Expectation,
    /// What came back.
    pub answer: &'a Answer,
    /// The answer's body, if it is JSON.
    pub json: Option<&'a Value>,
    /// The token that was sent.
    pub token: &'a Secret,
}

/// A check of one exchange.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name: the property that holds.
    pub id: &'static str,
    /// The statements that it checks an area's answers against, apart from the records' rules. Empty if the
    /// check does not apply to the area.
    pub cites: fn(&Contract, &Area) -> Vec<String>,
    /// Looks at an exchange. Returns `None` if the check does not apply to it.
    pub ask: fn(&Seen<'_>) -> Option<Vec<Breach>>,
}

/// Every check of one exchange, in the order in which they run.
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

/// The checks of an exchange that look at no more of the answer than its status, its headers, and what was read of its
/// body.
const WITHOUT_BODY: [&str; 4] = [
    never_server_error::CHECK.id,
    status_is_documented::CHECK.id,
    media_type_is_documented::CHECK.id,
    token_never_answered::CHECK.id,
];

/// The checks that can be asked of an exchange: of an answer too long to be read, those that need no more of its body
/// than was read, and whether it is far too long to be a documented one.
pub(crate) fn askable<'s>(seen: &'s Seen<'_>) -> impl Iterator<Item = &'static Check> + use<'s> {
    let is_unread = seen.json.is_none() && seen.answer.is_unread();
    let (area, records, size) = (seen.area, seen.records.len(), seen.answer.size());
    let is_far_too_long = is_unread && is_far_too_long(seen.contract, area, records, size);
    ALL.iter().filter(move |check| {
        !is_unread
            || WITHOUT_BODY.contains(&check.id)
            || is_far_too_long && check.id == response_has_documented_shape::CHECK.id
    })
}

/// An expectation that an answer does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The check that found it.
    pub check: &'static str,
    /// The statements that the expectation depends on, the one to be named first.
    pub statements: Vec<String>,
    /// Tells one way of failing the check from another.
    pub keyword: Keyword,
    /// What is wrong, for people.
    pub message: String,
    /// What is documented instead, for programs.
    pub assertions: Vec<Assertion>,
    /// What was expected and what was found, if they can be set side by side.
    pub difference: Option<Difference>,
    /// Whether the expectation goes beyond what its statements say, and is an assumption whatever they weigh.
    pub is_assumed: bool,
}

impl Breach {
    /// A breach of a check.
    #[must_use]
    pub fn new(
        check: &'static str,
        keyword: Keyword,
        statements: Vec<String>,
        message: impl Into<String>,
    ) -> Self {
        let (message, assertions) = (message.into(), Vec::new());
        Self { check, statements, keyword, message, difference: None, assertions, is_assumed: false }
    }

    /// The same breach, of an expectation that goes beyond what its statements say.
    #[must_use]
    pub fn assumed(self) -> Self {
        Self { is_assumed: true, ..self }
    }

    /// The same breach, with what was expected and what was found.
    #[must_use]
    pub fn comparing(self, difference: Difference) -> Self {
        Self { difference: Some(difference), ..self }
    }

    /// The statement that a report names.
    #[must_use]
    pub fn principal(&self) -> &str {
        self.statements.first().map_or("", String::as_str)
    }

    /// What it shares with the same breach elsewhere.
    pub(crate) fn key(&self) -> FindingKey<'_> {
        self.key_by(self.principal())
    }

    fn key_by<'s>(&'s self, statement: &'s str) -> FindingKey<'s> {
        FindingKey { check: self.check, keyword: self.keyword.as_str(), statement }
    }

    /// The keys it has, one for each premise.
    pub(crate) fn keys(&self) -> impl Iterator<Item = FindingKey<'_>> {
        self.statements.iter().map(|statement| self.key_by(statement))
    }

    /// Moves those of its premises to the front that a record depends on which must pass and did not. Leaves
    /// breaches alone that are not about such records.
    pub(crate) fn blame(&mut self, rests_on: &[String]) {
        if matches!(self.keyword, Keyword::TooMany | Keyword::OthersFail | Keyword::Failed) {
            self.statements.sort_by_key(|statement| !rests_on.contains(statement));
        }
    }

    /// The provenance of the expectation: that of its weakest premise.
    #[must_use]
    pub fn provenance(&self, contract: &Contract) -> Provenance {
        if self.is_assumed {
            return Provenance::Assumed;
        }
        contract.weight(self.statements.iter().map(String::as_str))
    }

    /// Whether the document contradicts itself about a premise.
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

    /// What is expected of each record, if the answer is about single records.
    #[must_use]
    pub const fn expected(&self) -> Option<&'a [Expected]> {
        match self.expectation {
            Expectation::Records { records, .. } => Some(records.as_slice()),
            Expectation::Whole(_)
            | Expectation::Acknowledged { .. }
            | Expectation::OverLimitRefused
            | Expectation::Empty
            | Expectation::Refused { .. }
            | Expectation::Unsettled(_) => None,
        }
    }

    /// Whether the endpoint may refuse the whole request. It always may if the list is empty.
    #[must_use]
    pub fn may_be_refused(&self) -> bool {
        self.expectation.may_refuse() || self.records.is_empty()
    }

    /// How many of what the area's limit counts the request holds.
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

    /// The request by its size and the limit, to begin a message: "A request of 101 records (limit 100)".
    #[must_use]
    pub fn with_its_limit(&self) -> String {
        let (size, limit) = (self.size(), self.area.limit.maximum);
        let plural = if size == 1 { "" } else { "s" };
        match &self.area.limit.counts {
            None => format!("A request of {size} record{plural} (limit {limit})"),
            Some(array) => format!("A request with {size} element{plural} of `{array}` (limit {limit})"),
        }
    }

    /// A record by its index and the values of its key.
    #[must_use]
    pub fn record_named(&self, index: usize) -> String {
        let record = self.records.get(index);
        let value = |path: &String| path.split('/').try_fold(record?, |value, step| value.get(step));
        let fields = self.area.key.parts.iter().flat_map(KeyPart::fields);
        let key: Vec<String> = fields.filter_map(|path| Some(format!("{path} {}", value(path)?))).collect();
        if key.is_empty() {
            return format!("record {index}");
        }
        format!("record {index} ({})", key.join(", "))
    }

    /// Whether the answer's status is one of refusal.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.answer.status >= 400 && self.answer.status < 500
    }

    /// Whether the answer's HTTP status is that of the area's response shape.
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

    /// The statements about distinct keys, if keys repeat.
    #[must_use]
    pub fn repeated_keys(&self) -> &'a [String] {
        match self.expectation {
            Expectation::Records { repeated_keys, .. } => repeated_keys,
            Expectation::Whole(_)
            | Expectation::Acknowledged { .. }
            | Expectation::OverLimitRefused
            | Expectation::Empty
            | Expectation::Refused { .. }
            | Expectation::Unsettled(_) => &[],
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

/// The most characters of a value that a message shows.
const LONGEST_VALUE: usize = 200;

/// A value as a message shows it; `nothing` if there is none.
pub(crate) fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| compact(value, LONGEST_VALUE))
}

/// A text as a message shows it.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// The type of a value as a message names it.
pub(crate) const fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a Boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
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
