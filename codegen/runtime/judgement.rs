//! What a validator says of a request.

use super::Pointer;

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: the value, or the object that lacks a member.
    pub pointer: Pointer,
    /// The JSON Schema keyword that the instance breaks, such as `required`.
    pub keyword: &'static str,
    /// The statement that the rule comes from, such as `NP3.1`.
    pub statement: &'static str,
    /// The index of the record, from 0. None where the request as a whole is at fault.
    pub record: Option<usize>,
    /// What is wrong, for a person.
    pub message: String,
}

/// Whether a request's body can be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestVerdict {
    /// Its records are judged one by one.
    Accept,
    /// It is refused whole.
    Reject,
}

/// What becomes of a record by the rules of shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordVerdict {
    /// It breaks no rule.
    Pass,
    /// It breaks at least one.
    Fail,
}

/// What a validator says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the body can be used at all.
    pub request: RequestVerdict,
    /// A verdict for each record, in the request's order. Empty where the request is refused; one for the
    /// whole request in an area whose response judges it whole.
    pub records: Vec<RecordVerdict>,
    /// Every broken rule, in the order of the records and, within one, of the spec.
    pub violations: Vec<Violation>,
    /// How much the request holds of what the area's limit counts.
    pub counted: usize,
}
