//! Answers that are no verdict: wait, and ask again.

use std::time::Duration;

use tally_spec::model::Service;

use super::Answer;

/// The longest single wait, whatever the answer asks for.
const LONGEST: Duration = Duration::from_secs(5);
/// How often one request is waited for.
const MOST: u32 = 3;

/// Whether the contract calls such an answer no verdict.
pub(super) fn is_no_verdict(service: &Service, answer: &Answer) -> bool {
    service.backoff.iter().filter(|backoff| backoff.http_status == answer.status).any(|backoff| {
        backoff.code.as_ref().is_none_or(|code| codes(service, answer).iter().any(|held| held == code))
    })
}

/// The first error code in a platform error's body.
pub(super) fn error_code(service: &Service, answer: &Answer) -> Option<String> {
    codes(service, answer).into_iter().next()
}

/// The error codes in a platform error's body, be it one object or a list of them.
fn codes(service: &Service, answer: &Answer) -> Vec<String> {
    let Some(body) = answer.json(&[]) else { return Vec::new() };
    let objects = body.as_array().map_or_else(|| vec![&body], |list| list.iter().collect());
    objects
        .into_iter()
        .filter_map(|object| object.get(&service.errors.code)?.as_str().map(str::to_owned))
        .collect()
}

/// How long an answer asks to wait, if it says so in seconds.
pub(crate) fn retry_after(answer: &Answer) -> Option<Duration> {
    answer.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// The waits of one request.
#[derive(Debug)]
pub(super) struct Waits {
    taken: u32,
    /// How much time is left for them.
    left: Duration,
}

impl Waits {
    /// Waits of at most this much time together.
    pub(super) const fn within(left: Duration) -> Self {
        Self { taken: 0, left }
    }

    /// How long to wait before asking again; `None` if it was asked often enough, or the answer asks for more time
    /// than is left.
    pub(super) fn next(&mut self, answer: &Answer) -> Option<Duration> {
        if self.taken == MOST {
            return None;
        }
        let doubled = Duration::from_millis(250) * 2_u32.pow(self.taken);
        self.taken += 1;
        let asked = retry_after(answer).unwrap_or(doubled);
        let wait = Some(asked.min(LONGEST)).filter(|_| asked <= self.left)?;
        self.left -= wait;
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(retry_after: &str) -> Answer {
        let headers = vec![("retry-after".to_owned(), retry_after.to_owned())];
        Answer { status: 503, headers, body: bytes::Bytes::new(), cut_short: false, duration: Duration::ZERO }
    }

    #[test]
    fn waits_end_and_are_capped() {
        let mut waits = Waits::within(Duration::from_secs(30));
        assert_eq!(waits.next(&answer("1")), Some(Duration::from_secs(1)));
        assert_eq!(waits.next(&answer("20")), Some(LONGEST));
        assert_eq!(waits.next(&answer("tomorrow")), Some(Duration::from_secs(1)));
        assert_eq!(waits.next(&answer("1")), None);
    }

    #[test]
    fn an_answer_that_asks_for_more_than_is_left_is_not_waited_for() {
        let mut waits = Waits::within(Duration::from_secs(7));
        assert_eq!(waits.next(&answer("3600")), None);
        assert_eq!(waits.next(&answer("6")), Some(LONGEST));
        assert_eq!(waits.next(&answer("3")), None);
    }
}
