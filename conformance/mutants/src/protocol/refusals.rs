//! Refusals with another status, of another media type, in another order, or not made at all.

use serde_json::Value;
use tally_spec::model::{Contract, PlatformCondition, PlatformError};

use super::made;
use crate::act::Act;
use crate::answers::{condition_name, is_refusal};
use crate::mutant::Mutant;

pub(super) fn of(contract: &Contract) -> Vec<Mutant> {
    let service = &contract.file.service;
    let conditions = &service.errors.conditions;
    let mut found = Vec::new();
    for (index, error) in conditions.iter().enumerate() {
        let place = format!("refusals/{}", condition_name(error.when));
        for (operator, status) in
            [("status-200", 200), ("status-400", 400), ("status-404", 404), ("status-500", 500)]
        {
            if error.http_status != status {
                found.push(
                    made(None, &place, operator, &[&error.statement])
                        .by(move || of_conditions(move |all| all[index].http_status = status)),
                );
            }
        }
        found.push(made(None, &place, "not-made", &[&error.statement]).by(move || {
            of_conditions(move |all| {
                all.remove(index);
            })
        }));
        if let Some(next) = conditions.get(index + 1) {
            found.extend(after_the_next(contract, index, (error, next)));
        }
        let (status, code) = (error.http_status, error.code.clone());
        let cites = [&error.statement, &service.media_type.statement];
        found.push(made(None, &place, "other-media-type", &cites).by(move || {
            let code = code.clone();
            Act::reply(move |exchanged, reply| {
                if is_refusal(exchanged, reply, status, &code) {
                    reply.headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
                }
            })
        }));
    }
    found
}

fn of_conditions(change: impl Fn(&mut Vec<PlatformError>) + Send + Sync + 'static) -> Act {
    Act::contract(move |contract| change(&mut contract.file.service.errors.conditions))
}

/// The next check comes first. Whether a body is JSON is looked at last, and no body is both no JSON and unusable.
fn after_the_next(
    contract: &Contract,
    index: usize,
    (error, next): (&PlatformError, &PlatformError),
) -> Option<Mutant> {
    let service = &contract.file.service;
    let place = format!("refusals/{}", condition_name(error.when));
    let cites = [&service.errors.order_statement, &error.statement, &next.statement];
    let made = made(None, &place, "after-the-next", &cites);
    let of_body = |error: &PlatformError| {
        matches!(error.when, PlatformCondition::NotJson | PlatformCondition::Unusable)
    };
    if !of_body(error) && !of_body(next) {
        return Some(made.by(move || of_conditions(move |all| all.swap(index, index + 1))));
    }
    if error.when != PlatformCondition::WrongMediaType {
        return None;
    }
    let right = service.media_type.value.clone();
    Some(made.by(move || {
        let right = right.clone();
        Act::request(move |_, request| {
            if serde_json::from_slice::<Value>(&request.body).is_err() {
                request.media_type = Some(right.clone());
            }
        })
    }))
}
