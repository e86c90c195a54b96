//! An empty list is refused, or answered without a claim of any record.

use serde_json::Value;
use tally_spec::model::{Area, Contract, Response};

use super::{Breach, Check, Keyword, Seen, extend, ids, integer};
use crate::outcome::Difference;
use tally_oracle::oracle::Expectation;

/// The check.
pub(super) const CHECK: Check = Check { id: "empty_list_is_harmless", cites, ask };

fn cites(contract: &Contract, area: &Area) -> Vec<String> {
    ids(std::iter::once(&contract.file.reading.empty_list).chain(&area.list.empty_fails))
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    if *seen.expectation != Expectation::Empty {
        return None;
    }
    let breach = |keyword, message: String| {
        Some(vec![Breach::new(CHECK.id, keyword, cites(seen.contract, seen.area), message)])
    };
    let status = seen.answer.status;
    if seen.is_refused() || status >= 500 {
        return Some(Vec::new());
    }
    if !(200..300).contains(&status) {
        return breach(
            Keyword::HttpStatus,
            format!("An empty list was answered with HTTP {status}: expected success or a rejection"),
        );
    }
    if let Some(claim) = claim(seen) {
        return breach(Keyword::Claim, format!("An empty list was answered as if it held records: {claim}"));
    }
    Some(failure(seen).into_iter().collect())
}

/// The breach of an answer whose status is a failure although no record failed.
fn failure(seen: &Seen<'_>) -> Option<Breach> {
    let Response::Counting(shape) = seen.response() else { return None };
    let body = seen.json?.as_object()?;
    let (failed, status) = (body.get(&shape.fail_count).and_then(integer)?, body.get(&shape.status.name)?);
    let other =
        [&shape.status.partial, &shape.status.failure].into_iter().find(|word| status == word.as_str())?;
    let mut statements = ids([&shape.status.rule_statement]);
    extend(&mut statements, &cites(seen.contract, seen.area));
    let message = format!("Expected status {:?} for an empty list, got {other:?}", shape.status.success);
    let success = shape.status.success.as_str().into();
    let difference = Difference::of_member(&shape.status.name, &success, Some(status));
    (failed == 0).then(|| Breach::new(CHECK.id, Keyword::Status, statements, message).comparing(difference))
}

/// What the answer claims about records that were not sent.
fn claim(seen: &Seen<'_>) -> Option<String> {
    let body = seen.json?.as_object()?;
    let claimed = |name: &String| {
        let count = body.get(name).and_then(integer).filter(|count| *count > 0)?;
        Some(format!("`{name}` is {count}"))
    };
    let listed = |name: &String| {
        let entries = body.get(name).and_then(Value::as_array).filter(|entries| !entries.is_empty())?;
        Some(format!("`{name}` has {} entries", entries.len()))
    };
    match seen.response() {
        Response::Counting(shape) => claimed(&shape.pass_count)
            .or_else(|| claimed(&shape.fail_count))
            .or_else(|| listed(&shape.errors)),
        Response::ByPosition(shape) => listed(&shape.results),
        Response::Whole(shape) => {
            let passed = body.get(&shape.status.name).and_then(Value::as_str) == Some(&shape.status.success);
            let fails = seen.area.list.empty_fails.is_some();
            (passed && fails).then(|| format!("`{}` is {:?}", shape.status.name, shape.status.success))
        }
        Response::Later(_) => None,
    }
}
