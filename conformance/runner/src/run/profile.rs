//! How much a run does.

use std::fmt;
use std::time::{Duration, Instant};

/// How much a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// About a dozen requests per area: the most revealing checks
    Smoke,
    /// Every boundary value once, in batches, and related requests
    Standard,
    /// Every boundary value alone and in pairs, then new seeds until --max-time or --max-requests is reached
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

/// The limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Requests, shrinking included.
    pub requests: Option<u64>,
    /// Time.
    pub time: Option<Duration>,
}

impl Budget {
    /// Which limit is reached, for people; `None` if neither is.
    pub(super) fn spent(&self, requests: u64, started: Instant) -> Option<String> {
        if let Some(most) = self.requests.filter(|most| requests >= *most) {
            return Some(format!("the limit of {most} requests was reached"));
        }
        let most = self.time.filter(|most| started.elapsed() >= *most)?;
        Some(format!("the limit of {} s was reached", most.as_secs()))
    }
}
