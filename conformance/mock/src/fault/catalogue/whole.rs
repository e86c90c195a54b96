//! Faults of answers that judge a request whole.

use serde_json::{Value, json};
use tally_spec::model::{Contract, Response, Whole};

use super::super::act::{Act, Context};
use super::super::{Entry, answers, cites};
use super::fault;
use crate::endpoint::Reply;

const GROUP: &str = "whole requests";

fn verdict(contract: &Contract) -> Vec<String> {
    let whole = cites::whole(contract, |whole| &whole.whole_statement);
    if whole.is_empty() {
        return whole;
    }
    let judged = contract.areas.iter().filter(|area| matches!(contract.response(area), Response::Whole(_)));
    let rules = judged.flat_map(|area| &area.rules).map(|rule| &rule.statement);
    cites::both(cites::both(whole, shape(contract)), cites::ids(rules))
}

fn shape(contract: &Contract) -> Vec<String> {
    cites::whole(contract, |whole| &whole.statement)
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "whole-always-success",
        "every request succeeds",
        verdict,
        Act::Reply(|context, _, reply| {
            change(context, reply, |whole, body| body[&whole.status.name] = json!(whole.status.success));
        }),
    ),
    fault(
        GROUP,
        "whole-always-failure",
        "every request fails",
        verdict,
        Act::Reply(|context, _, reply| {
            change(context, reply, |whole, body| body[&whole.status.name] = json!(whole.status.failure));
        }),
    ),
    fault(
        GROUP,
        "whole-other-word",
        "a failure is called by another word",
        shape,
        Act::Reply(|context, _, reply| {
            change(context, reply, |whole, body| {
                if body[&whole.status.name] == *whole.status.failure {
                    body[&whole.status.name] = json!("ERROR");
                }
            });
        }),
    ),
    fault(
        GROUP,
        "whole-without-message",
        "the answer has no text",
        shape,
        Act::Reply(|context, _, reply| {
            change(context, reply, |whole, body| answers::remove(body, &whole.message));
        }),
    ),
    fault(
        GROUP,
        "whole-failure-is-400",
        "a request that fails is refused with 400",
        |contract| cites::both(verdict(contract), shape(contract)),
        Act::Reply(|context, _, reply| {
            let mut failed = false;
            change(context, reply, |whole, body| failed = body[&whole.status.name] == *whole.status.failure);
            if failed {
                reply.status = 400;
            }
        }),
    ),
    fault(
        GROUP,
        "whole-empty-succeeds",
        "an empty list succeeds when it should fail",
        |contract| cites::ids(contract.areas.iter().filter_map(|area| area.list.empty_fails.as_ref())),
        Act::Judgement(|judged, judgement| {
            if judged.records.is_empty() {
                judgement.violations.clear();
            }
        }),
    ),
    fault(
        GROUP,
        "one-object-refused",
        "one object in the list's place is refused",
        |contract| cites::ids(contract.areas.iter().filter_map(|area| area.list.one_object.as_ref())),
        Act::Body(|_, area, envelope| {
            if let Some(one) = envelope.get_mut(&area.list.name).filter(|list| list.is_object()) {
                *one = json!("an object is not taken");
            }
        }),
    ),
];

/// Changes an answer that judges a request whole.
fn change(context: &Context<'_>, reply: &mut Reply, mut change: impl FnMut(&Whole, &mut Value)) {
    let Some(Response::Whole(whole)) = context.area.map(|area| context.contract.response(area)) else {
        return;
    };
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    if body.get(&whole.status.name).is_some() && !context.history.is_over_limit() {
        change(whole, &mut body);
        reply.body = body.to_string().into_bytes();
    }
}
