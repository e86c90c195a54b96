//! How often each statement of the contract was exercised.

use std::collections::BTreeMap;

use tally_spec::model::Contract;

use super::log::Log;
use crate::outcome::Coverage;

/// Each statement, in the contract's order.
pub(super) fn of(contract: &Contract, logs: &[Log]) -> Vec<Coverage> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (statement, count) in logs.iter().flat_map(|log| &log.coverage) {
        *counts.entry(statement).or_default() += count;
    }
    let mut observed: BTreeMap<&str, u64> = BTreeMap::new();
    for (statement, count) in logs.iter().flat_map(|log| &log.observed) {
        *observed.entry(statement).or_default() += count;
    }
    let covered = contract.statements.iter().map(|statement| {
        // What no answer can show, stored records may.
        let counts = if statement.unobservable.is_some() { &observed } else { &counts };
        let exercised = counts.get(statement.id.as_str()).copied().unwrap_or_default();
        let reason = match (&statement.unobservable, exercised) {
            (Some(reason), 0) => Some(reason.clone()),
            (None, 0) => Some("no exchange of this run concerns it".to_owned()),
            (_, _) => None,
        };
        Coverage {
            statement: statement.id.clone(),
            source: Some(statement.source()),
            summary: statement.summary.clone(),
            provenance: statement.provenance,
            exercised,
            reason,
        }
    });
    covered.collect()
}
