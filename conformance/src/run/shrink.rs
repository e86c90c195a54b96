//! Finds the smallest batch that still shows a finding.

use std::mem::discriminant;
use std::time::{Duration, Instant};

use super::session::{Session, Shown, TIMEOUT, Trial};
use crate::strategy::{Batch, shrink};

/// The most requests, about, for one finding.
const MOST_FOR_ONE: u64 = 60;
/// The most requests for all findings of an area.
pub(super) const MOST_FOR_ALL: u64 = 400;
/// The most records for one finding: those of as many batches like the one that shows it, or this many.
const MOST_BATCHES: u64 = 8;
const MOST_RECORDS: u64 = 2_000;

/// The most time for one finding, answers that never come apart.
const MOST_TIME: Duration = Duration::from_secs(20);

/// The smallest batch found that breaches the same check in the same way, and by one of the same premises.
pub(super) fn shrink(
    session: &mut Session<'_>,
    batch: &Batch,
    shown: Shown,
    trial: Trial<'_>,
) -> (Batch, Shown) {
    let (before, records_before) = (session.log.area.requests, session.log.area.records);
    let most = MOST_FOR_ONE.min(session.left_to_shrink);
    let most_records = MOST_RECORDS.max(MOST_BATCHES * u64::try_from(shown.records).unwrap_or(u64::MAX / 8));
    let started = Instant::now();
    // Each try of an answer that never comes takes its whole time, and then again.
    let most_time = if shown.breach.keyword == TIMEOUT { Duration::ZERO } else { MOST_TIME };
    let mut smallest = (batch.clone(), shown);
    let kind = discriminant(&session.oracle.expect(session.area, &batch.body()));
    let mut candidates = shrink::candidates(batch);
    while let Some(candidate) = candidates.next() {
        let spent = session.log.area.requests - before >= most
            || session.log.area.records - records_before >= most_records
            || started.elapsed() >= most_time;
        if spent || session.log.ended.is_some() {
            break;
        }
        // A batch that has another kind of answer due, such as one no longer over the limit, shows another thing.
        if discriminant(&session.oracle.expect(session.area, &candidate.body())) != kind {
            continue;
        }
        let found = trial(session, &candidate);
        if let Some(shown) = found.into_iter().find(|found| is_same(&smallest.1, found)) {
            candidates = shrink::candidates(&candidate);
            smallest = (candidate, shown);
        }
    }
    let spent = session.log.area.requests - before;
    session.left_to_shrink -= spent.min(session.left_to_shrink);
    smallest
}

/// Whether both breach the same check in the same way, and by one of the same premises.
pub(super) fn is_same(known: &Shown, found: &Shown) -> bool {
    let (known, found) = (&known.breach, &found.breach);
    let shared = found.statements.iter().any(|statement| known.statements.contains(statement));
    known.check == found.check && known.keyword == found.keyword && shared
}
