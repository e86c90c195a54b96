//! Faults of who is let in.

use serde_json::Value;
use tally_spec::model::{Contract, PlatformCondition};

use super::super::act::Act;
use super::super::{Entry, cites};
use super::fault;

const GROUP: &str = "authentication";

fn unauthorized(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::condition(contract, PlatformCondition::Unauthorized),
        cites::ids(std::iter::once(&contract.file.service.authentication.statement)),
    )
}

fn due(contract: &Contract) -> Option<u16> {
    let mut conditions = contract.file.service.errors.conditions.iter();
    Some(conditions.find(|condition| condition.when == PlatformCondition::Unauthorized)?.http_status)
}

pub(super) const FAULTS: &[Entry] = &[
    fault(GROUP, "token-not-checked", "a call without a token is answered", unauthorized, Act::NoToken),
    fault(GROUP, "any-token-accepted", "a call with a wrong token is answered", unauthorized, Act::AnyToken),
    fault(
        GROUP,
        "unauthorized-is-403",
        "a call without a token is answered 403",
        unauthorized,
        Act::Reply(|contract, _, reply| {
            if Some(reply.status) == due(contract.contract) {
                reply.status = 403;
            }
        }),
    ),
    fault(
        GROUP,
        "unauthorized-is-200",
        "a call without a token is refused under HTTP 200",
        unauthorized,
        Act::Reply(|context, _, reply| {
            if Some(reply.status) == due(context.contract) {
                reply.status = 200;
            }
        }),
    ),
    fault(
        GROUP,
        "unauthorized-other-code",
        "a call without a token is refused with another error code",
        |contract| {
            let mut conditions = contract.file.service.errors.conditions.iter();
            if conditions.any(|known| known.when == PlatformCondition::Unauthorized && known.code_required) {
                unauthorized(contract)
            } else {
                Vec::new()
            }
        },
        Act::Reply(|context, _, reply| {
            if Some(reply.status) == due(context.contract) {
                let code = &context.contract.file.service.errors.code;
                let mut body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
                match &mut body {
                    Value::Array(errors) => errors.iter_mut().for_each(|error| error[code] = "OTHER".into()),
                    error => error[code] = "OTHER".into(),
                }
                reply.body = body.to_string().into_bytes();
            }
        }),
    ),
    fault(
        GROUP,
        "token-in-answers",
        "the caller's token stands in a header of each answer",
        |contract| cites::ids(std::iter::once(&contract.file.service.authentication.secrecy)),
        Act::Reply(|_, request, reply| {
            if let Some(credentials) = &request.credentials {
                reply.headers.push(("X-Caller".to_owned(), credentials.clone()));
            }
        }),
    ),
    fault(
        GROUP,
        "token-in-errors",
        "the caller's token stands in the body of each refusal",
        |contract| cites::ids(std::iter::once(&contract.file.service.authentication.secrecy)),
        Act::Reply(|context, request, reply| {
            if reply.status >= 400
                && let (Some(credentials), Ok(mut body)) =
                    (&request.credentials, serde_json::from_slice::<Value>(&reply.body))
            {
                let message = &context.contract.file.service.errors.message;
                match &mut body {
                    Value::Array(errors) => {
                        for error in errors {
                            error[message] = credentials.as_str().into();
                        }
                    }
                    error => error[message] = credentials.as_str().into(),
                }
                reply.body = body.to_string().into_bytes();
            }
        }),
    ),
];
