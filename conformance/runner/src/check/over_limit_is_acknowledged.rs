//! A request over the limit is acknowledged, if that is documented, without a claim about its records.

use serde_json::{Value, json};
use tally_spec::model::{Acknowledged, Area, Cites, Contract, OverLimit, Response};

use super::{Breach, Check, Keyword, Seen, extend, ids, integer, members, shown};
use crate::outcome::Difference;
use tally_oracle::oracle::Expectation;

/// The check.
pub(super) const CHECK: Check = Check { id: "over_limit_is_acknowledged", cites, ask };

fn cites(contract: &Contract, area: &Area) -> Vec<String> {
    match (&area.limit.over, later(contract, area)) {
        (OverLimit::Acknowledges { statement, .. }, Some(later)) => {
            let counts = area.limit.counts_statement.iter();
            ids([statement, &later.statement].into_iter().chain(counts))
        }
        _ => Vec::new(),
    }
}

fn later<'a>(contract: &'a Contract, area: &Area) -> Option<&'a Acknowledged> {
    let OverLimit::Acknowledges { response, .. } = &area.limit.over else { return None };
    match contract.file.responses.get(response) {
        Some(Response::Later(later)) => Some(later),
        _ => None,
    }
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let Expectation::Acknowledged { plain } = seen.expectation else { return None };
    let later = later(seen.contract, seen.area)?;
    let OverLimit::Acknowledges { statement: over, .. } = &seen.area.limit.over else { return None };
    let request = seen.with_its_limit();
    if seen.is_refused() {
        // That it is accepted is documented; how it is acknowledged may be an assumption.
        let status = seen.answer.status;
        let message = format!("{request} was rejected: got HTTP {status}, expected an acknowledgement");
        let breach = breach(Keyword::Refused, taken(over, seen.area, *plain), message);
        return Some(vec![breach.comparing(Difference::of_statuses(later.http_status, status))]);
    }
    if seen.answer.status >= 500 {
        return Some(Vec::new());
    }
    let results = results(seen);
    if !results.is_empty() {
        let message = format!(
            "{request} was processed synchronously: got {}, expected an acknowledgement",
            results.join(", ")
        );
        let breach = breach(Keyword::Results, taken(over, seen.area, *plain), message);
        return Some(vec![breach.comparing(difference(later, seen))]);
    }
    let wrong = acknowledgement(later, seen);
    // An answer that judges the request whole may look like an acknowledgement, and fail it for its records.
    let mut statements = ids(seen.area.limit.counts_statement.iter().filter(|_| !plain));
    let more = if *plain { ids([&later.statement]) } else { bad_records(over, &later.statement) };
    extend(&mut statements, &more);
    let found = match wrong {
        Some(message) => Some(breach(Keyword::Shape, statements, message)),
        None => one_more(later, seen),
    };
    Some(found.map(|breach| breach.comparing(difference(later, seen))).into_iter().collect())
}

/// A member that no documented acknowledgement shows.
fn one_more(later: &Acknowledged, seen: &Seen<'_>) -> Option<Breach> {
    let extra = members::acknowledged(later, seen.json?.as_object()?)?;
    let message =
        format!("Expected no more members of the acknowledgement than the documented ones, got {extra}");
    Some(breach(Keyword::Extra, ids([&later.statement]), message).assumed())
}

/// The acknowledgement that was expected, beside the answer.
fn difference(later: &Acknowledged, seen: &Seen<'_>) -> Difference {
    let wanted = json!({ &later.status.name: later.status.value, &later.message: "…" });
    let found = seen.json.map_or_else(|| "no JSON".to_owned(), |body| format!("{body:#}"));
    Difference::new(
        format!("HTTP {}\n{wanted:#}", later.http_status),
        format!("HTTP {}\n{found}", seen.answer.status),
    )
}

/// The statements about a request over the limit with bad records in it: those after the first come first.
fn bad_records(over: &Cites, later: &Cites) -> Vec<String> {
    let mut statements: Vec<String> = over.iter().skip(1).map(str::to_owned).collect();
    extend(&mut statements, &ids([over, later]));
    statements
}

/// The statement that such a request is accepted and, with bad records in it, that they change nothing.
fn taken(over: &Cites, area: &Area, plain: bool) -> Vec<String> {
    let mut taken = vec![over.principal().to_owned()];
    if !plain {
        extend(&mut taken, &bad_records(over, over));
    }
    extend(&mut taken, &ids(&area.limit.counts_statement));
    taken
}

/// The members with results of single records, which only a request within the limit gets.
fn results(seen: &Seen<'_>) -> Vec<String> {
    let Some(body) = seen.json.and_then(Value::as_object) else { return Vec::new() };
    let counted = |name: &&String| body.get(*name).and_then(integer).is_some_and(|count| count > 0);
    let listed =
        |name: &&String| body.get(*name).and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    let quoted = |name: &String| format!("`{name}`");
    match seen.response() {
        Response::Counting(shape) => {
            let counts = [&shape.pass_count, &shape.fail_count].into_iter().filter(counted);
            counts.chain([&shape.errors].into_iter().filter(listed)).map(quoted).collect()
        }
        Response::ByPosition(shape) => [&shape.results].into_iter().filter(listed).map(quoted).collect(),
        Response::Whole(_) | Response::Later(_) => Vec::new(),
    }
}

/// What is wrong with the acknowledgement.
fn acknowledgement(later: &Acknowledged, seen: &Seen<'_>) -> Option<String> {
    if seen.answer.status != later.http_status {
        let (expected, status) = (later.http_status, seen.answer.status);
        return Some(format!("Expected an acknowledgement with HTTP {expected}, got HTTP {status}"));
    }
    let Some(body) = seen.json.and_then(Value::as_object) else {
        return Some("Expected a JSON object as the acknowledgement, got another body".to_owned());
    };
    if body.get(&later.status.name).and_then(Value::as_str) != Some(&later.status.value) {
        let found = shown(body.get(&later.status.name));
        return Some(format!(
            "Expected `{}` of the acknowledgement to be {:?}, got {found}",
            later.status.name, later.status.value
        ));
    }
    let text = body.get(&later.message).and_then(Value::as_str);
    text.is_none_or(str::is_empty).then(|| {
        let found = shown(body.get(&later.message));
        format!("Expected text in `{}` of the acknowledgement, got {found}", later.message)
    })
}

fn breach(keyword: Keyword, statements: Vec<String>, message: String) -> Breach {
    Breach::new(CHECK.id, keyword, statements, message)
}
