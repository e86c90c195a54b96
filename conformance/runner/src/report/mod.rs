//! What a run found, and how it is told.

mod cause;
mod curl;
mod escape;
mod har;
mod html;
mod json;
mod junit;
mod merge;
mod read;
mod summary;
mod terminal;
mod wrap;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tally_spec::model::Provenance;

use crate::run::Regression;

pub use self::curl::curl;
pub use self::escape::escaped;
pub use self::har::to_har;
pub use self::html::to_html;
pub use self::json::to_json;
pub use self::junit::to_junit;
pub use self::merge::{Unmergeable, merge};
pub use self::read::{Unreadable, from_json};
pub use self::summary::{append_summary, to_summary};
pub use self::terminal::{Colour, Telling, Terminal};
pub use self::wrap::wrapped;

/// What a run says of its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It conforms, as far as it was exercised.
    Pass,
    /// It breaks statements.
    Fail,
    /// It could not be judged, and why.
    Error(String),
}

impl Verdict {
    /// The word that reports use: `pass`, `fail` or `error`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error(_) => "error",
        }
    }

    /// The process's exit code: 0 conforms, 1 violations, 3 could not judge.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Error(_) => 3,
        }
    }
}

/// What a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A breach of what is stated, shown or documented by the platform.
    Violation,
    /// A breach of a reading of a gap.
    Remark,
}

impl Severity {
    /// The word that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Remark => "remark",
        }
    }
}

/// A request as a report shows it, without the token.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownRequest {
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers; the token's is `$TALLY_TOKEN`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// How many records it holds.
    pub records: usize,
}

/// An answer as a report shows it, the token blotted out.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body, bytes that are no UTF-8 replaced.
    pub body: String,
    /// How long it took.
    pub duration: Duration,
}

/// One cause, found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The check that found it.
    pub check: String,
    /// The name of the area where it was found first.
    pub area: String,
    /// Every area where it was found, that one among them, in the contract's order.
    pub areas: Vec<String>,
    /// The statement that is broken.
    pub statement: String,
    /// What that statement says.
    pub summary: String,
    /// Every statement that the expectation rests on, the broken one first.
    pub premises: Vec<String>,
    /// What the expectation weighs.
    pub provenance: Provenance,
    /// Whether it is a violation or a remark.
    pub severity: Severity,
    /// Tells one way of breaching the check from another.
    pub keyword: Cow<'static, str>,
    /// What is wrong.
    pub message: String,
    /// The requests that must come before, where it shows only after others.
    pub before: Vec<ShownRequest>,
    /// The smallest request found that shows it.
    pub request: ShownRequest,
    /// Its answer; none where none came.
    pub response: Option<ShownResponse>,
    /// How often the request showed it, where it did so only some of the times that it was sent.
    pub rate: Option<Rate>,
    /// The requests that were spent, once it had shown, on making it small and on seeing that it stays.
    pub shrink_requests: u64,
    /// Why it is known, where a list of known failures names it; it does not fail the run then.
    pub known: Option<String>,
    /// What makes it again by itself; none where one request does not.
    pub regression: Option<Regression>,
}

/// How often something intermittent was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The times that it showed.
    pub shown: u32,
    /// The times that the request was sent.
    pub tried: u32,
}

/// How a check went in an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckTally {
    /// The check's name.
    pub id: String,
    /// The area's name.
    pub area: String,
    /// The statements that it holds answers to.
    pub statements: Vec<String>,
    /// What they weigh together.
    pub provenance: Provenance,
    /// How often the question arose.
    pub cases: u64,
    /// How often it was answered wrongly, by weight.
    pub violations: u64,
    /// As above.
    pub remarks: u64,
    /// Why it was not asked at all.
    pub skipped: Option<String>,
}

/// How an area went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AreaTally {
    /// The area's name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The sizes of batches at the limit's borders that were sent.
    pub sizes: Vec<usize>,
    /// Requests sent.
    pub requests: u64,
    /// Records sent in them.
    pub records: u64,
    /// Why the area, or what of it, was left out.
    pub left_out: Vec<String>,
    /// Batches whose records repeat keys because the fixtures hold too few things.
    pub repeated_keys: u64,
}

