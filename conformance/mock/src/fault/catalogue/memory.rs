//! Faults that show only after other requests.

use serde_json::json;
use tally_spec::model::{Contract, Response};

use super::super::act::{Act, Context};
use super::super::{Entry, answers, cites};
use super::fault;
use crate::endpoint::Reply;

const GROUP: &str = "memory";

fn anything(contract: &Contract) -> Vec<String> {
    let counted = cites::both(
        cites::counted(contract, |counted| &counted.statement),
        cites::counted(contract, |counted| &counted.isolation_statement),
    );
    let by_position = contract.areas.iter().filter_map(|area| match contract.response(area) {
        Response::ByPosition(shape) => Some(&shape.statement),
        _ => None,
    });
    let whole = cites::whole(contract, |whole| &whole.statement);
    let keys = cites::ids(contract.areas.iter().map(|area| &area.key.statement));
    let over =
        cites::both(cites::over_limit(contract), cites::acknowledged(contract, |later| &later.statement));
    let rules = cites::both(cites::areas(contract), cites::conditions(contract));
    [by_position_ids(by_position), whole, keys, over, rules].into_iter().fold(counted, cites::both)
}

fn by_position_ids<'a>(cited: impl Iterator<Item = &'a tally_spec::model::Cites>) -> Vec<String> {
    cites::ids(cited)
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "repeated-request-refused",
        "a request that was sent before is refused with 409",
        anything,
        Act::Request(|context, _| (context.history.times() > 1).then(|| refusal(context, 409))),
    ),
    fault(
        GROUP,
        "repeated-records-fail",
        "the records of a request that was sent before count as failed",
        anything,
        Act::Reply(|context, _, reply| {
            if context.history.times() > 1 {
                answers::fail_all(context, reply);
            }
        }),
    ),
    fault(
        GROUP,
        "after-over-limit-500",
        "the request after one over the limit is a server error",
        anything,
        Act::Request(|context, _| context.history.over_limit_before.then(|| refusal(context, 500))),
    ),
    fault(
        GROUP,
        "after-refusal-fails",
        "the records of the request after a refusal count as failed",
        anything,
        Act::Reply(|context, _, reply| {
            if context.history.refused_before {
                answers::fail_all(context, reply);
            }
        }),
    ),
    fault(
        GROUP,
        "other-area-in-between-500",
        "the request after one to another area is a server error",
        anything,
        Act::Request(|context, _| context.history.other_area_before.then(|| refusal(context, 500))),
    ),
    fault(
        GROUP,
        "flaky",
        "now and then the records of a request count as failed",
        anything,
        Act::Reply(|context, _, reply| {
            if context.history.chance < context.argument {
                answers::fail_all(context, reply);
            }
        }),
    )
    .with("a chance from 0 to 1", 0.02),
    fault(
        GROUP,
        "flaky-500",
        "now and then a request is a server error",
        anything,
        Act::Request(|context, _| (context.history.chance < context.argument).then(|| refusal(context, 500))),
    )
    .with("a chance from 0 to 1", 0.02),
];

fn refusal(context: &Context<'_>, status: u16) -> Reply {
    let errors = &context.contract.file.service.errors;
    let error = json!({ errors.message.as_str(): "it went wrong", errors.code.as_str(): "FAULT" });
    let body = if errors.list { json!([error]) } else { error };
    let headers = vec![("Content-Type".to_owned(), context.contract.file.service.media_type.value.clone())];
    Reply { status, headers, body: body.to_string().into_bytes() }
}
