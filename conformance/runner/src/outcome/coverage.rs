//! What a run exercised: statements and boundary values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tally_spec::model::Provenance;

use super::finding::with_source;

/// How often a run exercised a statement of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Coverage {
    /// The statement's id.
    pub statement: String,
    /// Its provenance.
    pub provenance: Provenance,
    /// Where the API's document says it, in words: `documented under Limits`. Absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What it says.
    pub summary: String,
    /// How many answers it was checked against.
    pub exercised: u64,
    /// Why it was not exercised, if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Coverage {
    /// The statement with its source: `G5, documented under Limits`.
    #[must_use]
    pub fn statement_and_source(&self) -> String {
        with_source(&self.statement, self.source.as_deref(), self.provenance)
    }
}

/// A boundary value: on either side of a rule, of a field's values, or of the record limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Boundary {
    /// The area's name.
    pub area: String,
    /// Its name: `field/keyword/value`, or `limit/N`.
    #[serde(rename = "border")]
    pub id: String,
    /// The statements it belongs to, the principal one first.
    pub statements: Vec<String>,
    /// How many requests had this value.
    pub exercised: u64,
    /// Why no request had it, if none did.
    pub left_out: Option<String>,
}
