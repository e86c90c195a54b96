//! What is documented of the response that a breach was found in, for programs that check it again.
//!
//! The assertions come from what the check itself looks at: the contract's response shapes and the expected
//! outcomes of the records. At least one of them does not hold for the response at hand.

use serde_json::Value;
use tally_spec::model::{Acknowledged, Contract, Counted, Isolation, OverLimit, Positional, Response, Whole};

use super::fates::Fates;
use super::platform_errors::Probe;
use super::{Breach, Keyword, Seen, members};
use crate::client::{Alteration, Token};
use crate::outcome::{Acceptable, Assertion, Belonging, Step, Test};
use tally_oracle::oracle::Fate;

/// Any HTTP status that is not a server error.
const NO_SERVER_ERROR: (u16, u16) = (100, 499);
/// The refusals.
const REFUSALS: (u16, u16) = (400, 499);
/// The most bytes of a wrong value that an assertion names.
const LONGEST_WRONG: usize = 2_000;
/// The most entries that an assertion looks at one by one.
const MOST_ENTRIES: usize = 20;

/// What is documented of the response to a batch, as far as the breach is about it.
pub(crate) fn of_exchange(seen: &Seen<'_>, breach: &Breach) -> Vec<Assertion> {
    match breach.check {
        "batch_within_limit_is_answered" => answered_at_once(seen),
        "status_is_documented" => {
            let status = seen.response().http_status();
            let refusal = seen.may_be_refused().then_some(REFUSALS);
            vec![Assertion::Status(std::iter::once((status, status)).chain(refusal).collect())]
        }
        "media_type_is_documented" => {
            vec![Assertion::MediaType(seen.contract.file.service.media_type.value.clone())]
        }
        "response_has_documented_shape" if breach.keyword == Keyword::Extra => no_more(seen),
        "response_has_documented_shape" => shape(seen),
        "whole_verdict_matches_fate" => whole_verdict(seen),
        "results_match_fates" => results(seen),
        "over_limit_is_acknowledged" => acknowledgement(seen, breach.keyword),
        "over_limit_is_refused" => match &seen.area.limit.over {
            OverLimit::Refuses { http_status, .. } => vec![Assertion::status(*http_status)],
            OverLimit::Acknowledges { .. } => Vec::new(),
        },
        "empty_list_is_harmless" => empty_list(seen, breach.keyword),
        other => of_counts(seen, breach, other),
    }
}

/// What is documented of a response that counts; or of any response, for the checks of any.
fn of_counts(seen: &Seen<'_>, breach: &Breach, check: &str) -> Vec<Assertion> {
    match (seen.response(), check) {
        (Response::Counting(shape), "counts_add_up") => vec![sum(seen, shape)],
        (Response::Counting(shape), "fail_count_matches_fates" | "bad_record_fails_alone") => {
            vec![counts(seen, shape)[1].clone()]
        }
        (Response::Counting(shape), "pass_count_matches_fates") => vec![counts(seen, shape)[0].clone()],
        (Response::ByPosition(_), "bad_record_fails_alone") => results(seen),
        (Response::Counting(shape), "status_matches_counts") => {
            vec![word(seen, shape), at_most_failed(shape)]
        }
        (Response::Counting(shape), "error_entries_match_failures") => {
            vec![if breach.keyword == Keyword::Missing {
                at_least_failed(shape)
            } else {
                at_most_failed(shape)
            }]
        }
        (Response::Counting(shape), "echoes_match_records") if breach.keyword == Keyword::Null => {
            withheld(seen, shape)
        }
        (Response::Counting(shape), "echoes_match_records") => entries(seen, shape, breach.keyword),
        (Response::Counting(shape), "next_batch_size_is_limit") => {
            let also = seen.area.next_batch_size.iter().flat_map(|next| next.also.iter().copied());
            let sizes = std::iter::once(seen.area.limit.maximum).chain(also).map(Value::from).collect();
            vec![Assertion::member(&shape.next_batch_size, Test::OneOf(sizes))]
        }
        _ => of_any(check),
    }
}

