//! A broken rule, as the journal shows it.

use schemars::JsonSchema;
use tally_generated::runtime::Violation;

use crate::memory::of_text;

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

/// A longer pointer is cut. Unit: bytes.
const LONGEST: usize = 512;

impl Failure {
    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        let texts = [&self.pointer, &self.statement, &self.message];
        size_of::<Self>() + texts.map(|text| of_text(text.len())).iter().sum::<usize>()
    }
}

/// A text, cut to the longest that is kept.
fn cut(text: &str) -> String {
    let (start, rest) = text.split_at(text.floor_char_boundary(LONGEST));
    if rest.is_empty() { start.to_owned() } else { format!("{start}…") }
}

impl From<&Violation> for Failure {
    fn from(violation: &Violation) -> Self {
        Self {
            record: violation.record,
            pointer: cut(violation.pointer.as_str()),
            keyword: violation.keyword,
            statement: violation.statement.to_owned(),
            message: cut(&violation.message),
        }
    }
}
