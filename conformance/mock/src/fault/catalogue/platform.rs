//! Faults of what the platform refuses whole.

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Contract, PlatformCondition, Response};

use super::super::act::{Act, Context};
use super::super::{Entry, body, cites};
use super::fault;
use crate::endpoint::{Received, Reply};

const GROUP: &str = "platform errors";

fn not_json(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::condition(contract, PlatformCondition::NotJson),
        cites::ids(std::iter::once(&contract.file.reading.not_json)),
    )
}

fn unusable(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::condition(contract, PlatformCondition::Unusable),
        cites::ids(std::iter::once(&contract.file.reading.unusable)),
    )
}

fn media_type(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::condition(contract, PlatformCondition::WrongMediaType),
        cites::ids(std::iter::once(&contract.file.service.media_type.statement)),
    )
}

fn verb(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::condition(contract, PlatformCondition::WrongVerb),
        cites::ids(std::iter::once(&contract.file.service.verb.statement)),
    )
}

fn path(contract: &Contract) -> Vec<String> {
    cites::condition(contract, PlatformCondition::NotFound)
}

fn counted(contract: &Contract) -> Vec<String> {
    cites::counted(contract, |counted| &counted.statement)
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "failure-is-400",
        "a request with failed records is answered 400",
        counted,
        Act::Reply(|context, _, reply| on_failure(context, reply, 400)),
    ),
    fault(
        GROUP,
        "failure-is-207",
        "a request with failed records is answered 207",
        counted,
        Act::Reply(|context, _, reply| on_failure(context, reply, 207)),
    ),
    fault(
        GROUP,
        "failure-is-500",
        "a request with failed records is a server error",
        counted,
        Act::Reply(|context, _, reply| on_failure(context, reply, 500)),
    ),
    fault(
        GROUP,
        "success-is-201",
        "a request is answered 201",
        |contract| cites::both(counted(contract), cites::whole(contract, |whole| &whole.statement)),
        Act::Reply(|context, _, reply| {
            if reply.status == 200 && context.area.is_some() {
                reply.status = 201;
            }
        }),
    ),
    fault(
        GROUP,
        "wrong-verb-accepted",
        "any verb is answered as the right one",
        verb,
        Act::Request(|context, request| {
            request.method.clone_from(&context.contract.file.service.verb.value);
            None
        }),
    ),
    fault(
        GROUP,
        "wrong-verb-is-404",
        "a wrong verb is answered 404",
        verb,
        Act::Reply(|context, _, reply| instead(context, reply, PlatformCondition::WrongVerb, 404)),
    ),
    fault(
        GROUP,
        "wrong-verb-is-500",
        "a wrong verb is a server error",
        verb,
        Act::Reply(|context, _, reply| instead(context, reply, PlatformCondition::WrongVerb, 500)),
    ),
    fault(
        GROUP,
        "unknown-path-is-500",
        "an unknown path is a server error",
        path,
        Act::Reply(|context, _, reply| instead(context, reply, PlatformCondition::NotFound, 500)),
    ),
    fault(
        GROUP,
        "unknown-path-is-200",
        "an unknown path is refused under HTTP 200",
        path,
        Act::Reply(|context, _, reply| instead(context, reply, PlatformCondition::NotFound, 200)),
    ),
    fault(
        GROUP,
        "longer-paths-accepted",
        "a path below an area's is taken for the area's",
        path,
        Act::Request(|context, request| {
            let base = context.contract.file.service.base_path().to_owned();
            let areas = context.contract.areas.iter();
            let paths: Vec<String> = areas.map(|area| format!("{base}{}", area.path)).collect();
            if let Some(path) = paths.iter().find(|path| request.path.starts_with(path.as_str())) {
                request.path.clone_from(path);
            }
            None
        }),
    ),
    fault(
        GROUP,
        "media-type-not-checked",
        "any media type is taken for JSON",
        media_type,
        Act::Request(|context, request| {
            request.media_type = Some(context.contract.file.service.media_type.value.clone());
            None
        }),
    ),
    fault(
        GROUP,
        "media-type-is-400",
        "a wrong media type is answered 400",
        media_type,
        Act::Reply(|context, _, reply| instead(context, reply, PlatformCondition::WrongMediaType, 400)),
    ),
    fault(
        GROUP,
        "charset-refused",
        "a media type with a charset is refused",
        |contract| cites::ids(contract.file.service.media_type_parameters.iter()),
        Act::Request(|_, request| {
            if let Some(media_type) = &mut request.media_type
                && media_type.contains(';')
            {
                "text/plain".clone_into(media_type);
            }
            None
        }),
    ),
    fault(
        GROUP,
        "not-json-is-500",
        "a body that is not JSON is a server error",
        not_json,
        Act::Reply(|context, request, reply| {
            if is_not_json(request) {
                instead(context, reply, PlatformCondition::NotJson, 500);
            }
        }),
    ),
    fault(
        GROUP,
        "not-json-is-200",
        "a body that is not JSON is refused under HTTP 200",
        not_json,
        Act::Reply(|context, request, reply| {
            if is_not_json(request) {
                instead(context, reply, PlatformCondition::NotJson, 200);
            }
        }),
    ),
    fault(
        GROUP,
        "trailing-text-accepted",
        "text after the JSON value is ignored",
        not_json,
        Act::Request(|_, request| {
            let mut values = serde_json::Deserializer::from_slice(&request.body).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                request.body = value.to_string().into();
            }
            None
        }),
    ),
    fault(
        GROUP,
        "byte-order-mark-accepted",
        "a byte order mark is ignored",
        not_json,
        Act::Request(|_, request| {
            if request.body.starts_with(b"\xef\xbb\xbf") {
                request.body = request.body.slice(3..);
            }
            None
        }),
    ),
    fault(
        GROUP,
        "unusable-is-500",
        "a body without a usable list is a server error",
        unusable,
        Act::Reply(|context, request, reply| {
            if !is_not_json(request) {
                instead(context, reply, PlatformCondition::Unusable, 500);
            }
        }),
    ),
    fault(
        GROUP,
        "no-list-is-empty-list",
        "a body without a usable list is answered as if it held an empty one",
        unusable,
        Act::Request(|context, request| {
            let area = context.area?;
            let has_list = body::records(context.contract, area, &request.body);
            let is_list = has_list.is_some_and(|records| records.iter().all(Value::is_object));
            if !is_not_json(request) && !is_list {
                let inner = json!({ area.list.name.as_str(): [] });
                let body = match &context.contract.file.service.envelope {
                    Some(name) => json!({ name.as_str(): inner }),
                    None => inner,
                };
                request.body = body.to_string().into();
            }
            None
        }),
    ),
    fault(
        GROUP,
        "wrong-type-beside-accepted",
        "a request option of a wrong type is ignored",
        |contract| {
            if contract.areas.iter().all(|area| area.envelope.is_empty()) {
                Vec::new()
            } else {
                unusable(contract)
            }
        },
        Act::Body(|_, area, envelope| {
            for field in &area.envelope {
                let wrong = envelope.get(&field.name).is_some_and(serde_json::Value::is_number);
                if wrong {
                    envelope.remove(&field.name);
                }
            }
        }),
    ),
    fault(
        GROUP,
        "empty-list-is-500",
        "an empty list is a server error",
        // An answer to records is a 200 whether they pass or fail, and so is one to none of them.
        |contract| {
            cites::both(counted(contract), cites::ids(std::iter::once(&contract.file.reading.empty_list)))
        },
        Act::Reply(|context, request, reply| {
            let Some(area) = context.area else { return };
            if body::records(context.contract, area, &request.body).is_some_and(|records| records.is_empty())
            {
                reply.status = 500;
            }
        }),
    ),
    fault(
        GROUP,
        "optional-null-is-500",
        "a record with null in an optional field is a server error",
        |contract| {
            cites::both(counted(contract), cites::ids(std::iter::once(&contract.file.reading.null_is_absent)))
        },
        Act::Reply(|context, request, reply| {
            fails_where(context, request, reply, |area, record| {
                let needed = |name: &String| {
                    let names = |rule: &tally_spec::model::Rule| {
                        rule.constraint.required().contains(name) || rule.constraint.any_of().contains(name)
                    };
                    area.rules.iter().any(names)
                };
                record.iter().any(|(name, value)| value.is_null() && !needed(name))
            });
        }),
    ),
    fault(
        GROUP,
        "unknown-member-is-500",
        "a record with a member that no field names is a server error",
        |contract| cites::both(counted(contract), cites::areas(contract)),
        Act::Reply(|context, request, reply| {
            fails_where(context, request, reply, |area, record| {
                record.keys().any(|name| !area.fields.iter().any(|field| &field.name == name))
            });
        }),
    ),
];