/// What is documented of any response.
pub(crate) fn of_any(check: &str) -> Vec<Assertion> {
    match check {
        "token_never_answered" => vec![Assertion::NoToken],
        "every_request_is_answered" => vec![Assertion::Answered],
        "never_server_error" | "odd_bodies_are_harmless" | "unknown_members_are_harmless" => {
            vec![Assertion::Status(vec![NO_SERVER_ERROR])]
        }
        "media_type_may_have_parameters" => {
            vec![Assertion::Status(vec![(100, REFUSALS.0 - 1), (REFUSALS.1 + 1, 599)])]
        }
        _ => Vec::new(),
    }
}

/// What is documented of the refusal of a probe.
pub(crate) fn of_probe(contract: &Contract, probe: &Probe, breach: &Breach) -> Vec<Assertion> {
    if breach.check != probe.check {
        return of_any(breach.check);
    }
    // Of such a token a file of its own can only say what it is.
    if probe.request.token == Token::Altered(Alteration::LastCharacter) {
        return Vec::new();
    }
    let status = Assertion::status(probe.due.http_status);
    if breach.keyword != Keyword::ErrorBody {
        return vec![status];
    }
    let errors = &contract.file.service.errors;
    let at = |name: &String| {
        let each = errors.list.then_some(Step::Each(1));
        each.into_iter().chain([Step::Member(name.clone())]).collect()
    };
    let code =
        if probe.due.code_required { Test::OneOf(vec![probe.due.code.as_str().into()]) } else { Test::Text };
    let form = if errors.list { Test::List(1, usize::MAX) } else { Test::Object };
    vec![
        status,
        Assertion::Json(Vec::new(), form),
        Assertion::Json(at(&errors.message), Test::Text),
        Assertion::Json(at(&errors.code), code),
    ]
}

/// How many records must and may pass, and how many must and may fail.
pub(crate) fn ranges(seen: &Seen<'_>) -> [(u64, u64); 2] {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let Some(expected) = seen.expected() else { return [(0, count(seen.records.len())); 2] };
    let fates = Fates::of(expected);
    let passing = expected.len() - fates.failing - fates.open;
    [(count(passing), count(passing + fates.open)), (count(fates.failing), count(fates.failing + fates.open))]
}

/// The range of the pass count and of the fail count.
fn counts(seen: &Seen<'_>, shape: &Counted) -> [Assertion; 2] {
    let [passed, failed] = ranges(seen);
    [
        Assertion::member(&shape.pass_count, Test::Whole(passed.0, passed.1)),
        Assertion::member(&shape.fail_count, Test::Whole(failed.0, failed.1)),
    ]
}

fn sum(seen: &Seen<'_>, shape: &Counted) -> Assertion {
    Assertion::Sum {
        members: [shape.pass_count.clone(), shape.fail_count.clone()],
        total: u64::try_from(seen.records.len()).unwrap_or(u64::MAX),
        ranges: ranges(seen),
    }
}

fn word(seen: &Seen<'_>, shape: &Counted) -> Assertion {
    let words = &shape.status;
    let due = match ranges(seen) {
        [_, (0, 0)] => Some(&words.success),
        [(_, 0), _] => Some(&words.failure),
        [(passed, _), (failed, _)] if passed > 0 && failed > 0 => Some(&words.partial),
        _ => None,
    };
    Assertion::Word {
        member: words.name.clone(),
        counts: [shape.pass_count.clone(), shape.fail_count.clone()],
        words: [words.success.clone(), words.partial.clone(), words.failure.clone()],
        due: due.cloned(),
    }
}

fn at_least_failed(shape: &Counted) -> Assertion {
    let (list, count) = (shape.errors.clone(), shape.fail_count.clone());
    Assertion::LengthIsCount { list, count, at_least: true }
}

fn at_most_failed(shape: &Counted) -> Assertion {
    let (list, count) = (shape.errors.clone(), shape.fail_count.clone());
    Assertion::LengthIsCount { list, count, at_least: false }
}

