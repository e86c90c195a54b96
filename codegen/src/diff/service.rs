//! Changes of the service: how it is called, how it refuses, what kinds of thing there are.

use serde_json::json;
use tally_spec::model::{Backoff, Contract, Kind, PlatformError, Service};

use super::{Changes, Class, sources, word};

pub(super) fn compare(old: &Contract, new: &Contract, changes: &mut Changes) {
    let (was, is) = (&old.file.service, &new.file.service);
    changes.note(Class::CallChanged, "root", &was.root.value, &is.root.value);
    changes.note(Class::CallChanged, "verb", &was.verb.value, &is.verb.value);
    changes.note(Class::CallChanged, "media type", &was.media_type.value, &is.media_type.value);
    let token =
        |service: &Service| format!("{}: {}", service.authentication.header, service.authentication.scheme);
    changes.note(Class::CallChanged, "token", &token(was), &token(is));
    let parameters = |service: &Service| match service.media_type_parameters {
        Some(_) => "let through",
        None => "not spoken of",
    };
    changes.note(Class::CallChanged, "media type's parameters", parameters(was), parameters(is));
    let envelope = |name: &Option<String>| name.clone().unwrap_or_default();
    changes.note(Class::ListRenamed, "envelope", &envelope(&was.envelope), &envelope(&is.envelope));
    refusals(old, new, changes);
    backoff(was, is, changes);
    if old.file != new.file {
        let parts = |contract: &Contract| {
            let file = &contract.file;
            json!({ "service": file.service, "kinds": file.kinds, "responses": file.responses })
        };
        sources::compare((old, new), &parts(old), &parts(new), changes);
    }
    kinds(old, new, changes);
    if old.file.reading != new.file.reading {
        changes.add(Class::ReadingChanged, "reading", "", "its statements differ");
    }
    changes.note(Class::Documentation, "title", &old.file.title, &new.file.title);
}

fn refusals(old: &Contract, new: &Contract, changes: &mut Changes) {
    let (was, is) = (&old.file.service.errors, &new.file.service.errors);
    let shape = |errors: &tally_spec::model::PlatformErrors| {
        let form = if errors.list { "list" } else { "object" };
        format!("{form} of {} and {}", errors.message, errors.code)
    };
    changes.note(Class::RefusalChanged, "refusals", &shape(was), &shape(is));
    let words = |refusal: &PlatformError| {
        let code = if refusal.code_required { refusal.code.as_str() } else { "any code" };
        format!("{} {code}", refusal.http_status)
    };
    for refusal in &was.conditions {
        let place = format!("refusal {}", word(&json!(refusal.when)));
        match is.conditions.iter().find(|one| one.when == refusal.when) {
            Some(now) => {
                changes.note(Class::RefusalChanged, &place, &words(refusal), &words(now));
                changes.note(Class::MessageChanged, &place, &refusal.text, &now.text);
                if !refusal.code_required && !now.code_required {
                    changes.note(Class::MessageChanged, &format!("{place}'s code"), &refusal.code, &now.code);
                }
            }
            None => changes.add(Class::RefusalRemoved, &place, &words(refusal), ""),
        }
    }
    for refusal in is.conditions.iter().filter(|one| !was.conditions.iter().any(|old| old.when == one.when)) {
        changes.add(
            Class::RefusalAdded,
            &format!("refusal {}", word(&json!(refusal.when))),
            "",
            &words(refusal),
        );
    }
}

fn backoff(was: &Service, is: &Service, changes: &mut Changes) {
    let words = |backoff: &Backoff| {
        let code = backoff.code.as_deref().map(|code| format!(" {code}"));
        format!("{}{}", backoff.http_status, code.unwrap_or_default())
    };
    let (before, after): (Vec<_>, Vec<_>) =
        (was.backoff.iter().map(words).collect(), is.backoff.iter().map(words).collect());
    for gone in before.iter().filter(|one| !after.contains(one)) {
        changes.add(Class::BackoffRemoved, "wait and send again", gone, "");
    }
    for come in after.iter().filter(|one| !before.contains(one)) {
        changes.add(Class::BackoffAdded, "wait and send again", "", come);
    }
}

fn kinds(old: &Contract, new: &Contract, changes: &mut Changes) {
    let words = |kind: &Kind| {
        let prefix = kind.identity.as_ref().map(|identity| format!(", known by {}", identity.prefix));
        format!("{}{}", kind.pattern.as_deref().unwrap_or("any name"), prefix.unwrap_or_default())
    };
    for (name, was) in &old.file.kinds {
        if let Some(is) = new.file.kinds.get(name) {
            changes.note(Class::KindChanged, &format!("kind {name}"), &words(was), &words(is));
            let found = |kind: &Kind| kind.found.clone().unwrap_or_default();
            let place = format!("where an ID of kind {name} is found");
            changes.note(Class::Documentation, &place, &found(was), &found(is));
        }
    }
}
