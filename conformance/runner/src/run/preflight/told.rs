//! What an answer says of the names in its request.

use serde_json::Value;
use tally_spec::model::{Area, Contract, Isolation, Response};

use crate::check::{CountedAnswer, Seen};
use crate::run::session::{Sent, Session};

/// What became of a record that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Accepted,
    /// Rejected, with this text.
    Rejected(String),
}

/// What an answer says of each name of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    Each(Vec<Said>),
    /// Some are rejected, and it does not say which.
    Some,
    /// It says nothing of them.
    Nothing,
}

/// Whether an answer of the area says of each record what became of it, whatever becomes of the others.
pub(super) fn tells_apart(contract: &Contract, area: &Area) -> bool {
    match contract.response(area) {
        Response::Counting(_) | Response::ByPosition(_) => area.isolation == Isolation::EachForItself,
        Response::Whole(_) | Response::Later(_) => false,
    }
}

/// Reads the answer to a request that has that many names.
pub(super) fn told(session: &Session<'_>, sent: &Sent, names: usize) -> Told {
    let Some(seen) = session.seen(sent).filter(Seen::is_answered_in_shape) else { return Told::Nothing };
    let said = match seen.response() {
        Response::Counting(_) => counted(&seen),
        Response::ByPosition(shape) => {
            let results = seen.json.and_then(|body| body.get(&shape.results)).and_then(Value::as_array);
            let said = |result: &Value| {
                let passed = result.get(&shape.passed.name).and_then(Value::as_bool)?;
                Some(if passed { Said::Accepted } else { rejected(result, &shape.message) })
            };
            let said: Option<Vec<Said>> = results.and_then(|results| results.iter().map(said).collect());
            said.filter(|said| said.len() == names).map_or(Told::Nothing, Told::Each)
        }
        Response::Whole(shape) => {
            let word = seen.json.and_then(|body| body.get(&shape.status.name)).and_then(Value::as_str);
            match (word, seen.json) {
                (Some(word), _) if word == shape.status.success => Told::Each(vec![Said::Accepted; names]),
                (Some(word), Some(body)) if word == shape.status.failure => {
                    Told::Each(vec![rejected(body, &shape.message); names])
                }
                _ => Told::Nothing,
            }
        }
        Response::Later(_) => Told::Nothing,
    };
    match said {
        Told::Each(said) if said.len() != names => Told::Nothing,
        // One rejected name may be why the others are.
        Told::Each(said) if names > 1 && !tells_apart(seen.contract, seen.area) => {
            if said.iter().all(|said| *said == Said::Accepted) { Told::Each(said) } else { Told::Some }
        }
        said => said,
    }
}

fn rejected(holder: &Value, message: &str) -> Said {
    Said::Rejected(holder.get(message).and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// An answer that counts says which records failed if each of its entries can be one record's alone.
fn counted(seen: &Seen<'_>) -> Told {
    let records = seen.records;
    let Some(answer) = CountedAnswer::of(seen).filter(|answer| answer.counts(records.len())) else {
        return Told::Nothing;
    };
    let failed = answer.failed.and_then(|failed| usize::try_from(failed).ok()).unwrap_or(usize::MAX);
    if failed == 0 {
        return Told::Each(vec![Said::Accepted; records.len()]);
    }
    let Some(entries) = answer.entries.filter(|entries| entries.len() == failed) else { return Told::Some };
    let said = |entry: &Value| rejected(entry, &answer.shape.entry.message);
    if failed == records.len() {
        return Told::Each(entries.iter().map(said).collect());
    }
    let echoes = seen.oracle.echoes(seen.area);
    let mut found = vec![Said::Accepted; records.len()];
    for entry in entries {
        let mut could = (0..records.len()).filter(|record| echoes.can_belong(entry, &records[*record]));
        match (could.next(), could.next()) {
            (Some(record), None) if found[record] == Said::Accepted => found[record] = said(entry),
            _ => return Told::Some,
        }
    }
    Told::Each(found)
}
