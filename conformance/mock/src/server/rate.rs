//! How many requests the API takes in a time.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::seldom::Seldom;

/// The most requests in a time: so many at once, and then as many again over each such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    requests: NonZeroU32,
    per: Duration,
}

impl RateLimit {
    /// So many requests a second.
    #[must_use]
    pub const fn per_second(requests: NonZeroU32) -> Self {
        Self { requests, per: Duration::from_secs(1) }
    }

    /// So many requests a minute.
    #[must_use]
    pub const fn per_minute(requests: NonZeroU32) -> Self {
        Self { requests, per: Duration::from_mins(1) }
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.per == Duration::from_secs(1) { "s" } else { "min" };
        write!(formatter, "{}/{unit}", self.requests)
    }
}

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = text.split_once('/').unwrap_or((text, "s"));
        let limit = match unit {
            "s" => Self::per_second,
            "min" => Self::per_minute,
            _ => return Err(format!("{unit:?} is no unit: write N/s or N/min")),
        };
        let number =
            number.parse().map_err(|_| "must be a whole number from 1, such as 10, 10/s or 600/min")?;
        Ok(limit(number))
    }
}

/// Counts requests against a limit.
#[derive(Default)]
pub(super) struct Rate {
    limit: Option<RateLimit>,
    /// When all that was taken so far would have been, had it come evenly.
    even: Mutex<Option<Instant>>,
    refused: Seldom,
}

impl Rate {
    pub(super) fn new(limit: Option<RateLimit>) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Takes a request, or says how long it is until one is taken again.
    pub(super) fn take(&self) -> Result<(), Duration> {
        let Some(limit) = self.limit else { return Ok(()) };
        let taken = self.take_at(limit, Instant::now());
        if taken.is_err()
            && let Some(times) = self.refused.one_more()
        {
            tracing::info!("{times} requests were refused: more than {limit} came");
        }
        taken
    }

    fn take_at(&self, limit: RateLimit, now: Instant) -> Result<(), Duration> {
        let each = limit.per / limit.requests.get();
        let mut even = self.even.lock().unwrap_or_else(PoisonError::into_inner);
        let next = even.map_or(now, |even| even.max(now));
        // So far ahead may it be: that many come at once.
        let ahead = (next + each).saturating_duration_since(now);
        match ahead.checked_sub(limit.per) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *even = Some(next + each);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_and_then_evenly() {
        let (rate, start) = (Rate::default(), Instant::now());
        let limit: RateLimit = "4".parse().expect("a limit");
        let at = |milliseconds| rate.take_at(limit, start + Duration::from_millis(milliseconds));
        assert_eq!([at(0), at(0), at(0), at(0)], [Ok(()); 4]);
        assert_eq!([at(0), at(100)], [Err(Duration::from_millis(250)), Err(Duration::from_millis(150))]);
        assert_eq!([at(250), at(251)], [Ok(()), Err(Duration::from_millis(249))]);
        // What is refused counts for nothing, and what is not asked for is not saved up.
        assert_eq!([9000; 5].map(at), [Ok(()), Ok(()), Ok(()), Ok(()), Err(Duration::from_millis(250))]);
    }

    #[test]
    fn one_a_minute() {
        let (rate, start) = (Rate::default(), Instant::now());
        let limit: RateLimit = "1/min".parse().expect("a limit");
        let at = |seconds| rate.take_at(limit, start + Duration::from_secs(seconds));
        assert_eq!(
            [at(0), at(1), at(59), at(60)],
            [Ok(()), Err(Duration::from_secs(59)), Err(Duration::from_secs(1)), Ok(()),]
        );
    }

    #[test]
    fn a_limit_is_read_with_its_unit() {
        for (text, shown) in [("1", "1/s"), ("10/s", "10/s"), ("600/min", "600/min")] {
            assert_eq!(text.parse::<RateLimit>().map(|limit| limit.to_string()), Ok(shown.to_owned()));
        }
        for text in ["", "0", "-1", "1.5", "1/h", "1/", "/s", "4294967296"] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }
}