/// The members by which an answer with results is told from an acknowledgement.
fn answered_at_once(seen: &Seen<'_>) -> Vec<Assertion> {
    let status = Assertion::status(seen.response().http_status());
    let own = match seen.response() {
        Response::Counting(shape) => Some(Assertion::member(&shape.pass_count, Test::Whole(0, u64::MAX))),
        Response::ByPosition(shape) => Some(Assertion::member(&shape.results, Test::List(0, usize::MAX))),
        Response::Whole(_) | Response::Later(_) => None,
    };
    std::iter::once(status).chain(own).collect()
}

/// The documented members of the response, of the documented types.
fn shape(seen: &Seen<'_>) -> Vec<Assertion> {
    match seen.response() {
        Response::Counting(shape) => counting_shape(seen, shape),
        Response::Whole(shape) => whole_shape(shape),
        Response::ByPosition(shape) => positional_shape(seen, shape),
        Response::Later(_) => Vec::new(),
    }
}

/// The member that no documented answer shows is not there.
fn no_more(seen: &Seen<'_>) -> Vec<Assertion> {
    let body = seen.json.and_then(Value::as_object);
    let extra = body.and_then(|body| members::first_extra(seen.response(), seen.area, body));
    extra.map(absent).into_iter().collect()
}

fn absent(extra: members::Extra<'_>) -> Assertion {
    let element = extra.list.map(|list| [Step::Member(list.to_owned()), Step::Element(extra.place)]);
    let path = element.into_iter().flatten().chain([Step::Member(extra.name.to_owned())]);
    Assertion::Json(path.collect(), Test::Absent)
}

fn words<const N: usize>(words: [&String; N]) -> Test {
    Test::OneOf(words.into_iter().map(|word| Value::from(word.as_str())).collect())
}

fn counting_shape(seen: &Seen<'_>, shape: &Counted) -> Vec<Assertion> {
    let mut all: Vec<Assertion> = [&shape.pass_count, &shape.fail_count, &shape.next_batch_size]
        .map(|name| Assertion::member(name, Test::Whole(0, u64::MAX)))
        .into();
    let status = &shape.status;
    all.push(Assertion::member(&status.name, words([&status.success, &status.partial, &status.failure])));
    all.push(Assertion::member(&shape.errors, Test::List(0, usize::MAX)));
    let [_, (failing, _)] = ranges(seen);
    let least = usize::try_from(failing).unwrap_or(MOST_ENTRIES).min(MOST_ENTRIES);
    let each = |name: &String, test| {
        let path = vec![Step::Member(shape.errors.clone()), Step::Each(least), Step::Member(name.clone())];
        Assertion::Json(path, test)
    };
    all.push(each(&shape.entry.message, Test::Text));
    if !seen.may_be_refused() {
        all.extend(seen.area.echoes.iter().map(|echo| each(&echo.name, Test::Present)));
    }
    all.extend(
        shape
            .entry
            .constants
            .iter()
            .map(|constant| each(&constant.name, Test::OneOf(vec![constant.value.as_str().into()]))),
    );
    all
}

fn whole_shape(shape: &Whole) -> Vec<Assertion> {
    let status = &shape.status;
    vec![
        Assertion::member(&status.name, words([&status.success, &status.failure])),
        Assertion::member(&shape.message, Test::Text),
    ]
}

fn positional_shape(seen: &Seen<'_>, shape: &Positional) -> Vec<Assertion> {
    let each = vec![
        Step::Member(shape.results.clone()),
        Step::Each(seen.records.len().min(MOST_ENTRIES)),
        Step::Member(shape.passed.name.clone()),
    ];
    let mut all = vec![
        Assertion::member(&shape.results, Test::List(0, usize::MAX)),
        Assertion::Json(each, Test::OneOf(vec![true.into(), false.into()])),
    ];
    let failing = seen.expected().unwrap_or_default().iter().enumerate();
    let failing = failing.filter(|(_, record)| record.fate == Fate::Fails).take(MOST_ENTRIES);
    all.extend(failing.map(|(index, _)| {
        let path =
            [Step::Member(shape.results.clone()), Step::Element(index), Step::Member(shape.message.clone())];
        Assertion::Json(path.into(), Test::Text)
    }));
    all
}

