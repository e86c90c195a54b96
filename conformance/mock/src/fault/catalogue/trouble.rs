//! What users of such APIs suffer from a platform that works as it should.

use serde_json::Value;
use tally_spec::model::PlatformCondition;

use super::super::act::{Act, Context};
use super::super::{Entry, cites};
use super::fault;
use crate::endpoint::Reply;
use crate::endpoint::answer;
use crate::server::Wire;

const GROUP: &str = "trouble";

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "session-expired",
        "a call is refused as if its token had expired",
        |contract| cites::condition(contract, PlatformCondition::Unauthorized),
        Act::Request(|context, _| {
            let errors = &context.contract.file.service.errors;
            let mut conditions = errors.conditions.iter().filter(|_| strikes(context));
            let condition = conditions.find(|known| known.when == PlatformCondition::Unauthorized)?;
            Some(refusal(context, condition.http_status, &answer::platform(errors, condition)))
        }),
    )
    .with(CHANCE.0, CHANCE.1)
    .hidden("To a caller it is a token that has expired: nothing can be judged."),
    fault(
        GROUP,
        "too-many-requests",
        "a call gets \"too many requests\"",
        |contract| cites::ids(contract.file.service.backoff.iter().map(|backoff| &backoff.statement)),
        Act::Request(|context, _| {
            let service = &context.contract.file.service;
            let with_code = service.backoff.iter().find(|backoff| backoff.code.is_some());
            let backoff = with_code.or(service.backoff.first()).filter(|_| strikes(context))?;
            let code = backoff.code.as_deref().unwrap_or("TOO_MANY_REQUESTS");
            let error = answer::refusal(&service.errors, code, "There were too many requests");
            Some(refusal(context, backoff.http_status, &error))
        }),
    )
    .with(CHANCE.0, CHANCE.1)
    .hidden("Such an answer is no verdict: a caller is to ask again, and nothing can be judged."),
    fault(
        GROUP,
        "answer-never-comes",
        "a request is done as it should be, and never answered",
        |contract| cites::ids(contract.areas.iter().map(|area| &area.statement)),
        Act::Wire(|context, _, _| strikes(context).then_some(Wire::Hangs)),
    )
    .with(CHANCE.0, CHANCE.1)
    .hidden("A target that does not answer can't be judged."),
];

/// The argument of each: how often it strikes.
const CHANCE: (&str, f64) = ("a chance from 0 to 1", 1.0);

fn strikes(context: &Context<'_>) -> bool {
    context.history.chance < context.argument
}

fn refusal(context: &Context<'_>, status: u16, body: &Value) -> Reply {
    let media_type = context.contract.file.service.media_type.value.clone();
    Reply {
        status,
        headers: vec![("Content-Type".to_owned(), media_type)],
        body: body.to_string().into_bytes(),
    }
}
