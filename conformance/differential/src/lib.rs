//! Three derivations of one spec, held against each other over the same bytes.
//!
//! The generated decoder, the JSON Schema and the oracle each come from the spec by code of their own. Over an
//! instance they must agree on:
//!
//! - what is JSON at all: the decoder, and the parser that the other two read by;
//! - which records fail, and whether the request is refused whole;
//! - the pointer, keyword and statement of each violation, each as often as the other has it (a schema has no
//!   statements, and may say a thing twice);
//! - how much the request holds of what the area's limit counts.
//!
//! Nothing here decides what is right: an instance is text, and what each of the three says of it is compared.

#![deny(clippy::wildcard_enum_match_arm)]

mod instances;
mod mutation;
mod rules;
mod shrink;
mod spelling;
mod tally;

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;
use tally_generated::runtime::{self, Judgement, RequestVerdict};
use tally_spec::model::{Area, Contract, PlatformCondition};

pub use instances::Instances;
pub use mutation::Mutations;
pub use rules::{Rule, rules};
pub use shrink::smallest;
pub use spelling::spell;
pub use tally::{Found, Tally};

use tally_oracle::oracle::{Body, Expectation, Fate, Oracle, Shape};

/// The three, for one area.
#[derive(Debug)]
pub struct Witnesses<'c> {
    oracle: &'c Oracle,
    area: &'c Area,
    generated: &'static runtime::Area,
    schema: Validator,
    rules: Vec<Rule>,
}

/// What the three agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// The rules broken, each by its place among [`Witnesses::rules`], as often as it was.
    pub broken: Vec<usize>,
    /// Whether the contract leaves something of the request open.
    pub open: bool,
}

/// What they do not agree on, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The question.
    pub about: &'static str,
    /// One answer, with who gave it.
    pub one: String,
    /// The other answer, with who gave it.
    pub other: String,
}

/// A violation, as far as decoder and oracle must agree on it.
type Three = (String, String, String);

impl<'c> Witnesses<'c> {
    /// The three for an area.
    ///
    /// # Errors
    ///
    /// A text for a person: the area's schema is none.
    pub fn new(
        contract: &Contract,
        area: &'c Area,
        oracle: &'c Oracle,
        generated: &'static runtime::Area,
    ) -> Result<Self, String> {
        let shown = |error: &dyn std::fmt::Display| format!("the schema of {}: {error}", area.name);
        let schema: Value = serde_json::from_str(generated.request_schema).map_err(|error| shown(&error))?;
        let schema = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| shown(&error))?;
        Ok(Self { oracle, area, generated, schema, rules: rules(contract, area) })
    }

    /// The rules that a request of the area can break.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Asks all three about a text.
    ///
    /// # Errors
    ///
    /// What they do not agree on.
    pub fn compare(&self, text: &[u8]) -> Result<Agreed, Disagreement> {
        let judgement = (self.generated.judge)(text);
        let body = Body::read(text.to_vec());
        let Some(value) = &body.value else { return self.compare_unreadable(&body, &judgement) };
        let shape = self.oracle.shape(self.area, value);
        compare_verdicts(&judgement, &shape)?;
        let ours = decoders(&judgement);
        compare_lists(&ours, &oracles(&shape))?;
        self.compare_schema(value, &ours, judgement.request)?;
        let open = is_open(&self.oracle.expect(self.area, value));
        Ok(Agreed { broken: self.places(&ours)?, open })
    }

    /// Each of the three must take what is not JSON for that.
    fn compare_unreadable(&self, body: &Body, judgement: &Judgement) -> Result<Agreed, Disagreement> {
        let refused = judgement.request == RequestVerdict::Reject && judgement.records.is_empty();
        let ours = decoders(judgement);
        let [(pointer, keyword, _)] = ours.as_slice() else {
            return disagree("whether it is JSON", format!("decoder: {ours:?}"), "parser: no".to_owned());
        };
        if !refused || (pointer.as_str(), keyword.as_str()) != ("", "type") {
            return disagree("whether it is JSON", format!("decoder: {ours:?}"), "parser: no".to_owned());
        }
        let expected = self.oracle.expect_bytes(self.area, body);
        let open = match &expected {
            Expectation::Refused { condition: PlatformCondition::NotJson, .. } => false,
            Expectation::Unsettled(_) => true,
            Expectation::Records { .. }
            | Expectation::Whole(_)
            | Expectation::Acknowledged { .. }
            | Expectation::OverLimitRefused
            | Expectation::Empty
            | Expectation::Refused { .. } => {
                let other = format!("oracle: {expected:?}");
                return disagree("whether it is JSON", "decoder: no".to_owned(), other);
            }
        };
        Ok(Agreed { broken: self.places(&ours)?, open })
    }

    fn compare_schema(
        &self,
        value: &Value,
        ours: &[Three],
        request: RequestVerdict,
    ) -> Result<(), Disagreement> {
        let ours: BTreeSet<(&str, &str)> =
            ours.iter().map(|(pointer, keyword, _)| (pointer.as_str(), keyword.as_str())).collect();
        let errors: Vec<(String, String)> = self
            .schema
            .iter_errors(value)
            .map(|error| (error.instance_path().to_string(), error.kind().keyword().to_owned()))
            .collect();
        let theirs: BTreeSet<(&str, &str)> =
            errors.iter().map(|(pointer, keyword)| (pointer.as_str(), keyword.as_str())).collect();
        let agree = match request {
            RequestVerdict::Accept => ours == theirs,
            // A request that is refused whole is not looked at further; a schema goes on.
            RequestVerdict::Reject => ours.is_subset(&theirs),
        };
        if agree {
            return Ok(());
        }
        disagree("pointers and keywords", format!("decoder: {ours:?}"), format!("schema: {theirs:?}"))
    }

    /// The places of the rules that violations break, among those that can be.
    fn places(&self, violations: &[Three]) -> Result<Vec<usize>, Disagreement> {
        let place = |(pointer, keyword, statement): &Three| {
            let known = self.rules.iter().position(|rule| rule.is_broken_by(pointer, keyword, statement));
            known.ok_or_else(|| Disagreement {
                about: "whether there is such a rule",
                one: format!("decoder: {pointer:?} breaks {keyword} by {statement}"),
                other: "spec: no rule of that pointer, keyword and statement".to_owned(),
            })
        };
        violations.iter().map(place).collect()
    }
}

