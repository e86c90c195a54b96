//! A request that is judged whole passes or fails as its records must.

use serde_json::Value;
use tally_spec::model::Response;

use super::fates::strongest;
use super::{Breach, Check, Keyword, Seen, extend, ids};
use crate::outcome::Difference;
use tally_oracle::oracle::{Expectation, Fate};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "whole_verdict_matches_fate",
    cites: |contract, area| match contract.response(area) {
        Response::Whole(shape) => ids([&shape.statement, &shape.whole_statement]),
        Response::Counting(_) | Response::ByPosition(_) | Response::Later(_) => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let (Expectation::Whole(expected), Response::Whole(shape)) = (seen.expectation, seen.response()) else {
        return None;
    };
    if !seen.is_answered_in_shape() {
        return None;
    }
    let word = seen.json?.get(&shape.status.name).and_then(Value::as_str)?;
    let passed = word == shape.status.success;
    if !passed && word != shape.status.failure {
        return None;
    }
    let other = if passed { &shape.status.failure } else { &shape.status.success };
    let difference = Difference::of_member(&shape.status.name, &other.as_str().into(), Some(&word.into()));
    match expected.fate {
        Fate::Fails if passed => {
            let reason = strongest(seen.contract, expected)?;
            let mut premises = reason.statements.clone();
            extend(&mut premises, &ids([&shape.whole_statement]));
            let (name, failure) = (&shape.status.name, &shape.status.failure);
            let message = format!("Expected `{name}` {failure:?} ({}), got {word:?}", reason.because);
            Some(vec![Breach::new(CHECK.id, Keyword::Passed, premises, message).comparing(difference)])
        }
        Fate::Passes if !passed => {
            let mut premises = ids([&shape.statement]);
            extend(&mut premises, &expected.premises);
            extend(&mut premises, &ids([&seen.area.statement]));
            let (name, success) = (&shape.status.name, &shape.status.success);
            let message = format!("Expected `{name}` {success:?} for a valid request, got {word:?}");
            Some(vec![Breach::new(CHECK.id, Keyword::Failed, premises, message).comparing(difference)])
        }
        Fate::Passes | Fate::Open | Fate::Fails => Some(Vec::new()),
    }
}
