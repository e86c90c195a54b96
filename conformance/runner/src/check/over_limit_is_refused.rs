//! A request over the limit is refused, if that is documented.

use tally_spec::model::{Area, Contract, OverLimit};

use super::{Breach, Check, Keyword, Seen, ids};
use crate::outcome::Difference;
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
    let message =
        format!("{} was not rejected: got HTTP {status}, expected {http_status}", seen.with_its_limit());
    let breach = Breach::new(CHECK.id, Keyword::HttpStatus, cites(seen.contract, seen.area), message);
    Some(vec![breach.comparing(Difference::of_statuses(*http_status, status))])
}
