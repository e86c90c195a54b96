//! An answer by position has a result for each record, in order, and each is the expected one.

use serde_json::Value;
use tally_spec::model::{Isolation, Positional, Response};

use super::fates::strongest;
use super::{Breach, Check, Keyword, Seen, extend, ids};
use crate::outcome::Difference;
use tally_oracle::oracle::{Expected, Fate};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "results_match_fates",
    cites: |contract, area| match contract.response(area) {
        Response::ByPosition(shape) => ids([&shape.statement, &shape.passed.statement]),
        Response::Counting(_) | Response::Whole(_) | Response::Later(_) => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let expected = seen.expected()?;
    let Response::ByPosition(shape) = seen.response() else { return None };
    if !seen.is_answered_in_shape() {
        return None;
    }
    let results = seen.json?.get(&shape.results)?.as_array()?;
    if results.len() != expected.len() {
        let (found, wanted) = (results.len(), expected.len());
        let message =
            format!("Expected {wanted} entries in `{}`, one per record: got {found}", shape.results);
        let listed = |count: usize| format!("{:?}: {count} entries", shape.results);
        let breach = Breach::new(CHECK.id, Keyword::Length, ids([&shape.statement]), message);
        return Some(vec![breach.comparing(Difference::new(listed(wanted), listed(found)))]);
    }
    // If some may fail, another check looks at the others, unless one record decides for all.
    let all_pass = expected.iter().all(|record| record.fate == Fate::Passes);
    let alone = all_pass || seen.area.isolation == Isolation::AllOrNothing;
    let wrong = results.iter().zip(expected).enumerate().find_map(|(index, (result, expected))| {
        let passed = result.get(&shape.passed.name).and_then(Value::as_bool)?;
        breach(seen, shape, index, (expected, alone), passed)
    });
    Some(wrong.into_iter().collect())
}

fn breach(
    seen: &Seen<'_>,
    shape: &Positional,
    index: usize,
    (expected, alone): (&Expected, bool),
    passed: bool,
) -> Option<Breach> {
    let difference = Difference::of_member(&shape.passed.name, &(!passed).into(), Some(&passed.into()));
    match expected.fate {
        Fate::Fails if passed => {
            let reason = strongest(seen.contract, expected)?;
            let mut premises = reason.statements.clone();
            extend(&mut premises, &ids([&shape.passed.statement]));
            let message =
                format!("Expected {} to fail ({}), but it passed", seen.record_named(index), reason.because);
            Some(Breach::new(CHECK.id, Keyword::Passed, premises, message).comparing(difference))
        }
        Fate::Passes if !passed && alone => {
            let mut premises = expected.premises.clone();
            extend(&mut premises, &ids([&seen.area.statement, &shape.passed.statement]));
            let message = format!("Expected {} to pass, but it failed", seen.record_named(index));
            Some(Breach::new(CHECK.id, Keyword::Failed, premises, message).comparing(difference))
        }
        Fate::Passes | Fate::Open | Fate::Fails => None,
    }
}
