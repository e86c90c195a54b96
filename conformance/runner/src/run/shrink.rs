//! Finds the smallest batch that still shows a finding.

use std::mem::discriminant;
use std::time::{Duration, Instant};

use super::session::Session;
use super::settle::{Purpose, Shown, Trial};
use crate::check::Keyword;
use tally_oracle::strategy::{Batch, shrink};

/// The most requests for one finding: to find the culprit among many records, to confirm it, and to shrink the
/// batch.
pub(super) const MOST_FOR_ONE: u64 = 60;
/// The least cost assumed of one try, that of a batch and its two halves: a try may take more requests than the
/// one before it if a finding shows only sometimes.
pub(super) const MOST_FOR_TRY: u64 = 3;
/// The most requests for all findings of an area.
pub(super) const MOST_FOR_ALL: u64 = 400;
/// The most records for one finding: those of this many batches like the one that shows it, but at least so many.
const MOST_BATCHES: u64 = 8;
const MOST_RECORDS: u64 = 2_000;

/// The most time for one finding, unless it is a timeout.
const MOST_TIME: Duration = Duration::from_secs(20);

/// The smallest batch found that breaches the same check in the same way, and by one of the same premises.
/// `kept` requests of the finding's allowance are left for what comes after, and a try costs up to `cost`.
pub(super) fn shrink(
    session: &mut Session<'_>,
    batch: &Batch,
    shown: Shown,
    trial: Trial<'_>,
    (cost, kept): (u64, u64),
) -> (Batch, Shown) {
    let (before, records_before) = (session.spent, session.log.area.records);
    let most = MOST_FOR_ONE.saturating_sub(kept).min(before.saturating_add(session.left_to_shrink));
    let most_records = MOST_RECORDS.max(MOST_BATCHES * u64::try_from(shown.records).unwrap_or(u64::MAX / 8));
    let started = Instant::now();
    // Each try that times out takes the whole timeout twice.
    let most_time = if shown.breach.keyword == Keyword::Timeout { Duration::ZERO } else { MOST_TIME };
    let mut smallest = (batch.clone(), shown);
    let kind = discriminant(&session.oracle.expect(session.area, &batch.body()));
    let mut candidates = shrink::candidates(batch);
    while let Some(candidate) = candidates.next() {
        let spent = session.spent + cost > most
            || session.log.area.records - records_before >= most_records
            || started.elapsed() >= most_time;
        if spent || session.log.ended.is_some() {
            break;
        }
        // A batch with another kind of expected answer, such as one no longer over the limit, shows something else.
        if discriminant(&session.oracle.expect(session.area, &candidate.body())) != kind {
            continue;
        }
        let found = trial(session, &candidate, Purpose::Search);
        if let Some(shown) = found.into_iter().find(|found| smallest.1.is_same_as(found)) {
            candidates = shrink::candidates(&candidate);
            smallest = (candidate, shown);
        }
    }
    let spent = session.spent - before;
    session.left_to_shrink -= spent.min(session.left_to_shrink);
    smallest
}
