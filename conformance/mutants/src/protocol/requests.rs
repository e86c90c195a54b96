//! Requests that are taken although they are to be refused, and the other way round.

use std::sync::{Arc, Mutex, PoisonError};

use tally_mock::{Exchanged, Received, Reply};
use tally_spec::model::{Cites, Contract, PlatformCondition};

use super::{made, refusal};
use crate::act::Act;
use crate::mutant::{Label, Mutant};

pub(super) fn of(contract: &Contract) -> Vec<Mutant> {
    let mut found = tokens(contract);
    found.extend(media_types(contract));
    found.extend(paths_and_bodies(contract));
    found
}

/// Whether a wrong token is taken for the right one.
type Alike = fn(sent: &str, right: &str) -> bool;

/// Credentials that are taken. Those that were taken first are the right ones.
const TOKENS: [(&str, Alike); 4] = [
    ("any-taken", |_, _| true),
    ("case-ignored", |sent, right| sent.eq_ignore_ascii_case(right)),
    ("last-character-ignored", |sent, right| {
        let but_last = |text: &str| text.char_indices().next_back().map(|(end, _)| text[..end].to_owned());
        sent.len() == right.len() && but_last(sent) == but_last(right)
    }),
    ("longer-taken", |sent, right| sent.starts_with(right)),
];

fn tokens(contract: &Contract) -> Vec<Mutant> {
    let service = &contract.file.service;
    let Some(refused) = refusal(contract, PlatformCondition::Unauthorized) else { return Vec::new() };
    let cites = [refused, &service.authentication.statement];
    let mut found = Vec::new();
    for (operator, alike) in TOKENS {
        found.push(made(None, "token", operator, &cites).by(move || {
            taken(move |request, right| {
                let is_alike = |sent: &String| alike(sent, right);
                if request.credentials.as_ref().is_some_and(is_alike) {
                    request.credentials = Some(right.to_owned());
                }
            })
        }));
    }
    found.push(made(None, "token", "not-needed", &cites).by(|| {
        taken(|request, right| {
            request.credentials.get_or_insert_with(|| right.to_owned());
        })
    }));
    let scheme = service.authentication.scheme.clone();
    found.push(made(None, "token", "scheme-not-needed", &cites).by(move || {
        let scheme = scheme.clone();
        Act::request(move |_, request| {
            if let Some(sent) = request.credentials.as_mut().filter(|sent| !sent.contains(' ')) {
                *sent = format!("{scheme} {sent}");
            }
        })
    }));
    found
}

/// Changes requests in the knowledge of the credentials that were taken first.
fn taken(change: impl Fn(&mut Received, &str) + Send + Sync + 'static) -> Act {
    let right: Arc<Mutex<Option<String>>> = Arc::default();
    let known = Arc::clone(&right);
    let request = Act::request(move |_, request| {
        let known = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            change(request, &known);
        }
    });
    request.and_reply(move |exchanged: &Exchanged<'_>, reply: &mut Reply| {
        if reply.status < 300 {
            let mut right = right.lock().unwrap_or_else(PoisonError::into_inner);
            *right = right.take().or_else(|| exchanged.request.credentials.clone());
        }
    })
}

const PARAMETERS_REFUSED: &str = "parameters-refused";
const PARAMETERS_OPEN: &str = "the contract says nothing of a media type's parameters";

/// Whether a media type is taken for the right one.
type Takes = fn(Option<&str>) -> bool;

/// Whether a character in a media type makes it wrong.
type Spoils = fn(char) -> bool;

/// Media types by what is sent: whether it is taken or refused.
fn media_types(contract: &Contract) -> Vec<Mutant> {
    let service = &contract.file.service;
    let own = &service.media_type.statement;
    let right = service.media_type.value.clone();
    let mut found = Vec::new();
    let refused: Vec<&Cites> =
        refusal(contract, PlatformCondition::WrongMediaType).into_iter().chain([own]).collect();
    let taken: [(&str, Takes); 4] = [
        ("none-taken", |sent| sent.is_none()),
        ("form-taken", |sent| sent.is_some_and(|sent| sent.starts_with("application/x-www-form-urlencoded"))),
        ("text-taken", |sent| sent.is_some_and(|sent| sent.starts_with("text/"))),
        ("any-taken", |_| true),
    ];
    for (operator, takes) in taken {
        let right = right.clone();
        found.push(made(None, "media-type", operator, &refused).by(move || {
            let right = right.clone();
            Act::request(move |_, request| {
                if takes(request.media_type.as_deref()) {
                    request.media_type = Some(right.clone());
                }
            })
        }));
    }
    let forms: Vec<&Cites> = service.media_type_parameters.iter().chain([own]).collect();
    let refused: [(&str, Spoils); 2] =
        [(PARAMETERS_REFUSED, |one| one == ';'), ("other-case-refused", char::is_uppercase)];
    for (operator, is_refused) in refused {
        let mut made = made(None, "media-type", operator, &forms);
        if operator == PARAMETERS_REFUSED && service.media_type_parameters.is_none() {
            made.label = Label::Equivalent(PARAMETERS_OPEN);
        }
        found.push(made.by(move || {
            Act::request(move |_, request| {
                if request.media_type.as_ref().is_some_and(|sent| sent.contains(is_refused)) {
                    request.media_type = Some("none/such".to_owned());
                }
            })
        }));
    }
    found
}

fn paths_and_bodies(contract: &Contract) -> Vec<Mutant> {
    let service = &contract.file.service;
    let mut found = Vec::new();
    if let Some(refused) = refusal(contract, PlatformCondition::WrongVerb) {
        let verb = service.verb.value.clone();
        found.push(made(None, "verb", "any-taken", &[refused, &service.verb.statement]).by(move || {
            let verb = verb.clone();
            Act::request(move |_, request| request.method.clone_from(&verb))
        }));
    }
    if let Some(refused) = refusal(contract, PlatformCondition::NotFound) {
        let base = service.base_path();
        let paths: Vec<String> = contract.areas.iter().map(|area| format!("{base}{}", area.path)).collect();
        found.push(made(None, "path", "longer-taken", &[refused]).by(move || {
            let paths = paths.clone();
            Act::request(move |_, request| {
                if let Some(path) = paths.iter().find(|path| request.path.starts_with(path.as_str())) {
                    request.path.clone_from(path);
                }
            })
        }));
    }
    let cites: Vec<&Cites> = refusal(contract, PlatformCondition::NotJson)
        .into_iter()
        .chain([&contract.file.reading.not_json])
        .collect();
    found.push(made(None, "body", "trailing-text-taken", &cites).by(|| {
        Act::request(|_, request| {
            let mut values = serde_json::Deserializer::from_slice(&request.body).into_iter();
            let first: Option<Result<serde_json::Value, _>> = values.next();
            if let Some(Ok(value)) = first {
                request.body = value.to_string().into();
            }
        })
    }));
    found.push(made(None, "body", "byte-order-mark-taken", &cites).by(|| {
        Act::request(|_, request| {
            if request.body.starts_with(b"\xef\xbb\xbf") {
                request.body = request.body.slice(3..);
            }
        })
    }));
    found
}
