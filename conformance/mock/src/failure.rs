//! A broken rule, as the journal shows it.

use schemars::JsonSchema;
use tally_generated::runtime::Violation;

/// A broken rule, as the journal and `/_tally/judge` show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct Failure {
    /// The index of the record, from 0, or `None` if the request as a whole breaks the rule.
    pub record: Option<usize>,
    /// The JSON Pointer of the value in the request's body, or of the object that lacks one.
    pub pointer: String,
    /// The JSON Schema keyword, or `exists`, `memberOf` or `unique`, which schemas can't say.
    pub keyword: &'static str,
    /// The statement that the rule comes from. Empty if it comes from none.
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