fn compare_verdicts(judgement: &Judgement, shape: &Shape) -> Result<(), Disagreement> {
    let refused = judgement.request == RequestVerdict::Reject;
    if refused != shape.refused.is_some() {
        let other = format!("oracle: {:?}", shape.refused);
        return disagree("whether it is refused whole", format!("decoder: {:?}", judgement.request), other);
    }
    if judgement.counted != shape.counted {
        let (one, other) = (judgement.counted, shape.counted);
        return disagree("what the limit counts", format!("decoder: {one}"), format!("oracle: {other}"));
    }
    let failing = shape.records.iter().enumerate().filter(|(_, reasons)| !reasons.is_empty());
    let failing: Vec<usize> = failing.map(|(index, _)| index).collect();
    let agree = if judgement.records.len() == shape.records.len() {
        judgement.records.failed() == failing
    } else {
        // One verdict for all of them.
        judgement.records.len() <= 1 && judgement.records.failed().is_empty() == failing.is_empty()
    };
    if agree {
        return Ok(());
    }
    let one = format!("decoder: {:?} of {}", judgement.records.failed(), judgement.records.len());
    disagree("which records fail", one, format!("oracle: {failing:?} of {}", shape.records.len()))
}

fn compare_lists(ours: &[Three], read: &[Three]) -> Result<(), Disagreement> {
    if ours == read {
        return Ok(());
    }
    let without = |list: &[Three], other: &[Three]| -> Vec<Three> {
        list.iter().filter(|one| !other.contains(one)).cloned().collect()
    };
    let (one, other) = (without(ours, read), without(read, ours));
    let counts = format!(" ({} and {} in all)", ours.len(), read.len());
    disagree(
        "pointers, keywords and statements",
        format!("decoder alone: {one:?}"),
        format!("oracle alone: {other:?}{counts}"),
    )
}

/// The decoder's violations, sorted.
fn decoders(judgement: &Judgement) -> Vec<Three> {
    let mut ours: Vec<Three> = judgement
        .violations
        .iter()
        .map(|one| (one.pointer.to_string(), one.keyword.to_owned(), one.statement.to_owned()))
        .collect();
    ours.sort();
    ours
}

/// The oracle's, sorted.
fn oracles(shape: &Shape) -> Vec<Three> {
    let reasons = shape.refused.iter().chain(&shape.options).chain(shape.records.iter().flatten());
    let principal = |statements: &[String]| statements.first().cloned().unwrap_or_default();
    let mut read: Vec<Three> = reasons
        .map(|reason| (reason.pointer.clone(), reason.keyword.clone(), principal(&reason.statements)))
        .collect();
    read.sort();
    read
}

/// Whether the contract leaves something of the request open.
fn is_open(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Records { .. } | Expectation::Whole(_) => {
            expectation.expected().iter().any(|expected| expected.fate == Fate::Open)
        }
        Expectation::Unsettled(_) | Expectation::Empty => true,
        Expectation::Acknowledged { .. } | Expectation::OverLimitRefused | Expectation::Refused { .. } => {
            false
        }
    }
}

fn disagree<T>(about: &'static str, one: String, other: String) -> Result<T, Disagreement> {
    Err(Disagreement { about, one, other })
}
