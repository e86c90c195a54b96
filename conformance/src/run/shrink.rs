//! Finds the smallest batch that still shows a finding.

use super::session::{Session, Shown, Trial};
use crate::strategy::{Batch, shrink};

/// The most requests, about, for one finding.
const MOST_FOR_ONE: u64 = 60;
/// The most requests for all findings of an area.
pub(super) const MOST_FOR_ALL: u64 = 400;

/// The smallest batch found that breaches the same check in the same way, and by one of the same premises.
pub(super) fn shrink(session: &mut Session<'_>, batch: &Batch, shown: Shown, trial: Trial<'_>) -> Shown {
    let before = session.log.area.requests;
    let most = MOST_FOR_ONE.min(session.left_to_shrink);
    let mut smallest = shown;
    let mut candidates = shrink::candidates(batch);
    while let Some(candidate) = candidates.next() {
        if session.log.area.requests - before >= most || session.log.ended.is_some() {
            break;
        }
        let found = trial(session, &candidate);
        if let Some(shown) = found.into_iter().find(|found| is_same(&smallest, found)) {
            smallest = shown;
            candidates = shrink::candidates(&candidate);
        }
    }
    let spent = session.log.area.requests - before;
    session.left_to_shrink -= spent.min(session.left_to_shrink);
    smallest
}

fn is_same(known: &Shown, found: &Shown) -> bool {
    let (known, found) = (&known.breach, &found.breach);
    let shared = found.statements.iter().any(|statement| known.statements.contains(statement));
    known.check == found.check && known.keyword == found.keyword && shared
}
