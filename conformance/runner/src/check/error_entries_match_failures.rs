//! Each failed record that the answer counts has an entry, and one only.

use tally_spec::model::Response;

use super::{Breach, Check, CountedAnswer, Seen, ids};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "error_entries_match_failures",
    cites: |contract, area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.entry_statement, &shape.single_entry_statement]),
        _ => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let answer = CountedAnswer::of(seen)?;
    let (failed, entries) = (answer.failed?, u64::try_from(answer.entries?.len()).ok()?);
    let (shape, name) = (answer.shape, &answer.shape.errors);
    let breach =
        |keyword, statements, message| Some(vec![Breach::new(CHECK.id, keyword, statements, message)]);
    if entries < failed {
        let message = format!("`{name}` has {entries} entries where `{}` is {failed}", shape.fail_count);
        return breach("missing", ids([&shape.entry_statement]), message);
    }
    // Entries where nothing failed are another check's.
    if entries > failed && failed > 0 {
        let message = format!("`{name}` has {entries} entries where `{}` is {failed}", shape.fail_count);
        return breach("surplus", ids([&shape.single_entry_statement]), message);
    }
    Some(Vec::new())
}
