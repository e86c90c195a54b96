//! How much a run does.

use std::fmt;
use std::time::{Duration, Instant};

/// How much a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// About a dozen requests for each area: what tells most
    Smoke,
    /// Every border once, in batches, and the relations between requests
    Standard,
    /// Every border alone, pairs of them, and then on with new seeds until the allowance is spent
    Thorough,
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Smoke => "smoke",
            Self::Standard => "standard",
            Self::Thorough => "thorough",
        })
    }
}

/// What a run may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Requests, shrinking included.
    pub requests: Option<u64>,
    /// Time.
    pub time: Option<Duration>,
}

impl Budget {
    /// What is spent, for a person; none where something is left of each.
    pub(super) fn spent(&self, requests: u64, started: Instant) -> Option<String> {
        if let Some(most) = self.requests.filter(|most| requests >= *most) {
            return Some(format!("the allowance of {most} requests is spent"));
        }
        let most = self.time.filter(|most| started.elapsed() >= *most)?;
        Some(format!("the allowance of {} s is spent", most.as_secs()))
    }
}
