//! Faults about the limit, and what lies over it.

use serde_json::{Value, json};
use tally_spec::model::{Acknowledged, Counted, OverLimit, Response};

use super::super::act::{Act, Context};
use super::super::{Entry, answers, body, cites, contracts};
use super::fault;
use crate::endpoint::{Received, Reply};

const GROUP: &str = "limits";

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "limit-plus-one",
        "one record more than the limit is processed at once",
        cites::over_limit,
        Act::Contract(contracts::raise_limit),
    ),
    fault(
        GROUP,
        "limit-minus-one",
        "a request at the limit is treated as one over it",
        |contract| cites::both(cites::limits(contract), cites::over_limit(contract)),
        Act::Contract(contracts::lower_limit),
    ),
    fault(
        GROUP,
        "limit-not-kept",
        "a request of any size is processed at once",
        cites::over_limit,
        Act::Contract(|contract| {
            contract.areas.iter_mut().for_each(|area| area.file.limit.maximum = 1 << 20);
        }),
    ),
    fault(
        GROUP,
        "limit-of-one-area-halved",
        "the last area's limit is half of what it should be",
        |contract| {
            let last = contract.areas.last().into_iter();
            let over = cites::over_limit(contract);
            cites::both(cites::ids(last.map(|area| &area.limit.statement)), over)
        },
        Act::Contract(|contract| {
            if let Some(area) = contract.areas.last_mut() {
                area.file.limit.maximum /= 2;
            }
        }),
    ),
    fault(
        GROUP,
        "limit-counts-records",
        "the limit counts records instead of what they hold",
        |contract| cites::ids(contract.areas.iter().filter_map(|area| area.limit.counts_statement.as_ref())),
        Act::Judgement(|judged, judgement| judgement.counted = judged.records.len()),
    ),
    fault(
        GROUP,
        "over-limit-refused",
        "a request over the limit is refused with 413",
        cites::taken_over_limit,
        Act::Contract(contracts::refuse_over_limit),
    ),
    fault(
        GROUP,
        "over-limit-truncated",
        "of a request over the limit, what is within it is processed at once",
        cites::taken_over_limit,
        Act::Body(|_, area, envelope| body::cut_to_limit(area, envelope)),
    ),
    fault(
        GROUP,
        "over-limit-is-500",
        "a request over the limit is a server error",
        cites::taken_over_limit,
        Act::Reply(|context, request, reply| {
            acknowledgement(context, request, reply, |_, _, status| *status = 500);
        }),
    ),
    fault(
        GROUP,
        "over-limit-is-202",
        "a request over the limit is acknowledged with 202",
        |contract| cites::acknowledged(contract, |later| &later.statement),
        Act::Reply(|context, request, reply| {
            acknowledgement(context, request, reply, |_, _, status| *status = 202);
        }),
    ),
    fault(
        GROUP,
        "over-limit-without-message",
        "the acknowledgement has no text",
        |contract| cites::acknowledged(contract, |later| &later.statement),
        Act::Reply(|context, request, reply| {
            acknowledgement(context, request, reply, |later, body, _| body[&later.message] = json!(""));
        }),
    ),
    fault(
        GROUP,
        "over-limit-other-word",
        "the acknowledgement's status is another word",
        |contract| cites::acknowledged(contract, |later| &later.statement),
        Act::Reply(|context, request, reply| {
            acknowledgement(context, request, reply, |later, body, _| {
                body[&later.status.name] = json!("QUEUED");
            });
        }),
    ),
    fault(
        GROUP,
        "over-limit-counts",
        "the acknowledgement counts every record as passed",
        |contract| {
            cites::both(
                cites::acknowledged(contract, |later| &later.statement),
                cites::taken_over_limit(contract),
            )
        },
        Act::Reply(|context, request, reply| {
            let shape = context.area.map(|area| context.contract.response(area));
            let Some(Response::Counting(counted)) = shape else { return };
            acknowledgement(context, request, reply, |_, body, _| body[&counted.pass_count] = json!(1000));
        }),
    ),
    fault(
        GROUP,
        "next-batch-size-halved",
        "the next batch size is half the limit",
        next_batch_size,
        Act::Counting(|area, counted, body| body[&counted.next_batch_size] = json!(area.limit.maximum / 2)),
    ),
    fault(
        GROUP,
        "next-batch-size-missing",
        "the next batch size is left out",
        |contract| {
            cites::both(next_batch_size(contract), cites::counted(contract, |counted| &counted.statement))
        },
        Act::Counting(|_, counted, body| answers::remove(body, &counted.next_batch_size)),
    ),
    fault(
        GROUP,
        "next-batch-size-is-count",
        "the next batch size is the number of records that passed",
        next_batch_size,
        Act::Counting(|_, counted: &Counted, body| {
            body[&counted.next_batch_size] = body[&counted.pass_count].clone();
        }),
    ),
];

fn next_batch_size(contract: &tally_spec::model::Contract) -> Vec<String> {
    cites::ids(contract.areas.iter().filter_map(|area| Some(&area.next_batch_size.as_ref()?.statement)))
}

/// Changes the acknowledgement of a request over the limit.
fn acknowledgement(
    context: &Context<'_>,
    _: &Received,
    reply: &mut Reply,
    change: impl Fn(&Acknowledged, &mut Value, &mut u16),
) {
    let Some(OverLimit::Acknowledges { response, .. }) = context.area.map(|area| &area.limit.over) else {
        return;
    };
    let Some(Response::Later(later)) = context.contract.file.responses.get(response) else { return };
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    let is_one = body.as_object().is_some_and(|members| {
        members.len() == 2
            && members.contains_key(&later.message)
            && members[&later.status.name] == *later.status.value
    });
    let shape = context.area.map(|area| context.contract.response(area));
    let over = context.history.is_over_limit();
    if is_one && (over || !matches!(shape, Some(Response::Whole(_)))) {
        change(later, &mut body, &mut reply.status);
        reply.body = body.to_string().into_bytes();
    }
}
