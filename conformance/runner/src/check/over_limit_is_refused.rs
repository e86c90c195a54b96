//! A request over the limit is refused where the contract says so.

use tally_spec::model::{Area, Contract, OverLimit};

use super::{Breach, Check, Seen, ids};
use tally_oracle::oracle::Expectation;

/// The check.
pub(super) const CHECK: Check = Check { id: "over_limit_is_refused", cites, ask };

fn cites(_: &Contract, area: &Area) -> Vec<String> {
    match &area.limit.over {
        OverLimit::Refuses { statement, .. } => {
            ids([statement, &area.limit.statement].into_iter().chain(&area.limit.counts_statement))
        }
        OverLimit::Acknowledges { .. } => Vec::new(),
    }
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let OverLimit::Refuses { http_status, .. } = &seen.area.limit.over else { return None };
    if *seen.expectation != Expectation::OverLimitRefused {
        return None;
    }
    let status = seen.answer.status;
    if status == *http_status || status >= 500 {
        return Some(Vec::new());
    }
    let (size, limit) = (seen.size(), seen.area.limit.maximum);
    let message =
        format!("{size}, over the limit of {limit}, earns HTTP {status} where {http_status} is due");
    Some(vec![Breach::new(CHECK.id, "httpStatus", cites(seen.contract, seen.area), message)])
}
