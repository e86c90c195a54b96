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
            let is_due = !service.backoff.is_empty() && strikes(context);
            is_due.then(|| {
                let (status, error) = answer::too_many(service, "There were too many requests");
                refusal(context, status, &error)
            })
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
    fault(
        GROUP,
        "token-expires-after",
        "a token is refused once so many requests bore it",
        |contract| cites::condition(contract, PlatformCondition::Unauthorized),
        Act::Request(|context, _| {
            let errors = &context.contract.file.service.errors;
            let condition =
                errors.conditions.iter().find(|known| known.when == PlatformCondition::Unauthorized)?;
            is_after(context, context.history.with_credentials())
                .then(|| refusal(context, condition.http_status, &answer::platform(errors, condition)))
        }),
    )
    .with(AFTER.0, AFTER.1)
    .hidden(OF_THE_DAY),
    fault(
        GROUP,
        "quota-after",
        "after so many requests, each is refused because the quota is spent",
        |contract| cites::ids(contract.file.service.backoff.iter().map(|backoff| &backoff.statement)),
        Act::Request(|context, _| {
            let service = &context.contract.file.service;
            let with_code = service.backoff.iter().find(|backoff| backoff.code.is_some());
            let backoff = with_code.or(service.backoff.first());
            let status = backoff.map_or(403, |backoff| backoff.http_status);
            let code = backoff.and_then(|backoff| backoff.code.as_deref()).unwrap_or("QUOTA_EXCEEDED");
            is_after(context, context.history.requests()).then(|| {
                refusal(context, status, &answer::refusal(&service.errors, code, "The quota is spent"))
            })
        }),
    )
    .with(AFTER.0, AFTER.1)
    .hidden(OF_THE_DAY),
    fault(
        GROUP,
        "maintenance-after",
        "after so many requests, each is answered by 503 and asked to come again in a minute",
        |contract| cites::ids(contract.file.service.backoff.iter().map(|backoff| &backoff.statement)),
        Act::Request(|context, _| {
            let errors = &context.contract.file.service.errors;
            let error = answer::refusal(errors, "SERVER_UNAVAILABLE", "Under maintenance");
            is_after(context, context.history.requests()).then(|| {
                let mut reply = refusal(context, 503, &error);
                reply.headers.push(("Retry-After".to_owned(), "60".to_owned()));
                reply
            })
        }),
    )
    .with(AFTER.0, AFTER.1)
    .hidden(OF_THE_DAY),
];

/// Why a fault of the day cannot be seen.
pub(in super::super) const OF_THE_DAY: &str =
    "It is the day's or the caller's, not the endpoint's: a run stops and is inconclusive.";

/// The argument of a fault of the day: when it comes.
const AFTER: (&str, f64) = ("a number of requests", 100.0);

/// Whether more requests came than the argument says.
fn is_after(context: &Context<'_>, requests: u64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "so many requests are never sent")]
    let requests = requests as f64;
    requests > context.argument
}

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
