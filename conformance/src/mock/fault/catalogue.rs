//! The faults, by name.

use serde_json::{Value, json};
use tally_spec::model::{Cites, Constraint, Contract, Counted, Encoding, PlatformCondition, Response, Rule};

use super::{Act, Entry, answers, contracts};

/// Every fault.
pub const CATALOGUE: &[Entry] = &[
    Entry {
        name: "status-always-success",
        group: "counts and status",
        summary: "the status says success whatever failed",
        breaks: |contract| counted(contract, |counted| &counted.status.rule_statement),
        acts: Act::Counting(|_, counted, body| {
            body[&counted.status.name] = json!(counted.status.success);
        }),
    },
    Entry {
        name: "status-misspelt",
        group: "counts and status",
        summary: "partial success is spelt with a hyphen",
        breaks: |contract| counted(contract, |counted| &counted.status.statement),
        acts: Act::Counting(|_, counted, body| {
            if body[&counted.status.name] == json!(counted.status.partial) {
                body[&counted.status.name] = json!(counted.status.partial.replace(' ', "-"));
            }
        }),
    },
    Entry {
        name: "fail-count-too-high",
        group: "counts and status",
        summary: "the count of failed records is one too high where any failed",
        breaks: |contract| counted(contract, |counted| &counted.entry_statement),
        acts: Act::Counting(|_, counted, body| answers::add(body, &counted.fail_count, 1)),
    },
    Entry {
        name: "counts-swapped",
        group: "counts and status",
        summary: "the counts of passed and failed records stand in each other's place",
        breaks: |contract| counted(contract, |counted| &counted.status.rule_statement),
        acts: Act::Counting(|_, counted, body| {
            let passed = body[&counted.pass_count].take();
            let failed = std::mem::replace(&mut body[&counted.fail_count], passed);
            body[&counted.pass_count] = failed;
        }),
    },
    Entry {
        name: "next-batch-size-halved",
        group: "limits",
        summary: "the next batch size is half the limit",
        breaks: |contract| {
            let cited = contract.areas.iter().filter_map(|area| area.next_batch_size.as_ref());
            ids(cited.map(|next| &next.statement))
        },
        acts: Act::Counting(|area, counted, body| {
            body[&counted.next_batch_size] = json!(area.limit.maximum / 2);
        }),
    },
    Entry {
        name: "limit-plus-one",
        group: "limits",
        summary: "one record more than the limit is processed at once",
        breaks: over_limit,
        acts: Act::Contract(contracts::raise_limit),
    },
    Entry {
        name: "limit-minus-one",
        group: "limits",
        summary: "a request at the limit is treated as one over it",
        breaks: |contract| ids(contract.areas.iter().map(|area| &area.limit.statement)),
        acts: Act::Contract(contracts::lower_limit),
    },
    Entry {
        name: "over-limit-refused",
        group: "limits",
        summary: "a request over the limit is refused with 413",
        breaks: over_limit,
        acts: Act::Contract(contracts::refuse_over_limit),
    },
    Entry {
        name: "err-log-drops-last",
        group: "entries and echoes",
        summary: "the last failed record has no entry",
        breaks: |contract| counted(contract, |counted| &counted.entry_statement),
        acts: Act::Counting(|_, counted, body| {
            if let Some(entries) = body[&counted.errors].as_array_mut() {
                entries.pop();
            }
        }),
    },
    Entry {
        name: "echo-of-another-record",
        group: "entries and echoes",
        summary: "an entry's echoes are text that no record holds",
        breaks: |contract| counted(contract, |counted| &counted.entry.statement),
        acts: Act::Counting(answers::foreign_echoes),
    },
    Entry {
        name: "message-empty",
        group: "entries and echoes",
        summary: "an entry's text is empty",
        breaks: |contract| counted(contract, |counted| &counted.entry.statement),
        acts: Act::Counting(|_, counted, body| {
            answers::each_entry(body, counted, |entry| entry[&counted.entry.message] = json!(""));
        }),
    },
    Entry {
        name: "dates-off-by-one",
        group: "entries and echoes",
        summary: "dates are echoed as the day before",
        breaks: |contract| {
            let echoes = contract.areas.iter().flat_map(|area| &area.echoes);
            let dates = echoes.filter(|echo| echo.encoding == Encoding::EpochMilliseconds);
            ids(dates.map(|echo| &echo.statement))
        },
        acts: Act::Counting(answers::earlier_dates),
    },
    Entry {
        name: "text-escaped",
        group: "text",
        summary: "markup in echoed text is escaped",
        breaks: |contract| {
            let echoes = contract.areas.iter().flat_map(|area| &area.echoes);
            ids(echoes.map(|echo| &echo.statement))
        },
        acts: Act::Counting(answers::escaped_text),
    },
    Entry {
        name: "required-not-checked",
        group: "rules",
        summary: "a record without a required field passes",
        breaks: |contract| rules(contract, |rule| matches!(rule.constraint(), Some(Constraint::Required(_)))),
        acts: Act::Overlooks(|violation| matches!(violation.keyword, "required" | "minLength")),
    },
    Entry {
        name: "any-of-not-checked",
        group: "rules",
        summary: "a record with none of several fields passes",
        breaks: |contract| rules(contract, |rule| matches!(rule.constraint(), Some(Constraint::AnyOf(_)))),
        acts: Act::Overlooks(|violation| violation.keyword == "anyOf"),
    },
    Entry {
        name: "range-not-checked",
        group: "rules",
        summary: "a number out of its range passes",
        breaks: |contract| {
            rules(contract, |rule| matches!(rule.constraint(), Some(Constraint::Range { .. })))
        },
        acts: Act::Overlooks(|violation| matches!(violation.keyword, "minimum" | "maximum")),
    },
    Entry {
        name: "unknown-things-accepted",
        group: "rules",
        summary: "a record that names a thing the organisation does not have passes",
        breaks: |contract| {
            rules(contract, |rule| matches!(rule.constraint(), Some(Constraint::Exists { .. })))
        },
        acts: Act::Contract(contracts::forget_existence),
    },
    Entry {
        name: "one-failure-fails-all",
        group: "isolation",
        summary: "one failed record fails the whole request",
        breaks: |contract| counted(contract, |counted| &counted.isolation_statement),
        acts: Act::Contract(contracts::all_or_nothing),
    },
    Entry {
        name: "failure-is-400",
        group: "platform errors",
        summary: "a request with failed records is answered 400",
        breaks: |contract| counted(contract, |counted| &counted.statement),
        acts: Act::Reply(answers::failure_is_400),
    },
    Entry {
        name: "token-not-checked",
        group: "authentication",
        summary: "a call without a token is answered",
        breaks: |contract| condition(contract, PlatformCondition::Unauthorized),
        acts: Act::Anyone,
    },
    Entry {
        name: "unauthorized-is-403",
        group: "authentication",
        summary: "a call without a token is answered 403",
        breaks: |contract| condition(contract, PlatformCondition::Unauthorized),
        acts: Act::Reply(|_, _, reply| {
            if reply.status == 401 {
                reply.status = 403;
            }
        }),
    },
    Entry {
        name: "wrong-verb-accepted",
        group: "platform errors",
        summary: "any verb is answered as the right one",
        breaks: |contract| condition(contract, PlatformCondition::WrongVerb),
        acts: Act::Request(|contract, request| {
            request.method.clone_from(&contract.file.service.verb.value);
        }),
    },
    Entry {
        name: "not-json-is-500",
        group: "platform errors",
        summary: "a body that is not JSON is answered 500",
        breaks: |contract| condition(contract, PlatformCondition::NotJson),
        acts: Act::Reply(|contract, request, reply| {
            let mut conditions = contract.file.service.errors.conditions.iter();
            let due = conditions.find(|condition| condition.when == PlatformCondition::NotJson);
            let is_due = due.is_some_and(|due| due.http_status == reply.status);
            if is_due && serde_json::from_slice::<Value>(&request.body).is_err() {
                reply.status = 500;
            }
        }),
    },
    Entry {
        name: "answers-as-text",
        group: "media types",
        summary: "answers are sent as plain text",
        breaks: |contract| ids(std::iter::once(&contract.file.service.media_type.statement)),
        acts: Act::Reply(|_, _, reply| {
            reply.headers = vec![("Content-Type".to_owned(), "text/plain".to_owned())];
        }),
    },
    Entry {
        name: "truncated-json",
        group: "transport",
        summary: "the last byte of an answer's body is missing",
        breaks: |contract| counted(contract, |counted| &counted.statement),
        acts: Act::Reply(|_, _, reply| {
            reply.body.pop();
        }),
    },
];

