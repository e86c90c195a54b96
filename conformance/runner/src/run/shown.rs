//! Requests and answers as a report shows them.

use std::fmt::Write as _;

use tally_spec::model::Contract;

use crate::client::{Answer, Client, Request, Token};
use crate::outcome::{ShownRequest, ShownResponse};

/// The most bytes of an answer's body that a report keeps.
const LONGEST_ANSWER: usize = 64 * 1024;
/// The bytes of bodies that a report keeps of all answers together.
const ALL_ANSWERS: usize = 1024 * 1024;
/// What it keeps of each, even if that is more.
const LEAST_OF_ANSWER: usize = 1024;
/// The most headers of an answer, and the most bytes of one.
const MOST_HEADERS: usize = 100;
const LONGEST_HEADER: usize = 1000;

/// The request, with `$TALLY_TOKEN` in place of the token.
pub(super) fn request(
    contract: &Contract,
    client: &Client,
    request: &Request,
    records: usize,
) -> ShownRequest {
    let authentication = &contract.file.service.authentication;
    let mut headers = Vec::new();
    if let Some(media_type) = &request.media_type {
        headers.push(("Content-Type".to_owned(), media_type.clone()));
    }
    let scheme = &authentication.scheme;
    let credentials = match &request.token {
        Token::Given => Some(format!("{scheme} $TALLY_TOKEN")),
        Token::MadeUp(token) => Some(format!("{scheme} {token}")),
        Token::Altered(how) => Some(how.of(scheme, "").1),
        Token::Missing => None,
    };
    headers.extend(credentials.map(|credentials| (authentication.header.clone(), credentials)));
    ShownRequest {
        method: request.verb.clone(),
        url: format!("{}{}", client.target().shown_root(), request.path),
        headers,
        body: client.redact(&String::from_utf8_lossy(&request.body)),
        raw: raw(client, &request.body),
        records,
    }
}

/// The bytes of a body that is not text, unless they hold a secret: what is redacted is shown as text.
fn raw(client: &Client, body: &[u8]) -> Option<Vec<u8>> {
    let is_secret = || client.secrets().iter().any(|secret| secret.is_in(body));
    (std::str::from_utf8(body).is_err() && !is_secret()).then(|| body.to_vec())
}

/// How much of the answers an area's findings keep: the first ones in full, as far as that goes.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
}

impl Room {
    /// An area's share of the room for all.
    pub(super) fn of_one(areas: usize) -> Self {
        Self { left: ALL_ANSWERS / areas.max(1) }
    }

    /// The answer, the token redacted. Only the start of a long body is kept, which then says so.
    pub(super) fn keep(&mut self, client: &Client, answer: &Answer) -> ShownResponse {
        let whole = answer.body.len();
        let most = LONGEST_ANSWER.min(self.left).max(LEAST_OF_ANSWER).min(whole);
        self.left = self.left.saturating_sub(most);
        let mut body = client.redact_start(&answer.body, most);
        if most < whole || answer.cut_short {
            let more = if answer.cut_short { "more than " } else { "" };
            // Writing to a String does not fail.
            let _ = write!(body, "… (cut at {most} of {more}{whole} bytes)");
        }
        let short = |text: &str| client.redact_start(text.as_bytes(), LONGEST_HEADER);
        let headers = answer.headers.iter().take(MOST_HEADERS);
        ShownResponse {
            status: answer.status,
            headers: headers.map(|(name, value)| (short(name), short(value))).collect(),
            body,
            duration: answer.duration,
        }
    }
}
