//! Sends related requests and compares their answers.

use serde_json::Value;
use tally_spec::model::{Isolation, Repeated, Response};

use super::session::{Sent, Session};
use super::settle::{Purpose, Shown, shown};
use super::shown as as_shown;
use crate::check::relation::{Relation, Summary};
use crate::check::{Seen, assertions, extend};
use crate::outcome::{Assertion, Results, ShownRequest};
use tally_oracle::oracle::{Expectation, Fate};
use tally_oracle::strategy::Batch;

/// Sends a batch and what a relation derives from it. Breaches of single exchanges are returned in place of the
/// relation's, which would have the same cause.
///
/// `added` is the record that the relation adds, if it adds one.
pub(super) fn relate(
    session: &mut Session<'_>,
    batch: &Batch,
    relation: Relation,
    added: Option<&Batch>,
    purpose: Purpose,
) -> Vec<Shown> {
    let first = session.send(batch, purpose);
    let breaches = session.check(&first, purpose);
    if !breaches.is_empty() {
        return shown(breaches, &first);
    }
    let Some(mut expected) = summary(session, &first) else { return Vec::new() };
    let others = match relation {
        Relation::Twice | Relation::After => vec![session.send(batch, purpose)],
        Relation::Permuted => {
            let places: Vec<_> = (0..batch.records.len()).rev().collect();
            vec![session.send(&batch.select(&places), purpose)]
        }
        Relation::CutInTwo => {
            let (left, right): (Vec<_>, Vec<_>) =
                (0..batch.records.len()).partition(|place| place * 2 < batch.records.len());
            vec![session.send(&batch.select(&left), purpose), session.send(&batch.select(&right), purpose)]
        }
        Relation::Respelt => {
            let body = batch.body();
            let bytes = format!("{:#}\n", turned(&body)).into_bytes();
            vec![session.send_as(body, bytes, purpose)]
        }
        Relation::Renumbered => {
            let body = batch.body();
            let bytes = renumbered(&body).into_bytes();
            vec![session.send_as(body, bytes, purpose)]
        }
        Relation::Doubled => {
            let body = batch.body();
            let bytes = doubled(&body).into_bytes();
            vec![session.send_as(body, bytes, purpose)]
        }
        Relation::Bare => match batch.bare() {
            Some(bare) => vec![session.send(&bare, purpose)],
            None => return Vec::new(),
        },
        Relation::GoodAdded | Relation::BadAdded => match added {
            Some(added) if adds_known_fate(session, &batch.followed_by(added), relation) => {
                expected = expected.with_one_more(relation == Relation::GoodAdded);
                vec![session.send(&batch.followed_by(added), purpose)]
            }
            _ => return Vec::new(),
        },
    };
    compare(session, relation, &expected, (&first, &others), purpose)
}

/// Whether the added record has the outcome that the relation needs, and its key does not change others.
fn adds_known_fate(session: &Session<'_>, longer: &Batch, relation: Relation) -> bool {
    let fate = if relation == Relation::GoodAdded { Fate::Passes } else { Fate::Fails };
    match session.oracle.expect(session.area, &longer.body()) {
        Expectation::Records { records, repeated_keys } => {
            let last = records.last().is_some_and(|record| record.fate == fate && !record.may_refuse);
            last && (repeated_keys.is_empty() || session.area.key.repeated != Repeated::LaterFails)
        }
        _ => false,
    }
}

/// Whether a relation applies to such a batch.
pub(super) fn applies(session: &Session<'_>, batch: &Batch, relation: Relation) -> bool {
    let alone = session.area.isolation == Isolation::EachForItself;
    let order_matters = batch.keys_repeat && session.area.key.repeated == Repeated::LaterFails;
    match relation {
        Relation::CutInTwo => batch.records.len() > 1 && alone && !order_matters,
        Relation::Permuted => batch.records.len() > 1 && !order_matters,
        Relation::GoodAdded | Relation::BadAdded => alone && !batch.records.is_empty() && !batch.keys_repeat,
        Relation::Renumbered => has_whole_number(&batch.body()),
        Relation::Bare => batch.bare().is_some(),
        Relation::Twice | Relation::Respelt | Relation::Doubled | Relation::After => {
            !batch.records.is_empty()
        }
    }
}

