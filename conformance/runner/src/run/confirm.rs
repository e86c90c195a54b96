//! Whether a breach shows each time, or only sometimes.

use super::session::{Session, Shown, TIMEOUT};
use super::shrink::{MOST_FOR_ONE, MOST_FOR_TRY, is_same};
use crate::outcome::Rate;

/// How often a request is sent to tell how often it shows something intermittent.
const TRIES: u32 = 20;

/// Looks again, so many times; where the breach does not show each time, tells how often it does, as far as
/// the finding's allowance of requests goes.
pub(super) fn rate(
    session: &mut Session<'_>,
    shown: &Shown,
    again: &dyn Fn(&mut Session<'_>) -> Vec<Shown>,
    times: u32,
) -> Option<Rate> {
    // The client has asked twice already, and each time takes the whole of what is allowed.
    if shown.breach.keyword == TIMEOUT {
        return None;
    }
    let once_more = |session: &mut Session<'_>| again(session).iter().any(|found| is_same(shown, found));
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
    while rate.tried < TRIES && session.spent + cost <= MOST_FOR_ONE && session.log.ended.is_none() {
        let before = session.spent;
        rate.tried += 1;
        rate.shown += u32::from(once_more(session));
        cost = cost.max(session.spent - before);
    }
    Some(rate)
}
