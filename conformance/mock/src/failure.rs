//! A broken rule, as the journal shows it.

use tally_generated::runtime::Violation;

/// A broken rule, as the journal and the judge tell of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// The index of the record, from 0. None where the request as a whole is at fault.
    pub record: Option<usize>,
    /// The JSON Pointer of the value, or of the object that lacks one.
    pub pointer: String,
    /// The JSON Schema keyword, or `exists`, `memberOf` or `unique`, which schemas can't say.
    pub keyword: &'static str,
    /// The statement that the rule comes from. Empty where none does.
    pub statement: String,
    /// What is wrong, for a person.
    pub message: String,
}

impl From<&Violation> for Failure {
    fn from(violation: &Violation) -> Self {
        Self {
            record: violation.record,
            pointer: violation.pointer.to_string(),
            keyword: violation.keyword,
            statement: violation.statement.to_owned(),
            message: violation.message.clone(),
        }
    }
}
