//! The size of the next batch is the record limit, or another size that the document shows.

use super::{Breach, Check, CountedAnswer, Keyword, Seen, ids};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "next_batch_size_is_limit",
    cites: |_, area| match &area.next_batch_size {
        Some(next) => ids([&next.statement, &area.limit.statement]),
        None => Vec::new(),
    },
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let next = seen.area.next_batch_size.as_ref()?;
    let answer = CountedAnswer::of(seen)?;
    let said = answer.next_batch_size?;
    let limit = seen.area.limit.maximum;
    let mut right = next.also.iter().chain([&limit]);
    if right.any(|size| u64::try_from(*size).is_ok_and(|size| size == said)) {
        return Some(Vec::new());
    }
    let message =
        format!("Expected `{}` to be {limit}, the record limit: got {said}", answer.shape.next_batch_size);
    let name = &answer.shape.next_batch_size;
    let difference = Difference::of_member(name, &limit.into(), Some(&said.into()));
    let cited = (CHECK.cites)(seen.contract, seen.area);
    Some(vec![Breach::new(CHECK.id, Keyword::Size, cited, message).comparing(difference)])
}
