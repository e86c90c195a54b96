//! The report of a run.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tally_spec::model::Provenance;

use super::finding::{ListedFinding, list};
use super::wire::seconds;
use super::{Boundary, Coverage, Finding, Outage, Severity, Verdict};

/// The start time of a report whose run had no clock.
pub const EPOCH: &str = "1970-01-01T00:00:00Z";

/// The report of a run, as `conform --report` and `merge-reports` write it to `report.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "A report of tally conform", deny_unknown_fields)]
pub struct Report {
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The contract's name.
    pub contract: String,
    /// The root of the API that was called.
    pub target: String,
    /// The random seed; the same seed makes the same requests.
    pub seed: u64,
    /// How thorough the run was: `smoke`, `standard` or `thorough`.
    pub profile: String,
    /// Which shard of a run this is; `null` if it is a whole run.
    pub shard: Option<Shard>,
    /// Whether warnings count as violations.
    pub strict: bool,
    /// The command that repeats the run.
    #[serde(rename = "again")]
    pub rerun: String,
    /// When the run began (RFC 3339). The library has no clock and writes [`EPOCH`]; the command sets the time.
    pub started: String,
    /// Requests sent.
    pub requests: u64,
    /// Records sent in them.
    pub records: u64,
    /// How long the run took, in seconds.
    #[serde(rename = "duration_s", with = "seconds")]
    #[schemars(with = "f64", range(min = 0))]
    pub duration: Duration,
    /// The outage that ended the run; absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<Outage>,
    /// Listed known failures that no longer fail.
    #[serde(rename = "stale_known_failures")]
    pub stale: Vec<String>,
    /// What a reader should know about the run.
    pub notes: Vec<String>,
    /// Each area, in the contract's order.
    pub areas: Vec<AreaTally>,
    /// Each check in each area.
    pub checks: Vec<CheckTally>,
    /// The findings, violations first.
    #[serde(serialize_with = "list")]
    #[schemars(with = "Vec<ListedFinding<'static>>")]
    pub findings: Vec<Finding>,
    /// When the first finding was made.
    #[serde(rename = "first_finding")]
    pub first: Option<First>,
    /// Each statement of the contract.
    pub coverage: Vec<Coverage>,
    /// Each boundary value of each area.
    #[serde(rename = "borders")]
    pub boundaries: Vec<Boundary>,
    /// How long each answer took, in the order of each area's requests.
    pub timings: Vec<Timing>,
    /// What the run may have written, one JSON object per record, if a list was asked for. `written.jsonl`.
    #[serde(skip)]
    pub written: BTreeSet<String>,
}

impl Report {
    /// The verdict in words for people. If the run fails by its list of known failures alone, that is said
    /// instead: the target does conform.
    #[must_use]
    pub fn title(&self) -> &'static str {
        if self.verdict == Verdict::Fail && self.counted(Severity::Violation) == 0 && !self.stale.is_empty() {
            "stale known failures"
        } else {
            self.verdict.title()
        }
    }

    /// How many findings of a severity there are, known failures apart.
    #[must_use]
    pub fn counted(&self, severity: Severity) -> u64 {
        let counts = |finding: &&Finding| finding.severity == severity && finding.known.is_none();
        self.findings.iter().filter(counts).map(|_| 1).sum()
    }

    /// How many findings are known failures.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.findings.iter().filter(|finding| finding.known.is_some()).map(|_| 1).sum()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is what serde gives")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A shard: one of several runs that together make a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Shard {
    /// Its number, counted from 1.
    #[schemars(range(min = 1))]
    pub part: u32,
    /// The number of shards.
    #[schemars(range(min = 1))]
    pub of: u32,
}

impl Shard {
    /// Whether this shard runs the case of that number.
    #[must_use]
    pub fn includes(self, number: u64) -> bool {
        number % u64::from(self.of) == u64::from(self.part - 1)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.part, self.of)
    }
}

/// How an area went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "area", deny_unknown_fields)]
pub struct AreaTally {
    /// The area's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its verb, and its path below the root of the API. Absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The batch sizes around the record limit that were sent.
    pub sizes: Vec<usize>,
    /// Requests sent.
    pub requests: u64,
    /// Records sent in them.
    pub records: u64,
    /// Batches that repeat keys because the fixtures hold too few accounts or users.
    #[serde(rename = "batches_with_repeated_keys")]
    pub repeated_keys: u64,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// How a check went in an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "check", deny_unknown_fields)]
pub struct CheckTally {
    /// The check's name.
    pub id: String,
    /// The area's name.
    pub area: String,
    /// The statements it checks.
    pub statements: Vec<String>,
    /// The weakest provenance among them.
    pub provenance: Provenance,
    /// How many exchanges were checked.
    pub cases: u64,
    /// How many of them were violations.
    pub violations: u64,
    /// How many of them were warnings.
    #[serde(rename = "remarks")]
    pub warnings: u64,
    /// How many of them were accepted: every finding behind them is a known failure.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub known: u64,
    /// Always absent, and kept for readers of older reports: a check that was not run has no cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

/// When the first finding was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct First {
    /// Requests the run had sent by then, including the one that shows it.
    pub requests: u64,
    /// Of these, the requests that checked the fixtures.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub for_fixtures: u64,
    /// Seconds since the run's start.
    #[serde(rename = "after_s", with = "seconds")]
    #[schemars(with = "f64", range(min = 0))]
    pub after: Duration,
}

/// How long one answer took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "timing", deny_unknown_fields)]
pub struct Timing {
    /// The area's name.
    pub area: String,
    /// How many records the request held.
    pub records: usize,
    /// The HTTP status.
    pub status: u16,
    /// Seconds from the first byte sent to the last byte read.
    #[serde(rename = "duration_s", with = "seconds")]
    #[schemars(with = "f64", range(min = 0))]
    pub duration: Duration,
}
