//! Answers to records with another status or media type, or with the token.

use tally_mock::{Exchanged, Reply};
use tally_spec::model::{Cites, Contract, OverLimit, Response};

use super::made;
use crate::act::Act;
use crate::mutant::Mutant;

/// Changes an answer.
type Change = fn(&Exchanged<'_>, &mut Reply);

const CHANGES: [(&str, Change); 5] = [
    ("status-201", |_, reply| reply.status = 201),
    ("status-400", |_, reply| reply.status = 400),
    ("status-500", |_, reply| reply.status = 500),
    ("other-media-type", |_, reply| {
        reply.headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
    }),
    ("token-shown", |exchanged, reply| {
        let token = exchanged.request.credentials.as_deref().and_then(|sent| sent.split_once(' '));
        if let Some((_, token)) = token {
            reply.headers.push(("X-Session".to_owned(), token.to_owned()));
        }
    }),
];

/// Which of an area's answers are changed.
type Concerns = fn(&Exchanged<'_>, &Reply) -> bool;

pub(super) fn of(contract: &Contract) -> Vec<Mutant> {
    let service = &contract.file.service;
    let mut found = Vec::new();
    for area in &contract.areas {
        let (OverLimit::Acknowledges { statement: over, .. } | OverLimit::Refuses { statement: over, .. }) =
            &area.limit.over;
        let shape = contract.response(area).statement();
        let later = match &area.limit.over {
            OverLimit::Acknowledges { response, .. } => contract.file.responses.get(response),
            OverLimit::Refuses { .. } => None,
        };
        let queued: Vec<&Cites> = std::iter::once(over).chain(later.map(Response::statement)).collect();
        let answers: [(&str, Vec<&Cites>, Concerns); 3] = [
            ("answer", vec![shape], is_answer),
            ("answer-to-failures", vec![shape], |exchanged, reply| {
                is_answer(exchanged, reply) && exchanged.outcome.failed > 0
            }),
            ("over-limit", queued, |exchanged, _| {
                exchanged.area.is_some_and(|area| exchanged.outcome.records > area.limit.maximum)
            }),
        ];
        for (place, cites, concerns) in answers {
            for (operator, change) in CHANGES {
                let cites = match operator {
                    "other-media-type" => [&[&service.media_type.statement], &cites[..]].concat(),
                    "token-shown" => vec![&service.authentication.secrecy],
                    _ => cites.clone(),
                };
                found.push(made(Some(&area.name), place, operator, &cites).by(move || {
                    Act::reply(move |exchanged, reply| {
                        if concerns(exchanged, reply) {
                            change(exchanged, reply);
                        }
                    })
                }));
            }
        }
    }
    found
}

/// Whether it is an answer to records within the limit.
fn is_answer(exchanged: &Exchanged<'_>, reply: &Reply) -> bool {
    let Some(area) = exchanged.area else { return false };
    reply.status == exchanged.contract.response(area).http_status()
        && exchanged.outcome.records <= area.limit.maximum
}
