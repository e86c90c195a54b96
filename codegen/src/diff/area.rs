//! Changes of an area.

use std::collections::BTreeSet;

use serde_json::json;
use tally_spec::model::{Area, Cites, Contract, DefaultSource, Echo, OverLimit, Response};

use super::{Changes, Class, field, sources, word};

type Side<'a> = (&'a Contract, &'a Area);

pub(super) fn compare(old: Side<'_>, new: Side<'_>, changes: &mut Changes) {
    let (was, is) = (old.1, new.1);
    changes.note(Class::PathChanged, "path", &was.path, &is.path);
    changes.note(Class::ListRenamed, "list", &was.list.name, &is.list.name);
    match (&was.list.one_object, &is.list.one_object) {
        (None, Some(_)) => changes.add(Class::OneObjectTaken, "list", "a list", "a list or one object"),
        (Some(_), None) => changes.add(Class::OneObjectRefused, "list", "a list or one object", "a list"),
        _ => {}
    }
    if was.list.empty_fails.is_some() != is.list.empty_fails.is_some() {
        let class = if is.list.empty_fails.is_some() { Class::RuleTightened } else { Class::RuleLoosened };
        changes.add(
            class,
            "an empty list",
            fails(was.list.empty_fails.as_ref()),
            fails(is.list.empty_fails.as_ref()),
        );
    }
    limit(was, is, changes);
    field::fields((&was.envelope, was), (&is.envelope, is), changes);
    field::fields((&was.fields, was), (&is.fields, is), changes);
    field::rules(was, is, changes);
    key(was, is, changes);
    defaults(was, is, changes);
    echoes(was, is, changes);
    responses(old, new, changes);
    let isolation = |area: &Area| word(&json!(area.isolation));
    changes.note(Class::IsolationChanged, "isolation", &isolation(was), &isolation(is));
    changes.note(Class::MessageChanged, "error text", &was.message, &is.message);
    if was.behaviours != is.behaviours {
        let count = |area: &Area| format!("{} effects", area.behaviours.len());
        changes.add(Class::BehaviourChanged, "effects", &count(was), &count(is));
    }
    if was.file != is.file {
        sources::compare((old.0, new.0), &json!(was.file), &json!(is.file), changes);
    }
    changes.note(Class::Documentation, "title", &was.title, &is.title);
    changes.note(Class::Documentation, "description", &was.description, &is.description);
}

fn fails(statement: Option<&Cites>) -> &'static str {
    if statement.is_some() { "fails" } else { "is let through" }
}

fn limit(was: &Area, is: &Area, changes: &mut Changes) {
    let (before, after) = (was.limit.maximum, is.limit.maximum);
    let class = if after < before { Class::LimitLowered } else { Class::LimitRaised };
    changes.note(class, "limit", &before.to_string(), &after.to_string());
    let counts = |area: &Area| area.limit.counts.clone().unwrap_or_else(|| "records".to_owned());
    changes.note(Class::LimitCountsChanged, "limit counts", &counts(was), &counts(is));
    let over = |area: &Area| match &area.limit.over {
        OverLimit::Acknowledges { response, .. } => format!("acknowledged by {response}"),
        OverLimit::Refuses { http_status, code, .. } => format!("refused with {http_status} {code}"),
    };
    changes.note(Class::OverLimitChanged, "over the limit", &over(was), &over(is));
    let text = |area: &Area| match &area.limit.over {
        OverLimit::Acknowledges { .. } => String::new(),
        OverLimit::Refuses { text, .. } => text.clone(),
    };
    changes.note(Class::MessageChanged, "error text over the limit", &text(was), &text(is));
    let next = |area: &Area| match &area.next_batch_size {
        Some(next) => format!("the limit, or {:?}", next.also),
        None => String::new(),
    };
    changes.note(Class::NextBatchSizeChanged, "next batch size", &next(was), &next(is));
}

fn key(was: &Area, is: &Area, changes: &mut Changes) {
    let words = |area: &Area| {
        let part = |part: &tally_spec::model::KeyPart| {
            let when = part.when.as_ref().map(|when| format!(" if {}", field::condition(when)));
            let or = part.or.as_ref().map(|or| format!(" or {or}"));
            format!("{}{}{}", part.field, or.unwrap_or_default(), when.unwrap_or_default())
        };
        let parts: Vec<String> = area.key.parts.iter().map(part).collect();
        format!("{} ({})", parts.join(", "), word(&json!(area.key.unkeyed)))
    };
    changes.note(Class::KeyChanged, "key", &words(was), &words(is));
    let repeated = |area: &Area| word(&json!(area.key.repeated));
    changes.note(Class::RepeatedChanged, "repeated keys", &repeated(was), &repeated(is));
}

