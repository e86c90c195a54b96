//! An answer with a body names the documented media type; parameters such as a charset are fine.

use super::{Breach, Check, Keyword, Seen, ids};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "media_type_is_documented",
    cites: |contract, _| ids([&contract.file.service.media_type.statement]),
    ask,
};

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let wanted = &seen.contract.file.service.media_type.value;
    if seen.answer.body.is_empty() || seen.answer.status >= 300 {
        return None;
    }
    let named = seen.answer.header("content-type");
    let essence = named.map(|value| value.split(';').next().unwrap_or_default().trim());
    if essence.is_some_and(|essence| essence.eq_ignore_ascii_case(wanted)) {
        return Some(Vec::new());
    }
    let header = named.map_or_else(|| "no Content-Type".to_owned(), |value| format!("Content-Type: {value}"));
    let difference = Difference::new(format!("Content-Type: {wanted}"), header);
    let named = named.map_or_else(|| "none".to_owned(), |value| format!("{value:?}"));
    let message = format!("Expected the media type {wanted}, got {named}");
    let cited = (CHECK.cites)(seen.contract, seen.area);
    Some(vec![Breach::new(CHECK.id, Keyword::MediaType, cited, message).comparing(difference)])
}