fn compare(
    session: &mut Session<'_>,
    relation: Relation,
    expected: &Summary,
    (first, others): (&Sent, &[Sent]),
    purpose: Purpose,
) -> Vec<Shown> {
    let mut found: Option<Summary> = None;
    let reading = relation.reading(session.contract);
    for (place, other) in others.iter().enumerate() {
        let mut breaches = session.check(other, purpose);
        if !breaches.is_empty() {
            for breach in &mut breaches {
                extend(&mut breach.statements, &reading);
            }
            let mut shown = shown(breaches, other);
            // The same batch was answered well the first time.
            if matches!(relation, Relation::Twice | Relation::After) {
                let before = before(session, first, &others[..place]);
                for shown in &mut shown {
                    shown.before.clone_from(&before);
                }
            }
            return shown;
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
    if purpose == Purpose::Case {
        let cites = relation.cites(session.contract, session.area);
        session.log.case(session.contract, relation.check(), &cites);
    }
    let Some(seen) = session.seen(last) else { return Vec::new() };
    let Some(mut breach) = relation.compare(&seen, expected, &found) else { return Vec::new() };
    breach.assertions = same_results(&seen, relation, others.len()).into_iter().collect();
    let mut shown = shown(vec![breach], last);
    let before = before(session, first, &others[..others.len() - 1]);
    for shown in &mut shown {
        shown.before.clone_from(&before);
    }
    shown
}

/// The requests before the last one, as a report shows them.
fn before(session: &Session<'_>, first: &Sent, others: &[Sent]) -> Vec<ShownRequest> {
    let earlier = std::iter::once(first).chain(others);
    let show = |sent: &Sent| {
        as_shown::request(session.contract, session.client, &sent.exchange.request, sent.records)
    };
    earlier.map(show).collect()
}

/// What a relation says of the results of its requests.
fn same_results(seen: &Seen<'_>, relation: Relation, others: usize) -> Option<Assertion> {
    let results = match seen.response() {
        Response::Counting(shape) => Results::Counts([shape.pass_count.clone(), shape.fail_count.clone()]),
        Response::ByPosition(shape) => {
            Results::Flags { list: shape.results.clone(), member: shape.passed.name.clone() }
        }
        Response::Whole(shape) => {
            Results::Word { member: shape.status.name.clone(), success: shape.status.success.clone() }
        }
        Response::Later(_) => return None,
    };
    let last = match assertions::ranges(seen) {
        [(passed, most_passed), (failed, most_failed)] if passed == most_passed && failed == most_failed => {
            Some((passed, failed))
        }
        _ => None,
    };
    Some(Assertion::SameResults {
        results,
        others,
        reversed: relation == Relation::Permuted,
        added: match relation {
            Relation::GoodAdded => Some(true),
            Relation::BadAdded => Some(false),
            _ => None,
        },
        last,
    })
}

fn summary(session: &Session<'_>, sent: &Sent) -> Option<Summary> {
    Summary::of(&session.seen(sent)?)
}

/// The same value with the members of its objects in the opposite order.
fn turned(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().rev().map(|(name, member)| (name.clone(), turned(member))).collect()
        }
        Value::Array(elements) => elements.iter().map(turned).collect(),
        other => other.clone(),
    }
}

/// Whether a value holds a whole number.
fn has_whole_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_u64() || number.is_i64(),
        Value::Object(members) => members.values().any(has_whole_number),
        Value::Array(elements) => elements.iter().any(has_whole_number),
        _ => false,
    }
}

/// The value as JSON, each member of an object in a list written twice, null first.
fn doubled(value: &Value) -> String {
    fn within(value: &Value, listed: bool) -> String {
        match value {
            Value::Object(members) => {
                let member = |(name, member): (&String, &Value)| {
                    let name = Value::from(name.as_str());
                    let before = if listed { format!("{name}:null,") } else { String::new() };
                    format!("{before}{name}:{}", within(member, listed))
                };
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
            }
            Value::Array(elements) => {
                let elements = elements.iter().map(|element| within(element, true));
                format!("[{}]", elements.collect::<Vec<_>>().join(","))
            }
            other => other.to_string(),
        }
    }
    within(value, false)
}

/// The value as JSON, whole numbers written with a decimal point.
fn renumbered(value: &Value) -> String {
    match value {
        Value::Number(number) if number.is_u64() || number.is_i64() => format!("{number}.0"),
        Value::Object(members) => {
            let member = |(name, member): (&String, &Value)| {
                format!("{}:{}", Value::from(name.as_str()), renumbered(member))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(renumbered).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}
