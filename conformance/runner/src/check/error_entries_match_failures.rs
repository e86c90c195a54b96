//! Each failed record that the answer counts has one error entry.

use tally_spec::model::Response;

use super::{Breach, Check, CountedAnswer, Keyword, Seen, ids};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "error_entries_match_failures",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.entry_statement, &shape.single_entry_statement]),
        Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let answer = CountedAnswer::of(seen)?;
    let (failed, entries) = (answer.failed?, u64::try_from(answer.entries?.len()).ok()?);
    let (shape, name) = (answer.shape, &answer.shape.errors);
    let counted = |count| if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
    let listed = |count: u64| format!("{name:?}: {}", counted(count));
    let difference = Difference::new(listed(failed), listed(entries));
    let breach = |keyword, statements, message| {
        Some(vec![Breach::new(CHECK.id, keyword, statements, message).comparing(difference)])
    };
    let message =
        format!("Expected {failed} entries in `{name}` (`{}` is {failed}), got {entries}", shape.fail_count);
    if entries < failed {
        return breach(Keyword::Missing, ids([&shape.entry_statement]), message);
    }
    // Another check reports entries if nothing failed.
    if entries > failed && failed > 0 {
        return breach(Keyword::Surplus, ids([&shape.single_entry_statement]), message);
    }
    Some(Vec::new())
}
