//! Counterexamples: requests that have shown a finding, saved to be sent first in the next run.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Rate, Severity};

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
    /// The way in which the check failed. Absent in files of older versions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub keyword: String,
    /// How much it counted. Absent in files of older versions, which hold violations only.
    #[serde(default = "violation")]
    pub severity: Severity,
    /// What was wrong then, for people.
    pub message: String,
    /// The seed of the run that found it.
    pub seed: u64,
    /// How often the request showed it, if it did not every time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// How the body is used.
    pub how: How,
    /// The request's body.
    pub body: Value,
}

const fn violation() -> Severity {
    Severity::Violation
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
    /// It is sent with a media type that has a parameter.
    Parameters,
    /// It is sent with undocumented members.
    UnknownMembers,
    /// It is sent with a value in it that parsers stumble over.
    OddBody(String),
    /// It is sent after other requests.
    After {
        /// Those before it, in order.
        earlier: Vec<Earlier>,
        /// How it is spoilt; `None` if its answer is checked as that of a batch.
        probe: Option<String>,
    },
    /// It is a request of a scenario, which is made anew: stored records are read around each of its requests.
    Scenario {
        /// The scenario's number.
        number: usize,
        /// The first of its requests that is sent.
        from: usize,
        /// The last of them.
        to: usize,
    },
}

/// A request that comes before a counterexample's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// The area's name.
    pub area: String,
    /// How it is spoilt; `None` if it is a batch.
    pub probe: Option<String>,
    /// Its body, before it is spoilt.
    pub body: Value,
}

impl Counterexample {
    /// A name for its file, without an extension.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let word = |text: &str| text.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let parts = [&self.contract, &self.area, &self.check, &self.statement, &self.keyword];
        let words: Vec<String> =
            parts.iter().filter(|part| !part.is_empty()).map(|part| word(part)).collect();
        words.join("-")
    }

    /// Whether a finding is the one that this counterexample has shown: the same check failed in its area, in the
    /// same way or by the same statement.
    #[must_use]
    pub fn is_shown_by(&self, finding: &super::Finding) -> bool {
        let same_way = self.keyword.is_empty() || self.keyword == finding.keyword;
        self.check == finding.check
            && finding.areas.contains(&self.area)
            && (same_way || finding.premises.contains(&self.statement))
    }
}