fn defaults(was: &Area, is: &Area, changes: &mut Changes) {
    let words = |area: &Area, field: &str| -> String {
        let defaults = area.defaults.iter().filter(|default| default.field == field);
        let one = |default: &tally_spec::model::Default| {
            let always = if default.always { "always " } else { "" };
            format!("{always}{}", source_words(&default.source))
        };
        defaults.map(one).collect::<Vec<_>>().join(", ")
    };
    let fields: BTreeSet<&str> =
        was.defaults.iter().chain(&is.defaults).map(|default| default.field.as_str()).collect();
    for field in fields {
        changes.note(
            Class::DefaultChanged,
            &format!("default of {field}"),
            &words(was, field),
            &words(is, field),
        );
    }
}

fn source_words(source: &DefaultSource) -> String {
    match source {
        DefaultSource::Value(value) => value.to_string(),
        DefaultSource::Field(field) => format!("the value of {field}"),
        DefaultSource::Today => "today".to_owned(),
        DefaultSource::WeekdaysAfter(after) => format!("{} and {} weekdays", after.field, after.days),
        DefaultSource::SessionUser => "the session's user".to_owned(),
        DefaultSource::Elsewhere(what) => what.clone(),
    }
}

fn echoes(was: &Area, is: &Area, changes: &mut Changes) {
    let words = |echo: &Echo| {
        let zone = echo.zone.as_ref().map(|zone| format!(" in the zone of {zone}"));
        format!("{} {}{}", echo.field, word(&json!(echo.encoding)), zone.unwrap_or_default())
    };
    for echo in &was.echoes {
        let place = format!("echo {}", echo.name);
        match is.echoes.iter().find(|one| one.name == echo.name) {
            Some(now) => changes.note(Class::EchoChanged, &place, &words(echo), &words(now)),
            None => changes.add(Class::EchoRemoved, &place, &words(echo), ""),
        }
    }
    for echo in is.echoes.iter().filter(|one| !was.echoes.iter().any(|old| old.name == one.name)) {
        changes.add(Class::EchoAdded, &format!("echo {}", echo.name), "", &words(echo));
    }
}

fn responses(old: Side<'_>, new: Side<'_>, changes: &mut Changes) {
    let (was, is) = (old.0.response(old.1), new.0.response(new.1));
    let (before, after) = (status_words(was), status_words(is));
    changes.note(Class::StatusAdded, "status words", &before, &after);
    changes.note(Class::ResponseChanged, "response", &shape(was), &shape(is));
    let later = |(contract, area): Side<'_>| match &area.limit.over {
        OverLimit::Acknowledges { response, .. } => contract.file.responses.get(response).map(shape),
        OverLimit::Refuses { .. } => None,
    };
    if let (Some(before), Some(after)) = (later(old), later(new)) {
        changes.note(Class::ResponseChanged, "acknowledgement", &before, &after);
    }
}

fn status_words(response: &Response) -> String {
    match response {
        Response::Counting(counted) => {
            let words = &counted.status;
            let mut list = vec![words.success.as_str(), &words.partial, &words.failure];
            list.dedup();
            list.join(", ")
        }
        Response::Whole(whole) => format!("{}, {}", whole.status.success, whole.status.failure),
        Response::ByPosition(_) | Response::Later(_) => String::new(),
    }
}

fn shape(response: &Response) -> String {
    match response {
        Response::Counting(counted) => {
            let constants: Vec<String> =
                counted.entry.constants.iter().map(|one| format!("{}={}", one.name, one.value)).collect();
            format!(
                "HTTP {} counting by {}, {}, {}; {} of {} {}; {}",
                counted.http_status,
                counted.status.name,
                counted.pass_count,
                counted.fail_count,
                counted.errors,
                counted.entry.message,
                constants.join(" "),
                counted.next_batch_size
            )
        }
        Response::Whole(whole) => {
            format!("HTTP {} judged whole by {}, {}", whole.http_status, whole.status.name, whole.message)
        }
        Response::ByPosition(positional) => format!(
            "HTTP {} by position: {} of {}, {}",
            positional.http_status, positional.results, positional.passed.name, positional.message
        ),
        Response::Later(later) => {
            format!(
                "HTTP {} later: {}={}, {}",
                later.http_status, later.status.name, later.status.value, later.message
            )
        }
    }
}
