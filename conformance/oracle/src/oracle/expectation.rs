//! What is expected of a request: the fates of its records, and what they rest on.

use serde_json::Value;
use tally_spec::model::{Contract, PlatformCondition, Provenance};

/// What must become of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    /// It passes.
    Passes,
    /// The contract leaves it open.
    Open,
    /// It fails.
    Fails,
}

/// A premise of a fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The statements that it rests on, the principal first. It weighs as the weakest of them.
    pub statements: Vec<String>,
    /// The JSON Pointer to what decides.
    pub pointer: String,
    /// The keyword: JSON Schema's, or `exists`, `memberOf`, `uniqueKey`, `isolation` for what no schema
    /// can say, or `open` for what the contract leaves open without a rule.
    pub keyword: String,
    /// For a person: `score is 11, above the maximum of 10`.
    pub because: String,
}

impl Reason {
    /// What it weighs: as the weakest of its statements.
    #[must_use]
    pub fn weight(&self, contract: &Contract) -> Provenance {
        contract.weight(self.statements.iter().map(String::as_str))
    }
}

/// What is expected of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What must become of it.
    pub fate: Fate,
    /// Why it must fail, or why it is open; each alone makes the fate. Empty if it must pass.
    pub reasons: Vec<Reason>,
    /// Whether the endpoint may refuse the request whole for it (a value of a wrong JSON type).
    pub may_refuse: bool,
    /// If it must pass: the statements that the passing rests on, all of them together. Empty otherwise.
    pub premises: Vec<String>,
}

impl Expected {
    /// What the expectation weighs: a passing as its weakest premise; a failing as its strongest reason,
    /// since each alone makes it fail. An open fate expects nothing, and weighs as assumed.
    #[must_use]
    pub fn weight(&self, contract: &Contract) -> Provenance {
        match self.fate {
            Fate::Passes => contract.weight(self.premises.iter().map(String::as_str)),
            Fate::Fails => {
                let weights = self.reasons.iter().map(|reason| reason.weight(contract));
                weights.min().unwrap_or(Provenance::Assumed)
            }
            Fate::Open => Provenance::Assumed,
        }
    }
}

/// What is expected of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// Each record is answered for, in the shape that the area's response names.
    Records {
        /// The records in the request's order, after isolation was reckoned with.
        records: Vec<Expected>,
        /// Statements on which the distinctness of keys rests, if keys repeat; empty otherwise.
        repeated_keys: Vec<String>,
    },
    /// The request passes or fails whole.
    Whole(Expected),
    /// It is over the limit and acknowledged.
    Acknowledged {
        /// Whether each of its records would pass, so that they give no cause to do otherwise.
        plain: bool,
    },
    /// It is over the limit and refused.
    OverLimitRefused,
    /// It has an empty list: any 2xx that claims no record, or a 4xx.
    Empty,
    /// The platform refuses it.
    Refused {
        /// The condition, as a key of the contract's platform errors.
        condition: PlatformCondition,
        /// Why.
        reason: Reason,
    },
    /// The contract leaves open even whether it is refused: any answer but a server error.
    Unsettled(Reason),
}

impl Expectation {
    /// What is expected of each record, or of the request as if it were one; empty if neither is judged.
    #[must_use]
    pub fn expected(&self) -> &[Expected] {
        match self {
            Self::Records { records, .. } => records,
            Self::Whole(expected) => std::slice::from_ref(expected),
            Self::Acknowledged { .. }
            | Self::OverLimitRefused
            | Self::Refused { .. }
            | Self::Empty
            | Self::Unsettled(_) => &[],
        }
    }

    /// Whether an endpoint may refuse the request whole with a 4xx.
    #[must_use]
    pub fn may_refuse(&self) -> bool {
        match self {
            Self::Records { .. } | Self::Whole(_) => self.expected().iter().any(|record| record.may_refuse),
            Self::Acknowledged { .. } => false,
            Self::OverLimitRefused | Self::Empty | Self::Refused { .. } | Self::Unsettled(_) => true,
        }
    }
}

/// A request's body as sent, and as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their JSON value; `None` if they are not JSON.
    pub value: Option<Value>,
}

impl Body {
    /// Reads bytes: the value is `None` if they are not JSON.
    #[must_use]
    pub fn read(bytes: Vec<u8>) -> Self {
        let value = super::numeral::read_json(&bytes);
        Self { bytes, value }
    }

    /// Writes a value, without blanks.
    #[must_use]
    pub fn of(value: Value) -> Self {
        Self { bytes: value.to_string().into_bytes(), value: Some(value) }
    }
}
