//! Faults of an answer's media type and body.

use tally_spec::model::Contract;

use super::super::act::Act;
use super::super::{Entry, cites};
use super::fault;

const GROUP: &str = "media types";

fn media_type(contract: &Contract) -> Vec<String> {
    cites::ids(std::iter::once(&contract.file.service.media_type.statement))
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "answers-as-text",
        "answers are sent as plain text",
        media_type,
        Act::Reply(|_, _, reply| {
            reply.headers = vec![("Content-Type".to_owned(), "text/plain".to_owned())];
        }),
    ),
    fault(
        GROUP,
        "answers-without-type",
        "answers are sent without a media type",
        media_type,
        Act::Reply(|_, _, reply| {
            reply.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }),
    ),
    fault(
        GROUP,
        "refusals-as-html",
        "refusals are sent as HTML",
        media_type,
        Act::Reply(|_, _, reply| {
            if reply.status >= 400 {
                reply.headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
            }
        }),
    )
    .hidden("The document shows the media type of answers to records alone."),
];
