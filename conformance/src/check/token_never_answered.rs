//! No answer holds the token.

use super::{Breach, Check, Seen, ids};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "token_never_answered",
    cites: |contract, _| ids([&contract.file.service.authentication.secrecy]),
    ask,
};

#[expect(clippy::unnecessary_wraps, reason = "the question arises of every answer")]
fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let place = if seen.token.is_in(&seen.answer.body) {
        "body"
    } else if seen.answer.headers.iter().any(|(_, value)| seen.token.is_in(value.as_bytes())) {
        "headers"
    } else {
        return Some(Vec::new());
    };
    let message = format!("the answer's {place} holds the token that was sent");
    Some(vec![Breach::new(CHECK.id, "token", (CHECK.cites)(seen.contract, seen.area), message)])
}