fn ids<'a>(cites: impl Iterator<Item = &'a Cites>) -> Vec<String> {
    let mut ids: Vec<String> = cites.flat_map(Cites::iter).map(str::to_owned).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The statements that counting responses cite for something.
fn counted(contract: &Contract, cites: impl Fn(&Counted) -> &Cites) -> Vec<String> {
    let found = contract.file.responses.values().filter_map(|response| match response {
        Response::Counting(counted) => Some(cites(counted)),
        _ => None,
    });
    ids(found)
}

fn rules(contract: &Contract, wanted: impl Fn(&Rule) -> bool) -> Vec<String> {
    let all = contract.areas.iter().flat_map(|area| &area.rules);
    ids(all.filter(|rule| wanted(rule)).map(|rule| &rule.statement))
}

fn condition(contract: &Contract, wanted: PlatformCondition) -> Vec<String> {
    let conditions = contract.file.service.errors.conditions.iter();
    ids(conditions.filter(|condition| condition.when == wanted).map(|condition| &condition.statement))
}

fn over_limit(contract: &Contract) -> Vec<String> {
    use tally_spec::model::OverLimit;
    ids(contract.areas.iter().map(|area| match &area.limit.over {
        OverLimit::Acknowledges { statement, .. } | OverLimit::Refuses { statement, .. } => statement,
    }))
}
