//! Valid records pass, whatever else is in their batch.

use std::fmt::Display;

use serde_json::Value;
use tally_spec::model::{Area, Cites, Contract, Isolation, Response};

use super::fates::{Fates, premises_of_passing};
use super::{Breach, Check, CountedAnswer, Keyword, Seen, extend, ids};
use crate::outcome::Difference;
use tally_oracle::oracle::{Expected, Fate};

/// The check.
pub(super) const CHECK: Check = Check { id: "bad_record_fails_alone", cites, ask };

fn cites(contract: &Contract, area: &Area) -> Vec<String> {
    ids(isolation(contract, area))
}

fn isolation<'a>(contract: &'a Contract, area: &Area) -> Option<&'a Cites> {
    let each_for_itself = area.isolation == Isolation::EachForItself;
    match contract.response(area) {
        Response::Counting(shape) if each_for_itself => Some(&shape.isolation_statement),
        Response::ByPosition(shape) if each_for_itself => Some(&shape.isolation_statement),
        Response::Counting(_) | Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => None,
    }
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let expected = seen.expected()?;
    isolation(seen.contract, seen.area)?;
    let fates = Fates::of(expected);
    let most = fates.failing + fates.open;
    if most == 0 || most == expected.len() {
        return None;
    }
    let failed = failed(seen, expected)?;
    if usize::try_from(failed).is_ok_and(|failed| failed <= most) {
        return Some(Vec::new());
    }
    let mut statements = cites(seen.contract, seen.area);
    extend(&mut statements, &premises_of_passing(seen, expected, (most, failed)));
    let message = format!("Expected at most {most} of {} records to fail, got {failed}", expected.len());
    let failures = |count: &dyn Display| format!("{count} of {} records fail", expected.len());
    let difference = Difference::new(format!("at most {}", failures(&most)), failures(&failed));
    Some(vec![Breach::new(CHECK.id, Keyword::OthersFail, statements, message).comparing(difference)])
}

/// How many records failed. By position: those that may fail, and those that failed although they must pass.
fn failed(seen: &Seen<'_>, expected: &[Expected]) -> Option<u64> {
    let Response::ByPosition(shape) = seen.response() else {
        return CountedAnswer::of(seen).filter(CountedAnswer::has_entries_for_failures)?.failed;
    };
    if !seen.is_answered_in_shape() {
        return None;
    }
    let results = seen.json?.get(&shape.results)?.as_array()?;
    let wrongly = results.iter().zip(expected).filter(|(result, expected)| {
        let passed = result.get(&shape.passed.name).and_then(Value::as_bool);
        expected.fate == Fate::Passes && passed == Some(false)
    });
    let fates = Fates::of(expected);
    match wrongly.count() {
        0 => Some(0),
        wrongly => u64::try_from(fates.failing + fates.open + wrongly).ok(),
    }
}
