//! What a run concludes, and how much a finding counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a run concludes about its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Verdict {
    /// No violation was found in what was exercised.
    Pass,
    /// It breaks documented rules.
    Fail,
    /// Inconclusive: the target could not be judged.
    Error {
        /// Why the target could not be judged.
        reason: String,
    },
}

impl Verdict {
    /// An inconclusive verdict.
    #[must_use]
    pub fn inconclusive(reason: impl Into<String>) -> Self {
        Self::Error { reason: reason.into() }
    }

    /// The word in `report.json`: `pass`, `fail` or `error`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error { .. } => "error",
        }
    }

    /// The words for people: `conforms`, `does not conform` or `inconclusive`.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Pass => "conforms",
            Self::Fail => "does not conform",
            Self::Error { .. } => "inconclusive",
        }
    }

    /// Why the target could not be judged, if it could not.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Error { reason } => Some(reason),
            Self::Pass | Self::Fail => None,
        }
    }

    /// The exit code of the process: 0 conforms, 1 violations, 3 inconclusive.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Error { .. } => 3,
        }
    }
}

/// How much a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// A documented rule is broken.
    Violation,
    /// An assumption is broken, which does not fail the run. `report.json` calls it `remark`.
    #[serde(rename = "remark")]
    Warning,
}

impl Severity {
    /// The word for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Warning => "warning",
        }
    }
}
