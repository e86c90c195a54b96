//! A request within the limit is processed at once: neither refused for its size nor queued.

use serde_json::Value;
use tally_spec::model::{Area, Contract, OverLimit, Response};

use super::{Breach, Check, Keyword, Seen, ids};
use tally_oracle::oracle::Expectation;

/// The check.
pub(super) const CHECK: Check = Check { id: "batch_within_limit_is_answered", cites, ask };

fn cites(_: &Contract, area: &Area) -> Vec<String> {
    ids(std::iter::once(&area.limit.statement).chain(&area.limit.counts_statement))
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    if !matches!(seen.expectation, Expectation::Records { .. } | Expectation::Whole(_)) {
        return None;
    }
    let breach = |keyword, message: String| {
        Some(vec![Breach::new(CHECK.id, keyword, cites(seen.contract, seen.area), message)])
    };
    let request = seen.with_its_limit();
    if is_acknowledged(seen) {
        let message = format!("{request} was queued: got an acknowledgement, expected its results");
        return breach(Keyword::PutOff, message);
    }
    if is_refused_for_size(seen) {
        let status = seen.answer.status;
        let message = format!("{request} was rejected: got HTTP {status}, expected its results");
        return breach(Keyword::Refused, message);
    }
    Some(Vec::new())
}

/// Whether the answer is the acknowledgement that only a request over the limit gets.
pub(super) fn is_acknowledged(seen: &Seen<'_>) -> bool {
    let OverLimit::Acknowledges { response, .. } = &seen.area.limit.over else { return false };
    let Some(Response::Later(later)) = seen.contract.file.responses.get(response) else { return false };
    let Some(body) = seen.json.and_then(Value::as_object) else { return false };
    let counts = match seen.response() {
        Response::Counting(shape) => [&shape.pass_count, &shape.fail_count].map(String::as_str),
        Response::ByPosition(shape) => [shape.results.as_str(); 2],
        // A whole response may look just like an acknowledgement: nothing to tell them apart by.
        Response::Whole(_) | Response::Later(_) => return false,
    };
    seen.answer.status == later.http_status
        && body.contains_key(&later.message)
        && counts.iter().all(|name| !body.contains_key(*name))
}

/// Whether a request of the record limit or one less was refused, although nothing in it may be refused.
pub(super) fn is_refused_for_size(seen: &Seen<'_>) -> bool {
    let size = seen.size();
    seen.is_refused() && !seen.may_be_refused() && size > 1 && size + 1 >= seen.area.limit.maximum
}
