//! Faults of the body of a refusal, and of the order of the platform's checks.

use serde_json::{Value, json};

use super::super::act::Act;
use super::super::{Entry, answers, cites};
use super::fault;
use crate::endpoint::Reply;

const GROUP: &str = "platform errors";

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "error-body-other-form",
        "a refusal's body is an object in place of a list, or a list in place of an object",
        cites::conditions,
        Act::Reply(|_, _, reply| {
            refused(reply, |body| match body.take() {
                Value::Array(mut errors) => *body = errors.pop().unwrap_or_default(),
                error => *body = json!([error]),
            });
        }),
    ),
    fault(
        GROUP,
        "error-without-message",
        "a refusal has no text",
        cites::conditions,
        Act::Reply(|context, _, reply| {
            let name = &context.contract.file.service.errors.message;
            refused(reply, |body| each_error(body, |error| answers::remove(error, name)));
        }),
    ),
    fault(
        GROUP,
        "error-without-code",
        "a refusal has no code",
        cites::conditions,
        Act::Reply(|context, _, reply| {
            let name = &context.contract.file.service.errors.code;
            refused(reply, |body| each_error(body, |error| answers::remove(error, name)));
        }),
    ),
    fault(
        GROUP,
        "error-body-empty",
        "a refusal has no body",
        cites::conditions,
        Act::Reply(|_, _, reply| {
            if reply.status >= 400 {
                reply.body.clear();
            }
        }),
    ),
    fault(
        GROUP,
        "error-body-is-html",
        "a refusal's body is a page for a browser",
        cites::conditions,
        Act::Reply(|_, _, reply| {
            if reply.status >= 400 {
                reply.body = b"<html><body><h1>Error</h1></body></html>".to_vec();
            }
        }),
    ),
    fault(
        GROUP,
        "checks-in-other-order",
        "what the platform checks, it checks from last to first",
        |contract| cites::ids(std::iter::once(&contract.file.service.errors.order_statement)),
        Act::Contract(|contract| contract.file.service.errors.conditions.reverse()),
    ),
];

/// Changes a refusal's body.
fn refused(reply: &mut Reply, change: impl Fn(&mut Value)) {
    if reply.status >= 400
        && let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body)
    {
        change(&mut body);
        reply.body = body.to_string().into_bytes();
    }
}

fn each_error(body: &mut Value, change: impl Fn(&mut Value)) {
    match body {
        Value::Array(errors) => errors.iter_mut().for_each(change),
        error => change(error),
    }
}