fn whole_verdict(seen: &Seen<'_>) -> Vec<Assertion> {
    let (tally_oracle::oracle::Expectation::Whole(expected), Response::Whole(shape)) =
        (seen.expectation, seen.response())
    else {
        return Vec::new();
    };
    let word = match expected.fate {
        Fate::Passes => &shape.status.success,
        Fate::Fails => &shape.status.failure,
        Fate::Open => return Vec::new(),
    };
    vec![Assertion::member(&shape.status.name, words([word]))]
}

/// A result for each record, and the one that is due for each whose outcome is known.
fn results(seen: &Seen<'_>) -> Vec<Assertion> {
    let (Response::ByPosition(shape), Some(expected)) = (seen.response(), seen.expected()) else {
        return Vec::new();
    };
    let one_decides = seen.area.isolation == Isolation::AllOrNothing
        && expected.iter().any(|record| record.fate == Fate::Open);
    let due = |(index, passes): (usize, bool)| {
        let path = vec![
            Step::Member(shape.results.clone()),
            Step::Element(index),
            Step::Member(shape.passed.name.clone()),
        ];
        Assertion::Json(path, Test::OneOf(vec![passes.into()]))
    };
    let known = expected.iter().enumerate().filter_map(|(index, record)| match record.fate {
        Fate::Passes => Some((index, true)).filter(|_| !one_decides),
        Fate::Fails => Some((index, false)),
        Fate::Open => None,
    });
    let length = Assertion::member(&shape.results, Test::List(expected.len(), expected.len()));
    std::iter::once(length).chain(known.map(due)).collect()
}

fn acknowledgement(seen: &Seen<'_>, keyword: Keyword) -> Vec<Assertion> {
    let OverLimit::Acknowledges { response, .. } = &seen.area.limit.over else { return Vec::new() };
    let Some(Response::Later(later)) = seen.contract.file.responses.get(response) else { return Vec::new() };
    if keyword == Keyword::Extra {
        let body = seen.json.and_then(Value::as_object);
        return body.and_then(|body| members::acknowledged(later, body)).map(absent).into_iter().collect();
    }
    if keyword == Keyword::Refused {
        vec![Assertion::Status(vec![(100, REFUSALS.0 - 1)])]
    } else if keyword == Keyword::Results {
        nothing_claimed(seen)
    } else {
        acknowledged(later)
    }
}

fn acknowledged(later: &Acknowledged) -> Vec<Assertion> {
    vec![
        Assertion::status(later.http_status),
        Assertion::member(&later.status.name, words([&later.status.value])),
        Assertion::member(&later.message, Test::Text),
    ]
}

/// No result of any record.
fn nothing_claimed(seen: &Seen<'_>) -> Vec<Assertion> {
    let nothing = |name: &String| Assertion::member(name, Test::Nothing);
    match seen.response() {
        Response::Counting(shape) => {
            [&shape.pass_count, &shape.fail_count, &shape.errors].map(nothing).into()
        }
        Response::ByPosition(shape) => vec![nothing(&shape.results)],
        Response::Whole(shape) if seen.area.list.empty_fails.is_some() => {
            let success = vec![shape.status.success.as_str().into()];
            vec![Assertion::member(&shape.status.name, Test::NoneOf(success))]
        }
        Response::Whole(_) | Response::Later(_) => Vec::new(),
    }
}

