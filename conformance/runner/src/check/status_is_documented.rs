//! The HTTP status of an answer is the documented one, whether records pass or fail.

use tally_spec::model::Response;

use super::batch_within_limit_is_answered::is_refused_for_size;
use super::{Breach, Check, Keyword, Seen, extend, ids, response_cites};
use crate::outcome::Difference;
use tally_oracle::oracle::Expectation;

/// The check.
pub(super) const CHECK: Check =
    Check { id: "status_is_documented", cites: |contract, area| ids([response_cites(contract, area)]), ask };

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    if !matches!(seen.expectation, Expectation::Records { .. } | Expectation::Whole(_)) {
        return None;
    }
    let wanted = match seen.response() {
        Response::Counting(shape) => shape.http_status,
        Response::Whole(shape) => shape.http_status,
        Response::ByPosition(shape) => shape.http_status,
        Response::Later(shape) => shape.http_status,
    };
    let status = seen.answer.status;
    let reported_elsewhere = status >= 500 || is_refused_for_size(seen);
    if status == wanted || seen.may_be_refused() && seen.is_refused() || reported_elsewhere {
        return Some(Vec::new());
    }
    let message = format!("Expected HTTP {wanted}, got {status}");
    let mut statements =
        ids(seen.area.list.one_object.iter().filter(|_| seen.is_refused() && is_one_object(seen)));
    extend(&mut statements, &(CHECK.cites)(seen.contract, seen.area));
    let breach = Breach::new(CHECK.id, Keyword::HttpStatus, statements, message);
    Some(vec![breach.comparing(Difference::of_statuses(wanted, status))])
}

/// Whether the request has one object in place of the list.
fn is_one_object(seen: &Seen<'_>) -> bool {
    let envelope = match &seen.contract.file.service.envelope {
        Some(name) => seen.body.get(name),
        None => Some(seen.body),
    };
    envelope.and_then(|envelope| envelope.get(&seen.area.list.name)).is_some_and(serde_json::Value::is_object)
}
