//! Faults of the way that answers come.

use std::time::Duration;

use serde_json::Value;
use tally_spec::model::{Contract, Response};

use super::super::act::{Act, Context};
use super::super::{Entry, cites};
use super::fault;
use crate::endpoint::Reply;
use crate::server::Wire;

const GROUP: &str = "transport";

fn answered(contract: &Contract) -> Vec<String> {
    let by_position = contract.areas.iter().filter_map(|area| match contract.response(area) {
        Response::ByPosition(shape) => Some(&shape.statement),
        _ => None,
    });
    cites::both(
        cites::both(cites::counted(contract, |counted| &counted.statement), cites::ids(by_position)),
        cites::both(
            cites::whole(contract, |whole| &whole.statement),
            cites::acknowledged(contract, |later| &later.statement),
        ),
    )
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "truncated-json",
        "the last byte of an answer's body is missing",
        answered,
        Act::Reply(|_, _, reply| {
            reply.body.pop();
        }),
    ),
    fault(
        GROUP,
        "empty-body",
        "an answer has no body",
        answered,
        Act::Reply(|_, _, reply| {
            if reply.status < 300 {
                reply.body.clear();
            }
        }),
    ),
    fault(
        GROUP,
        "invalid-utf-8",
        "an answer's body is not UTF-8",
        answered,
        Act::Reply(|_, _, reply| {
            if let Some(place) =
                reply.body.iter().position(|byte| *byte == b'"').filter(|_| reply.status < 300)
            {
                reply.body.insert(place + 1, 0xFF);
            }
        }),
    ),
    fault(
        GROUP,
        "body-in-a-callback",
        "an answer's body is wrapped as a script's callback",
        answered,
        Act::Reply(|_, _, reply| {
            if reply.status < 300 {
                reply.body = [b"callback(", reply.body.as_slice(), b");"].concat();
            }
        }),
    ),
    fault(
        GROUP,
        "endless-body",
        "the answer to a failed record is longer than any reader has room for",
        answered,
        Act::Reply(|context, _, reply| {
            if has_failed(context, reply) {
                reply.body.resize(20 * 1024 * 1024, b' ');
                reply.body.push(b'x');
            }
        }),
    ),
    fault(
        GROUP,
        "deep-body",
        "the answer to a failed record is nested deeper than any reader goes",
        answered,
        Act::Reply(|context, _, reply| {
            if has_failed(context, reply) {
                reply.body = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
            }
        }),
    ),
    fault(
        GROUP,
        "hang",
        "the answer to a failed record never comes",
        answered,
        Act::Wire(|context, _, reply| has_failed(context, reply).then_some(Wire::Hangs)),
    ),
    fault(
        GROUP,
        "connection-cut",
        "the connection is cut in the middle of the answer to a failed record",
        answered,
        Act::Wire(|context, _, reply| has_failed(context, reply).then_some(Wire::Cut)),
    ),
    fault(
        GROUP,
        "connection-closed",
        "the connection is closed without an answer to a failed record",
        answered,
        Act::Wire(|context, _, reply| has_failed(context, reply).then_some(Wire::Closed)),
    ),
    fault(
        GROUP,
        "slow",
        "answers come late",
        answered,
        Act::Wire(|context, _, _| {
            Some(Wire::Waits(Duration::from_secs_f64((context.argument / 1000.0).min(3600.0))))
        }),
    )
    .with("a number of milliseconds", 5.0)
    .hidden("No statement says how soon an answer comes; one later than --timeout is none."),
];

/// Whether an answer reports a failed record.
fn has_failed(context: &Context<'_>, reply: &Reply) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else { return false };
    match context.area.map(|area| context.contract.response(area)) {
        Some(Response::Counting(counted)) => {
            body.get(&counted.fail_count).and_then(Value::as_u64).is_some_and(|count| count > 0)
        }
        Some(Response::Whole(whole)) => {
            body.get(&whole.status.name).is_some_and(|word| *word == *whole.status.failure)
        }
        Some(Response::ByPosition(shape)) => {
            body.get(&shape.results).and_then(Value::as_array).is_some_and(|results| {
                results.iter().any(|entry| entry.get(&shape.passed.name) == Some(&Value::Bool(false)))
            })
        }
        _ => false,
    }
}
