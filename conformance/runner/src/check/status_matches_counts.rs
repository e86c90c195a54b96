//! The status word agrees with the answer's own counts and entries.

use tally_spec::model::Response;

use super::{Breach, Check, CountedAnswer, Keyword, Seen, ids};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "status_matches_counts",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.status.rule_statement]),
        _ => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let answer = CountedAnswer::of(seen)?;
    let (passed, failed, entries) = (answer.passed?, answer.failed?, answer.entries?);
    let words = &answer.shape.status;
    let wanted = match (passed, failed) {
        (_, 0) => &words.success,
        (0, _) => &words.failure,
        _ => &words.partial,
    };
    let status = answer.status?;
    let known = [&words.success, &words.partial, &words.failure].iter().any(|word| *word == status);
    let mut found = Vec::new();
    let mut breach = |keyword, message: String| {
        found.push(Breach::new(CHECK.id, keyword, (CHECK.cites)(seen.contract, seen.area), message));
    };
    if known && status != wanted {
        let name = &words.name;
        breach(
            Keyword::Status,
            format!("Expected `{name}` {wanted:?} for {passed} passed and {failed} failed, got {status:?}"),
        );
    }
    if failed == 0 && !entries.is_empty() {
        let (name, fails) = (&answer.shape.errors, &answer.shape.fail_count);
        let message = format!("Expected no entries in `{name}` (`{fails}` is 0), got {}", entries.len());
        breach(Keyword::Entries, message);
    }
    Some(found)
}