/// A border that requests can stand on: of a rule, of a field's values, of the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Border {
    /// The area's name.
    pub area: String,
    /// Its name: `field/keyword/what`, or `limit/N`.
    pub id: String,
    /// The statements that it belongs to, the principal first.
    pub statements: Vec<String>,
    /// How many requests stood on it.
    pub exercised: u64,
    /// Why none did, where none did.
    pub left_out: Option<String>,
}

/// How long one answer took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// The area's name.
    pub area: String,
    /// How many records the request held.
    pub records: usize,
    /// The HTTP status.
    pub status: u16,
    /// From the first byte sent to the last one read.
    pub duration: Duration,
}

/// When the first finding came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct First {
    /// Requests sent in its area until then, that one among them.
    pub requests: u64,
    /// Time from the run's start.
    pub after: Duration,
}

/// How often a statement was exercised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The statement's id.
    pub statement: String,
    /// What it says.
    pub summary: String,
    /// Its provenance.
    pub provenance: Provenance,
    /// How many answers it bore on.
    pub exercised: u64,
    /// Why it was not, where it was not.
    pub reason: Option<String>,
}

/// What a run found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The contract's name.
    pub contract: String,
    /// The API's root that was called.
    pub target: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The seed that makes the run again.
    pub seed: u64,
    /// How much the run was to do: `smoke`, `standard` or `thorough`.
    pub profile: String,
    /// Which part of the run this is, and of how many; none where it is whole.
    pub shard: Option<(u32, u32)>,
    /// Whether remarks weigh as violations.
    pub strict: bool,
    /// The command that makes the run again.
    pub again: String,
    /// When the run began, by RFC 3339. The library has no clock: it says the epoch, the command the time.
    pub started: String,
    /// Requests sent.
    pub requests: u64,
    /// Records sent in them.
    pub records: u64,
    /// How long the run took.
    pub duration: Duration,
    /// Each area, in the contract's order.
    pub areas: Vec<AreaTally>,
    /// Each check in each area.
    pub checks: Vec<CheckTally>,
    /// What was found, violations first.
    pub findings: Vec<Finding>,
    /// When the first of them came up.
    pub first: Option<First>,
    /// Each statement of the contract.
    pub coverage: Vec<Coverage>,
    /// Each border of each area.
    pub borders: Vec<Border>,
    /// How long answers took, in the order of each area's requests.
    pub timings: Vec<Timing>,
    /// What the run may have written, a JSON object for each record, where a list was asked for.
    pub written: std::collections::BTreeSet<String>,
    /// Known failures that are none any more.
    pub stale: Vec<String>,
    /// What a reader should know of the run.
    pub notes: Vec<String>,
}

/// The time that a report has where nobody told it the time.
pub const EPOCH: &str = "1970-01-01T00:00:00Z";

impl Report {
    /// The report's files by name: `report.json`, `report.html`, `summary.md`, `junit.xml` and
    /// `exchanges.har`, and the bodies that its curl lines name.
    ///
    /// # Errors
    ///
    /// Where text cannot be written as XML, which does not happen for text that was escaped before.
    pub fn files(&self) -> std::io::Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        files.insert("report.json".to_owned(), format!("{:#}\n", to_json(self)));
        files.insert("report.html".to_owned(), to_html(self));
        files.insert("summary.md".to_owned(), to_summary(self));
        files.insert("junit.xml".to_owned(), to_junit(self)?);
        if !self.written.is_empty() {
            let lines: Vec<&str> = self.written.iter().map(String::as_str).collect();
            files.insert("written.jsonl".to_owned(), lines.join("\n") + "\n");
        }
        files.insert("exchanges.har".to_owned(), format!("{:#}\n", to_har(self)));
        for (index, finding) in self.findings.iter().enumerate() {
            if curl::is_long(&finding.request.body) {
                files.insert(curl::body_file(index), finding.request.body.clone());
            }
        }
        Ok(files)
    }
}

/// The text as JSON, where it is; as text otherwise.
fn as_value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
