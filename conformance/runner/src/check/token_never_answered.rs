//! No response contains the token.

use tally_spec::model::Contract;

use super::{Breach, Check, Keyword, Seen, ids};
use crate::client::{Answer, Secret};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "token_never_answered",
    cites: |contract, _| ids([&contract.file.service.authentication.secrecy]),
    ask,
};

#[expect(clippy::unnecessary_wraps, reason = "it applies to every answer")]
fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    Some(breach(seen.contract, seen.answer, seen.token).into_iter().collect())
}

/// The breach of a response that contains the token, whether to records or a refusal.
pub(crate) fn breach(contract: &Contract, answer: &Answer, token: &Secret) -> Option<Breach> {
    let place = if token.is_in(&answer.body) {
        "body"
    } else if answer
        .headers
        .iter()
        .any(|(name, value)| [name, value].iter().any(|text| token.is_in(text.as_bytes())))
    {
        "headers"
    } else {
        return None;
    };
    let statements = ids([&contract.file.service.authentication.secrecy]);
    let message = format!("Expected no token in the response, found it in the {place}");
    Some(Breach::new(CHECK.id, Keyword::Token, statements, message))
}
