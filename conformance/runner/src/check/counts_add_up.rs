//! The counts of passed and failed records add up to the records sent.

use tally_spec::model::Response;

use super::{Breach, Check, CountedAnswer, Keyword, Seen, ids};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "counts_add_up",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.sum_statement]),
        Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let answer = CountedAnswer::of(seen)?;
    let (passed, failed) = (answer.passed?, answer.failed?);
    let sent = seen.records.len();
    if passed.checked_add(failed) == u64::try_from(sent).ok() {
        return Some(Vec::new());
    }
    let message = format!(
        "Expected `{}` and `{}` to add up to {sent}, the records sent: got {passed} and {failed}",
        answer.shape.pass_count, answer.shape.fail_count
    );
    let both = format!("{:?} + {:?}", answer.shape.pass_count, answer.shape.fail_count);
    let sum = u128::from(passed) + u128::from(failed);
    let difference =
        Difference::new(format!("{both} = {sent}"), format!("{both} = {passed} + {failed} = {sum}"));
    let cited = (CHECK.cites)(seen.contract, seen.area);
    Some(vec![Breach::new(CHECK.id, Keyword::Sum, cited, message).comparing(difference)])
}
