//! Counterexamples: requests that have shown a finding, saved to be sent first in the next run.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request that has shown a finding, and how its answer was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counterexample {
    /// The contract's name.
    pub contract: String,
    /// The area's name.
    pub area: String,
    /// The check that found it.
    pub check: String,
    /// The statement that was broken.
    pub statement: String,
    /// What was wrong then, for people.
    pub message: String,
    /// The seed of the run that found it.
    pub seed: u64,
    /// How the body is used.
    pub how: How,
    /// The request's body.
    pub body: Value,
}

/// How a counterexample's body is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum How {
    /// It is sent, and the answer is checked.
    Alone,
    /// It is sent, then a second request derived from it, and the answers are compared.
    Related {
        /// The check of the relation.
        relation: String,
        /// The body with the record that the relation adds; null if it adds none.
        added: Value,
    },
    /// It is spoilt in this way, and must be refused.
    Probe(String),
}

impl Counterexample {
    /// A name for its file, without an extension.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let word = |text: &str| text.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        format!("{}-{}-{}-{}", self.contract, self.area, word(&self.check), word(&self.statement))
    }
}
