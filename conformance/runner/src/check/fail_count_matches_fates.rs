//! As many records fail as must, and none if none may. Whether bad records fail others of their batch is a
//! check of its own.

use tally_spec::model::{Counted, Isolation, Response};

use super::fates::{Fates, because, premises_of_failing, premises_of_passing};
use super::{Breach, Check, CountedAnswer, Keyword, Seen, extend, ids, quoted};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "fail_count_matches_fates",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.statement]),
        Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let expected = seen.expected()?;
    let answer = CountedAnswer::of(seen)?;
    let failed = answer.failed?;
    let fates = Fates::of(expected);
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let shape = answer.shape;
    if failed < count(fates.failing) {
        let entries = answer.entries.map_or(0, <[_]>::len);
        // If records were left out of the counts, or have entries all the same, the count is wrong.
        let miscounted = !answer.counts(expected.len()) || entries >= fates.failing;
        let mut premises = if miscounted { ids([&shape.statement]) } else { Vec::new() };
        extend(&mut premises, &premises_of_failing(seen, expected, failed));
        extend(&mut premises, &ids([&shape.statement]));
        let least = if fates.open > 0 { "at least " } else { "" };
        let message = format!(
            "Expected {least}{}, got {failed}{}",
            failures(fates.failing),
            because(seen.contract, expected)
        );
        let breach = Breach::new(CHECK.id, Keyword::TooFew, premises, message);
        return Some(vec![breach.comparing(difference(shape, least, fates.failing, failed))]);
    }
    let most = fates.failing + fates.open;
    // If some may fail, another check looks at the others, unless one record decides for all.
    let alone = most == 0 || most == expected.len() || seen.area.isolation == Isolation::AllOrNothing;
    if failed > count(most) && alone && answer.has_entries_for_failures() {
        let mut premises = premises_of_passing(seen, expected, (most, failed));
        extend(&mut premises, &ids([&shape.statement]));
        let at_most = if most > 0 { "at most " } else { "" };
        let message = format!(
            "Expected {at_most}{}, got {failed}{}",
            failures(most),
            first_text(&answer, expected.len())
        );
        let breach = Breach::new(CHECK.id, Keyword::TooMany, premises, message);
        return Some(vec![breach.comparing(difference(shape, at_most, most, failed))]);
    }
    Some(Vec::new())
}

/// The count of failures that was expected, perhaps `at least` or `at most`, and the one that was found.
fn difference(shape: &Counted, bound: &str, expected: usize, found: u64) -> Difference {
    let name = &shape.fail_count;
    Difference::new(format!("{name:?}: {bound}{expected}"), format!("{name:?}: {found}"))
}

fn failures(count: usize) -> String {
    if count == 1 { "1 failure".to_owned() } else { format!("{count} failures") }
}

/// The text of the first error entry, which says why the endpoint failed a record.
fn first_text(answer: &CountedAnswer<'_>, records: usize) -> String {
    let entry = answer.entries.and_then(|entries| entries.first());
    let text = entry.and_then(|entry| entry.get(&answer.shape.entry.message)?.as_str());
    match text {
        Some(text) if records == 1 => format!(" (record 0: {})", quoted(text)),
        Some(text) => format!(" (`{}[0]`: {})", answer.shape.errors, quoted(text)),
        None => String::new(),
    }
}