fn empty_list(seen: &Seen<'_>, keyword: Keyword) -> Vec<Assertion> {
    match (keyword, seen.response()) {
        (Keyword::HttpStatus, _) => vec![Assertion::Status(vec![(200, 299), REFUSALS])],
        (Keyword::Status, Response::Counting(shape)) => {
            let others = [&shape.status.partial, &shape.status.failure].map(|word| word.as_str().into());
            vec![Assertion::member(&shape.status.name, Test::NoneOf(others.into()))]
        }
        _ => nothing_claimed(seen),
    }
}

/// Which entries there may and must be.
fn entries(seen: &Seen<'_>, shape: &Counted, keyword: Keyword) -> Vec<Assertion> {
    let Some(expected) = seen.expected() else { return Vec::new() };
    let echoes = seen.oracle.echoes(seen.area);
    let envelope = match &seen.contract.file.service.envelope {
        Some(name) => seen.body.get(name).unwrap_or(seen.body),
        None => seen.body,
    };
    let mut belonging =
        Belonging { list: shape.errors.clone(), records: Vec::new(), with_entry: Vec::new(), wrong: None };
    for (record, expected) in seen.records.iter().zip(expected) {
        if expected.fate == Fate::Passes {
            continue;
        }
        let mut acceptable = echoes.acceptable(record);
        if keyword == Keyword::Midnight {
            for (name, instant) in echoes.midnights(record, envelope) {
                let places = acceptable.iter_mut().filter(|(known, _)| *known == name);
                places.for_each(|(_, value)| *value = Acceptable::Within(vec![(instant, instant)]));
            }
        }
        if expected.fate == Fate::Fails && keyword == Keyword::WithoutEntry {
            belonging.with_entry.push(belonging.records.len());
        }
        belonging.records.push(acceptable);
    }
    belonging.wrong = wrong(seen, shape);
    vec![Assertion::Belong(belonging)]
}

/// The echo that is null although its record has a value is not null.
fn withheld(seen: &Seen<'_>, shape: &Counted) -> Vec<Assertion> {
    let found = || {
        let entries = seen.json?.get(&shape.errors)?.as_array()?;
        let failable = seen.records.iter().zip(seen.expected()?);
        let failable = failable.filter(|(_, expected)| expected.fate != Fate::Passes);
        let failable: Vec<&Value> = failable.map(|(record, _)| record).collect();
        let echoes = seen.oracle.echoes(seen.area);
        let (place, echo) = echoes.withheld(entries, &failable)?;
        let steps =
            [Step::Member(shape.errors.clone()), Step::Element(place), Step::Member(echo.name.clone())];
        Some(Assertion::Json(steps.into(), Test::NoneOf(vec![Value::Null])))
    };
    found().into_iter().collect()
}

/// The first echo that is no record's value, as the response has it.
fn wrong(seen: &Seen<'_>, shape: &Counted) -> Option<(String, Value)> {
    let entries = seen.json?.get(&shape.errors)?.as_array()?;
    let attribution = seen.oracle.echoes(seen.area).attribute(seen.body, seen.expected()?, entries);
    let (_, differences) = attribution.foreign.first()?.nearest.as_ref()?;
    let difference = differences.first().filter(|difference| {
        // A value that makes a file long shows the finding no better.
        crate::outcome::compact(&difference.echoed, LONGEST_WRONG + 1).len() <= LONGEST_WRONG
    })?;
    Some((difference.echo.clone(), difference.echoed.clone()))
}

#[cfg(test)]
mod tests {
    use super::super::{ALL, registry};
    use super::*;

    /// What the checks of one exchange are called here.
    const BY_EXCHANGE: &str = include_str!("assertions.rs");

    #[test]
    fn every_check_of_a_response_has_assertions() {
        let is_of_response = |check: &&registry::Registered| {
            matches!(check.subject, registry::Subject::Exchange | registry::Subject::Robustness)
        };
        let missing: Vec<&str> = registry::REGISTRY
            .iter()
            .filter(is_of_response)
            .map(|check| check.id)
            .filter(|id| of_any(id).is_empty() && !BY_EXCHANGE.contains(&format!("\"{id}\"")))
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
        assert!(ALL.len() > 15);
    }
}
