//! As many records pass as must, and no more than may. It depends on the counts adding up.

use tally_spec::model::Response;

use super::fates::{Fates, premises_of_passing};
use super::{Breach, Check, CountedAnswer, Keyword, Seen, extend, ids};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "pass_count_matches_fates",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.sum_statement, &shape.statement]),
        Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let expected = seen.expected()?;
    let answer = CountedAnswer::of(seen)?;
    let (passed, failed) = (answer.passed?, answer.failed?);
    let fates = Fates::of(expected);
    let most = expected.len().saturating_sub(fates.failing);
    let least = most.saturating_sub(fates.open);
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let fail_count_is_right =
        (fates.failing..=fates.failing + fates.open).any(|right| count(right) == failed);
    let pass_count_is_right = (count(least)..=count(most)).contains(&passed);
    if pass_count_is_right || !fail_count_is_right {
        return Some(Vec::new());
    }
    let mut premises = (CHECK.cites)(seen.contract, seen.area);
    extend(&mut premises, &premises_of_passing(seen, expected, (0, 0)));
    let range = if least == most { most.to_string() } else { format!("{least} to {most}") };
    let message = format!(
        "Expected `{}` to be {range} (of {} records), got {passed}",
        answer.shape.pass_count,
        expected.len()
    );
    let name = &answer.shape.pass_count;
    let difference = Difference::new(format!("{name:?}: {range}"), format!("{name:?}: {passed}"));
    Some(vec![Breach::new(CHECK.id, Keyword::Range, premises, message).comparing(difference)])
}
