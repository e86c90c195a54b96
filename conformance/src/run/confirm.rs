//! Whether a breach shows each time, or only sometimes.

use super::session::{Session, Shown, TIMEOUT};
use super::shrink::is_same;
use crate::report::Rate;

/// How often a request is sent to tell how often it shows something intermittent.
const TRIES: u32 = 20;

/// Looks again, so many times; where the breach does not show each time, tells how often it does.
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
    while rate.tried < TRIES && session.log.ended.is_none() {
        rate.tried += 1;
        rate.shown += u32::from(once_more(session));
    }
    Some(rate)
}
