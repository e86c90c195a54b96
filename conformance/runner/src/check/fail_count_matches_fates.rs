//! As many records fail as must, and none where none may. That bad records do not fail others beside them is
//! a check of its own.

use tally_spec::model::{Isolation, Response};

use super::fates::{Fates, because, premises_of_failing, premises_of_passing};
use super::{Breach, Check, CountedAnswer, Seen, extend, ids};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "fail_count_matches_fates",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.statement]),
        _ => Vec::new(),
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
        // Where records were left out of the counts, or have entries all the same, it is the count that is wrong.
        let miscounted = !answer.counts(expected.len()) || entries >= fates.failing;
        let mut premises = if miscounted { ids([&shape.statement]) } else { Vec::new() };
        extend(&mut premises, &premises_of_failing(seen, expected, failed));
        extend(&mut premises, &ids([&shape.statement]));
        let message = format!(
            "`{}` is {failed} where {} of {} records must fail{}",
            shape.fail_count,
            fates.failing,
            expected.len(),
            because(seen.contract, expected)
        );
        return Some(vec![Breach::new(CHECK.id, "tooFew", premises, message)]);
    }
    let most = fates.failing + fates.open;
    // Where some may fail, the others are another check's: unless the area lets one decide for all.
    let alone = most == 0 || most == expected.len() || seen.area.isolation == Isolation::AllOrNothing;
    if failed > count(most) && alone && answer.has_entries_for_failures() {
        let mut premises = premises_of_passing(seen, expected, (most, failed));
        extend(&mut premises, &ids([&shape.statement]));
        let of = expected.len();
        let message =
            format!("`{}` is {failed} where at most {most} of {of} records may fail", shape.fail_count);
        return Some(vec![Breach::new(CHECK.id, "tooMany", premises, message)]);
    }
    Some(Vec::new())
}
