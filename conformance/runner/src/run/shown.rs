//! Requests and answers as a report shows them.

use tally_spec::model::Contract;

use crate::client::{Answer, Client, Request, Token};
use crate::outcome::{ShownRequest, ShownResponse};

/// The most bytes of an answer's body that a report keeps.
const LONGEST_ANSWER: usize = 256 * 1024;

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
    let token = match &request.token {
        Token::Given => Some("$TALLY_TOKEN"),
        Token::MadeUp(token) => Some(token.as_str()),
        Token::Missing => None,
    };
    if let Some(token) = token {
        headers.push((authentication.header.clone(), format!("{} {token}", authentication.scheme)));
    }
    ShownRequest {
        method: request.verb.clone(),
        url: format!("{}{}", client.target().root, request.path),
        headers,
        body: client.redact(&String::from_utf8_lossy(&request.body)),
        raw: std::str::from_utf8(&request.body).is_err().then(|| request.body.to_vec()),
        records,
    }
}

/// The answer, the token redacted.
pub(super) fn response(client: &Client, answer: &Answer) -> ShownResponse {
    let body = &answer.body[..answer.body.len().min(LONGEST_ANSWER)];
    let headers = answer.headers.iter().map(|(name, value)| (name.clone(), client.redact(value)));
    ShownResponse {
        status: answer.status,
        headers: headers.collect(),
        body: client.redact(&String::from_utf8_lossy(body)),
        duration: answer.duration,
    }
}
