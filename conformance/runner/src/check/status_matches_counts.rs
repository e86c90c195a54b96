//! The status word agrees with the answer's own counts and entries.

use serde_json::Value;
use tally_spec::model::Response;

use super::{Breach, Check, CountedAnswer, Keyword, Seen, ids};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "status_matches_counts",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.status.rule_statement]),
        Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => Vec::new(),
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
    let mut breach = |keyword, message: String, difference| {
        let cited = (CHECK.cites)(seen.contract, seen.area);
        found.push(Breach::new(CHECK.id, keyword, cited, message).comparing(difference));
    };
    if known && status != wanted {
        let name = &words.name;
        breach(
            Keyword::Status,
            format!("Expected `{name}` {wanted:?} for {passed} passed and {failed} failed, got {status:?}"),
            Difference::of_member(name, &wanted.as_str().into(), Some(&status.into())),
        );
    }
    if failed == 0 && !entries.is_empty() {
        let (name, fails) = (&answer.shape.errors, &answer.shape.fail_count);
        let message = format!("Expected no entries in `{name}` (`{fails}` is 0), got {}", entries.len());
        // One is enough to see that there should be none.
        let entries = entries[..1].to_vec().into();
        breach(
            Keyword::Entries,
            message,
            Difference::of_member(name, &Value::Array(Vec::new()), Some(&entries)),
        );
    }
    Some(found)
}
