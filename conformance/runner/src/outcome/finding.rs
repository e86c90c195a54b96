//! A finding: a rule that the target breaks, with the exchange that shows it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use tally_spec::model::Provenance;

use super::{Assertion, Counterexample, Difference, Severity, ShownRequest, ShownResponse, body_file, curl};

/// A rule that the target breaks, with the smallest request that shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The check that found it.
    pub check: String,
    /// The name of the first area it was found in.
    pub area: String,
    /// Every area it was found in, in the contract's order.
    pub areas: Vec<String>,
    /// The statement that is broken.
    pub statement: String,
    /// Where the API's document says it, in words: `documented under Limits`. Absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What that statement says.
    pub summary: String,
    /// Every statement that the expectation depends on, the broken one first.
    pub premises: Vec<String>,
    /// Where the expectation comes from.
    pub provenance: Provenance,
    /// Whether it is a violation or a warning (`remark`).
    pub severity: Severity,
    /// Tells one way of failing the check from another.
    pub keyword: Cow<'static, str>,
    /// What is wrong.
    pub message: String,
    /// What was expected and what was found, if they can be set side by side. Absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// The requests that must come first, if the last one alone does not show it.
    pub before: Vec<ShownRequest>,
    /// The smallest request found that shows it.
    pub request: ShownRequest,
    /// The response; `None` if there was none.
    pub response: Option<ShownResponse>,
    /// How often the request showed it, if it did not every time.
    pub rate: Option<Rate>,
    /// Requests spent on shrinking and confirming it.
    pub shrink_requests: u64,
    /// Why it is accepted, if the list of known failures names it; then it does not fail the run.
    pub known: Option<String>,
    /// Warnings of the same cause, which are no findings of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
    /// The file that its counterexample was saved to, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_as: Option<String>,
    /// The requests that show it again, to be saved.
    #[serde(skip)]
    pub counterexample: Option<Counterexample>,
    /// What is documented of the responses: at least one of these does not hold for the one that shows it.
    #[serde(skip)]
    pub assertions: Vec<Assertion>,
    /// The file with the request's body that a command names; `None` for the one in the report's folder.
    #[serde(skip)]
    pub body_path: Option<String>,
}

impl Finding {
    /// The command that sends its request again. A long body is read from a file: from `body_path`, or from the one
    /// that the report's folder holds for the finding of that index.
    #[must_use]
    pub fn curl(&self, index: usize) -> String {
        let own = body_file(index);
        curl(&self.request, self.body_path.as_deref().unwrap_or(&own))
    }

    /// The broken statement with its source: `G5, documented under Limits`.
    #[must_use]
    pub fn statement_and_source(&self) -> String {
        with_source(&self.statement, self.source.as_deref(), self.provenance)
    }
}

/// A statement with its source; if that is unknown, with its provenance.
pub(super) fn with_source(statement: &str, source: Option<&str>, provenance: Provenance) -> String {
    format!("{statement}, {}", source.unwrap_or(provenance.as_str()))
}

/// A warning that has the same cause as a violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Also {
    /// The name of the first area it was found in.
    pub area: String,
    /// The check that found it.
    pub check: String,
    /// The statement that is broken.
    pub statement: String,
    /// What is wrong.
    pub message: String,
}

/// How often an intermittent finding showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Rate {
    /// How often it showed.
    pub shown: u32,
    /// How often the request was sent.
    pub tried: u32,
}

/// A finding as `report.json` lists it, with the command that sends its request again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "finding", deny_unknown_fields)]
pub(super) struct ListedFinding<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    /// The command that sends the request again.
    curl: String,
}

/// Serialises findings, each with its command.
pub(super) fn list<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(
        findings
            .iter()
            .enumerate()
            .map(|(index, finding)| ListedFinding { finding, curl: finding.curl(index) }),
    )
}
