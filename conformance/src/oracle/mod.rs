//! Says what a request's answer may be, by reading the spec.
//!
//! Nothing here asks the generated validators.

use serde_json::Value;

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
    /// The keyword: JSON Schema's, or `exists`, `memberOf`, `uniqueKey` for what no schema can say.
    pub keyword: String,
    /// For a person: `score is 11, above the maximum of 10`.
    pub because: String,
}

/// What is expected of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What must become of it.
    pub fate: Fate,
    /// Why it must fail, or why it is open. Empty where it must pass.
    pub reasons: Vec<Reason>,
    /// Whether the endpoint may refuse the request whole for it (a value of a wrong JSON type).
    pub may_refuse: bool,
}

/// What is expected of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// Each record is answered for, in the shape that the area's response names.
    Records {
        /// The records in the request's order, after isolation was reckoned with.
        records: Vec<Expected>,
        /// Statements on which the distinctness of keys rests, where keys repeat; empty otherwise.
        repeated_keys: Vec<String>,
    },
    /// The request passes or fails whole.
    Whole(Expected),
    /// It is over the limit and acknowledged.
    Acknowledged,
    /// It is over the limit and refused.
    OverLimitRefused,
    /// It has an empty list: any 2xx that claims no record, or a 4xx.
    Empty,
    /// The platform refuses it: the statements, and the HTTP status.
    Refused {
        /// The condition, as a key of the contract's platform errors.
        condition: tally_spec::model::PlatformCondition,
    },
}

/// A request's body as sent, and as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their JSON value; none where they are not JSON.
    pub value: Option<Value>,
}