/// Makes a server error of the answer to a record that a test picks.
fn fails_where(
    context: &Context<'_>,
    request: &Received,
    reply: &mut Reply,
    picked: impl Fn(&Area, &Map<String, Value>) -> bool,
) {
    let Some(area) = context.area else { return };
    let records = body::records(context.contract, area, &request.body).unwrap_or_default();
    if records.iter().filter_map(Value::as_object).any(|record| picked(area, record)) {
        reply.status = 500;
    }
}

/// Answers failed records with another HTTP status.
fn on_failure(context: &Context<'_>, reply: &mut Reply, status: u16) {
    let Some(Response::Counting(counted)) = context.area.map(|area| context.contract.response(area)) else {
        return;
    };
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    if body.get(&counted.fail_count).and_then(Value::as_u64).is_some_and(|count| count > 0) {
        reply.status = status;
    }
}

/// Puts another HTTP status in a refusal's place.
fn instead(context: &Context<'_>, reply: &mut Reply, condition: PlatformCondition, status: u16) {
    let mut conditions = context.contract.file.service.errors.conditions.iter();
    let due = conditions.find(|known| known.when == condition);
    if due.is_some_and(|due| due.http_status == reply.status) {
        reply.status = status;
    }
}

fn is_not_json(request: &Received) -> bool {
    serde_json::from_slice::<Value>(&request.body).is_err()
}
