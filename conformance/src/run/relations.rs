//! Requests whose answers follow from another's.

use serde_json::Value;
use tally_spec::model::{Isolation, Repeated};

use super::session::{Sent, Session, Shown, shown};
use crate::check::relation::{Relation, Summary};
use crate::strategy::Batch;

/// Puts a batch through a relation. Breaches of single exchanges are told in place of the relation's, which
/// would be of the same cause.
pub(super) fn relate(session: &mut Session<'_>, batch: &Batch, relation: Relation) -> Vec<Shown> {
    let first = session.send(batch);
    let breaches = session.ask(&first);
    if !breaches.is_empty() {
        return shown(breaches, &first);
    }
    let Some(due) = summary(session, &first) else { return Vec::new() };
    let others = match relation {
        Relation::Twice | Relation::After => vec![session.send(batch)],
        Relation::Permuted => {
            let places: Vec<_> = (0..batch.records.len()).rev().collect();
            vec![session.send(&batch.select(&places))]
        }
        Relation::CutInTwo => {
            let (left, right): (Vec<_>, Vec<_>) =
                (0..batch.records.len()).partition(|place| place * 2 < batch.records.len());
            vec![session.send(&batch.select(&left)), session.send(&batch.select(&right))]
        }
        Relation::Respelt => {
            let body = batch.body();
            let bytes = format!("{:#}\n", turned(&body)).into_bytes();
            vec![session.send_as(body, bytes)]
        }
    };
    compare(session, relation, &due, &others)
}

/// Whether a relation says anything of such a batch.
pub(super) fn applies(session: &Session<'_>, batch: &Batch, relation: Relation) -> bool {
    let alone = session.area.isolation == Isolation::EachForItself;
    let order_matters = batch.keys_repeat && session.area.key.repeated == Repeated::LaterFails;
    match relation {
        Relation::CutInTwo => batch.records.len() > 1 && alone && !order_matters,
        Relation::Permuted => batch.records.len() > 1 && !order_matters,
        Relation::Twice | Relation::Respelt | Relation::After => !batch.records.is_empty(),
    }
}

fn compare(session: &mut Session<'_>, relation: Relation, due: &Summary, others: &[Sent]) -> Vec<Shown> {
    let mut found: Option<Summary> = None;
    for other in others {
        let breaches = session.ask(other);
        if !breaches.is_empty() {
            return shown(breaches, other);
        }
        let Some(summary) = summary(session, other) else { return Vec::new() };
        found = match found {
            None => Some(summary),
            Some(before) => before.and(&summary),
        };
    }
    let (Some(mut found), Some(last)) = (found, others.last()) else { return Vec::new() };
    if relation == Relation::Permuted {
        found = found.reversed();
    }
    if session.counting {
        let cites = relation.cites(session.contract, session.area);
        session.log.case(session.contract, relation.check(), &cites);
    }
    let Some(seen) = session.seen(last) else { return Vec::new() };
    let breach = relation.compare(&seen, due, &found);
    shown(breach.into_iter().collect(), last)
}

fn summary(session: &Session<'_>, sent: &Sent) -> Option<Summary> {
    Summary::of(&session.seen(sent)?)
}

/// The same value with the members of its objects in the opposite order, where the order is kept at all.
fn turned(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().rev().map(|(name, member)| (name.clone(), turned(member))).collect()
        }
        Value::Array(elements) => elements.iter().map(turned).collect(),
        other => other.clone(),
    }
}
