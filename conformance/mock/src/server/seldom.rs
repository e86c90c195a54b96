//! What may happen very often, and is logged now and then.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The least time between two lines of the log about one thing.
const PAUSE: Duration = Duration::from_secs(10);

/// What may happen very often, and is logged now and then.
#[derive(Default)]
pub(super) struct Seldom(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    logged: Option<Instant>,
    since: u64,
}

impl Seldom {
    /// Counts one more. The number since the last line of the log, if it is time for another.
    pub(super) fn one_more(&self) -> Option<u64> {
        self.more(1)
    }

    /// Counts so many more.
    pub(super) fn more(&self, number: u64) -> Option<u64> {
        self.more_at(number, Instant::now())
    }

    fn more_at(&self, number: u64, now: Instant) -> Option<u64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.since += number;
        if counted.since == 0 {
            return None;
        }
        if counted.logged.is_some_and(|logged| now.saturating_duration_since(logged) < PAUSE) {
            return None;
        }
        counted.logged = Some(now);
        Some(std::mem::take(&mut counted.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_logged_at_once_and_others_together() {
        let (seldom, start) = (Seldom::default(), Instant::now());
        let at = |seconds| seldom.more_at(1, start + Duration::from_secs(seconds));
        assert_eq!(
            [at(0), at(1), at(9), at(10), at(11), at(30)],
            [Some(1), None, None, Some(3), None, Some(2)]
        );
        assert_eq!(Seldom::default().more(0), None);
    }
}
