//! Confirms that a breach shows each time, or measures how often it does.

use super::session::Session;
use super::settle::Shown;
use super::shrink::{MOST_FOR_ONE, MOST_FOR_TRY};
use crate::check::Keyword;
use crate::outcome::Rate;

/// How often a request is sent to measure the rate of something intermittent.
const TRIES: u32 = 20;

/// Looks for the breach again, `times` times. If it does not show each time, measures how often it does, within
/// the finding's allowance of requests; otherwise returns `None`.
pub(super) fn rate(
    session: &mut Session<'_>,
    shown: &Shown,
    again: &dyn Fn(&mut Session<'_>) -> Vec<Shown>,
    times: u32,
) -> Option<Rate> {
    // The client has tried twice already, and each attempt takes the whole timeout: once more has to do.
    let is_timeout = shown.breach.keyword == Keyword::Timeout;
    let times = if is_timeout { 1 } else { times };
    let once_more = |session: &mut Session<'_>| again(session).iter().any(|found| shown.is_same_as(found));
    let mut rate = Rate { shown: 1, tried: 1 };
    for _ in 0..times {
        if session.log.ended.is_some() {
            return None;
        }
        rate.tried += 1;
        rate.shown += u32::from(once_more(session));
    }
    if rate.shown == rate.tried {
        return None;
    }
    let mut cost = MOST_FOR_TRY;
    while !is_timeout
        && rate.tried < TRIES
        && session.spent + cost <= MOST_FOR_ONE
        && session.log.ended.is_none()
    {
        let before = session.spent;
        rate.tried += 1;
        rate.shown += u32::from(once_more(session));
        cost = cost.max(session.spent - before);
    }
    Some(rate)
}
