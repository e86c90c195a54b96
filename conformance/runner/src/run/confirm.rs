//! Confirms that a breach shows each time, or measures how often it does.

use serde_json::Value;

use super::session::Session;
use super::settle::{Evidence, Purpose, Shown};
use super::shown as as_shown;
use super::shrink::{MOST_FOR_ONE, MOST_FOR_TRY};
use crate::check::Keyword;
use crate::client::Request;
use crate::outcome::{Earlier, How, Rate};

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
    // Once the run has ended, nothing is sent that could show it.
    if rate.shown == rate.tried || session.log.ended.is_some() {
        return None;
    }
    let mut cost = MOST_FOR_TRY;
    while !is_timeout
        && rate.tried < TRIES
        && session.spent + cost <= MOST_FOR_ONE
        && session.log.ended.is_none()
    {
        let before = session.spent;
        let is_shown = once_more(session);
        if session.log.ended.is_none() {
            rate.tried += 1;
            rate.shown += u32::from(is_shown);
        }
        cost = cost.max(session.spent - before);
    }
    Some(rate)
}

/// How often a breach must show again after the request that came before it.
const TRIES_AFTER: u32 = 2;

/// Of a breach that never showed again: whether it does so after the request that came before it. If so, what the
/// finding is kept with: that request, too.
pub(super) fn after(
    session: &mut Session<'_>,
    shown: &Shown,
    (rate, previous): (Option<Rate>, Option<(Request, usize)>),
    again: &dyn Fn(&mut Session<'_>) -> Vec<Shown>,
    how: Option<&(How, Value)>,
) -> Option<Evidence> {
    rate.filter(|rate| rate.shown == 1)?;
    let (previous, records) = previous?;
    for _ in 0..TRIES_AFTER {
        if session.log.ended.is_some() || session.spent + 1 + MOST_FOR_TRY > MOST_FOR_ONE {
            return None;
        }
        let _ = session.exchange(previous.clone(), records, Purpose::Search);
        if !again(session).iter().any(|found| shown.is_same_as(found)) {
            return None;
        }
    }
    let before = vec![as_shown::request(session.contract, session.client, &previous, records)];
    Some(Evidence { rate: None, before, how: how.and_then(|how| saved(session, &previous, how)) })
}

/// How both requests are saved, if the first one is a batch and the second one is one, or a refusal's.
fn saved(session: &Session<'_>, previous: &Request, (how, body): &(How, Value)) -> Option<(How, Value)> {
    let probe = match how {
        How::Alone | How::Related { .. } => None,
        How::Probe(what) => Some(what.clone()),
        _ => return None,
    };
    let is_batch = session.request(previous.body.to_vec()) == *previous;
    let earlier = serde_json::from_slice(&previous.body).ok().filter(|_| is_batch)?;
    let earlier = vec![Earlier { area: session.area.name.clone(), probe: None, body: earlier }];
    Some((How::After { earlier, probe }, body.clone()))
}
