//! What the platform refuses whole, it refuses with the documented status and error body.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Contract, JsonType, PlatformCondition, PlatformError, Provenance};

use super::{Breach, Keyword, extend, ids};
use crate::client::{Alteration, Answer, Request, Secret, Token};
use crate::outcome::Difference;

/// A request with a fault that the platform refuses, and the refusal expected.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The check that it belongs to.
    pub check: &'static str,
    /// What is wrong with the request, for a person.
    pub what: String,
    /// The request.
    pub request: Request,
    /// The refusal that is due.
    pub due: PlatformError,
    /// The statements that it rests on, the principal first.
    pub statements: Vec<String>,
    /// Whether that it is refused goes beyond what the statements say.
    pub is_assumed: bool,
}

/// Which probes a run may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// Whether the target tells the run's token from others. Only then is a made-up one sent: a target that
    /// accepts any token looks like one that was started without a token.
    pub token_is_real: bool,
    /// The verbs.
    pub verbs: OtherVerbs,
}

/// Which verbs other than the contract's own a run may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherVerbs {
    /// `GET` alone.
    ReadOnly,
    /// Also `PUT` and `DELETE`, if the contract says what they answer and does not merely assume it.
    Documented,
    /// Also `PUT` and `DELETE`, whatever the contract says. A run sends them to this machine only.
    Any,
}

/// The probes of an area, made from a request that it answers.
#[must_use]
pub fn probes(contract: &Contract, area: &Area, good: &Request, allowed: Allowed) -> Vec<Probe> {
    let mut probes = Vec::new();
    for error in &contract.file.service.errors.conditions {
        for (check, what, request, more) in spoilt(contract, area, good, (error.when, allowed.verbs)) {
            if matches!(request.token, Token::MadeUp(_)) && !allowed.token_is_real {
                continue;
            }
            let mut statements = ids([&error.statement]);
            extend(&mut statements, &more);
            probes.push(Probe { check, what, request, due: error.clone(), statements, is_assumed: false });
        }
    }
    probes.extend(in_order(contract, area, good, allowed.verbs));
    // A target may log tokens that it refuses, and these come close to the right one.
    if allowed.token_is_real && allowed.verbs == OtherVerbs::Any {
        probes.extend(almost_right(contract, good));
    }
    probes
}

/// Tokens that are almost the right one.
fn almost_right(contract: &Contract, good: &Request) -> Vec<Probe> {
    let service = &contract.file.service;
    let mut conditions = service.errors.conditions.iter();
    let Some(due) = conditions.find(|error| error.when == PlatformCondition::Unauthorized) else {
        return Vec::new();
    };
    let probe = |(what, how, is_assumed): (&str, Alteration, bool)| Probe {
        check: "invalid_token_is_refused",
        what: what.to_owned(),
        request: with_token(good, Token::Altered(how)),
        due: due.clone(),
        statements: ids([&due.statement, &service.authentication.statement]),
        is_assumed,
    };
    let ways = [
        ("a token with another last character", Alteration::LastCharacter, false),
        ("a token with more text behind it", Alteration::Longer, false),
        ("a token without its scheme", Alteration::WithoutScheme, true),
    ];
    ways.map(probe).into()
}

/// The ids of the checks that [`probes`] belong to, with the statements of each.
#[must_use]
pub fn checks(probes: &[Probe]) -> Vec<(&'static str, Vec<String>)> {
    let mut checks: Vec<(&'static str, Vec<String>)> = Vec::new();
    for probe in probes {
        if let Some((_, statements)) = checks.iter_mut().find(|(check, _)| *check == probe.check) {
            extend(statements, &probe.statements);
        } else {
            checks.push((probe.check, probe.statements.clone()));
        }
    }
    checks
}

/// What is wrong with the answer to a probe.
#[must_use]
pub fn judge(contract: &Contract, probe: &Probe, answer: &Answer, token: &Secret) -> Option<Breach> {
    if let Some(breach) = super::token_never_answered::breach(contract, answer, token) {
        return Some(breach);
    }
    let breach = |keyword, message: String| {
        let breach = Breach::new(probe.check, keyword, probe.statements.clone(), message);
        Some(if probe.is_assumed { breach.assumed() } else { breach })
    };
    let (status, due) = (answer.status, probe.due.http_status);
    if status >= 500 {
        return breach(Keyword::ServerError, format!("{}: got HTTP {status}, expected {due}", probe.what));
    }
    if status != due {
        let mut message = format!("{}: got {status}, expected {due}", probe.what);
        if matches!(probe.request.token, Token::MadeUp(_) | Token::Altered(_)) {
            message.push_str(
                ". Check first whether the target was started without a token: a mock or a test endpoint then \
                 accepts any",
            );
        }
        return breach(Keyword::HttpStatus, message)
            .map(|breach| breach.comparing(Difference::of_statuses(due, status)));
    }
    if answer.is_unread() {
        return None;
    }
    let wrong = error_body(contract, probe, answer, token)?;
    breach(Keyword::ErrorBody, format!("{}: {wrong}", probe.what))
}

fn error_body(contract: &Contract, probe: &Probe, answer: &Answer, token: &Secret) -> Option<String> {
    let errors = &contract.file.service.errors;
    let Some(body) = answer.json(std::slice::from_ref(token)) else {
        return Some("expected JSON as the error's body, got a body that is not JSON".to_owned());
    };
    let objects = match &body {
        Value::Array(list) if errors.list => list.as_slice(),
        Value::Object(_) if !errors.list => std::slice::from_ref(&body),
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_)) => {
            let form = if errors.list { "a list of errors" } else { "an object" };
            return Some(format!("expected {form} as the body, got {}", super::kind(Some(other))));
        }
    };
    let text = |object: &Value, name: &String| {
        object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    if objects.is_empty() {
        return Some("expected an error in the list, got an empty list".to_owned());
    }
    for object in objects {
        if text(object, &errors.message).is_none() {
            let found = super::shown(object.get(&errors.message));
            return Some(format!("expected text in `{}` of the error, got {found}", errors.message));
        }
        let Some(code) = text(object, &errors.code) else {
            let found = super::shown(object.get(&errors.code));
            return Some(format!("expected a code in `{}` of the error, got {found}", errors.code));
        };
        if probe.due.code_required && code != probe.due.code {
            return Some(format!("expected the code {:?}, got {}", probe.due.code, super::quoted(&code)));
        }
    }
    None
}

type Spoilt = (&'static str, String, Request, Vec<String>);

/// The good request, spoilt in each way that the condition covers and the verbs allow.
fn spoilt(
    contract: &Contract,
    area: &Area,
    good: &Request,
    (condition, verbs): (PlatformCondition, OtherVerbs),
) -> Vec<Spoilt> {
    let one = |check, what: &str, request| vec![(check, what.to_owned(), request, Vec::new())];
    match condition {
        PlatformCondition::Unauthorized => {
            let made_up = Token::MadeUp("made-up-by-tally-and-valid-nowhere".to_owned());
            let mut ways = one("missing_token_is_refused", "no token", with_token(good, Token::Missing));
            ways.extend(one("invalid_token_is_refused", "a made-up token", with_token(good, made_up)));
            ways
        }
        PlatformCondition::NotFound => {
            let request = Request { path: format!("{}/no-such-path", good.path), ..good.clone() };
            one("unknown_path_is_refused", "an unknown path", request)
        }
        PlatformCondition::WrongVerb => wrong_verb(contract, good, verbs),
        PlatformCondition::WrongMediaType => {
            let types = ["text/plain", "application/xml"];
            let with = |name: &str| Request { media_type: Some(name.to_owned()), ..good.clone() };
            types
                .into_iter()
                .map(|name| {
                    let what = format!("the media type {name}");
                    ("wrong_media_type_is_refused", what, with(name), Vec::new())
                })
                .collect()
        }
        PlatformCondition::NotJson => not_json(contract, good),
        PlatformCondition::Unusable => unusable(contract, area, good),
    }
}

/// The good request with other verbs. Elsewhere than on this machine it has neither a body nor a token, unless
/// the platform refuses that first.
fn wrong_verb(contract: &Contract, good: &Request, verbs: OtherVerbs) -> Vec<Spoilt> {
    let conditions = &contract.file.service.errors.conditions;
    let place = |wanted| conditions.iter().position(|error| error.when == wanted);
    let Some(own) = place(PlatformCondition::WrongVerb) else { return Vec::new() };
    let says = contract.weight(conditions[own].statement.iter()) != Provenance::Assumed;
    let names: &[&str] = match verbs {
        OtherVerbs::Any => &["GET", "PUT", "DELETE"],
        OtherVerbs::Documented if says => &["GET", "PUT", "DELETE"],
        OtherVerbs::Documented | OtherVerbs::ReadOnly => &["GET"],
    };
    let mut probe = good.clone();
    if verbs != OtherVerbs::Any {
        if place(PlatformCondition::Unauthorized).is_some_and(|place| own < place) {
            probe.token = Token::Missing;
        }
        let body_is_read_first = [PlatformCondition::NotJson, PlatformCondition::Unusable]
            .into_iter()
            .any(|condition| place(condition).is_some_and(|place| place < own));
        if !body_is_read_first {
            probe.body = Arc::from([]);
        }
    }
    let with = |verb: &str| {
        let body = if verb == "GET" { Arc::from([]) } else { Arc::clone(&probe.body) };
        Request { verb: verb.to_owned(), body, ..probe.clone() }
    };
    let names = names.iter().filter(|verb| **verb != good.verb);
    // That another verb is wrong depends on which one is right.
    let right = ids([&contract.file.service.verb.statement]);
    names
        .map(|verb| ("wrong_verb_is_refused", format!("the verb {verb}"), with(verb), right.clone()))
        .collect()
}

fn with_token(good: &Request, token: Token) -> Request {
    Request { token, ..good.clone() }
}

fn with_body(good: &Request, body: &[u8]) -> Request {
    Request { body: Arc::from(body), ..good.clone() }
}

fn not_json(contract: &Contract, good: &Request) -> Vec<Spoilt> {
    let check = "text_that_is_no_json_is_refused";
    let reading = ids([&contract.file.reading.not_json]);
    let mut ways = vec![
        (
            check,
            "a body that ends halfway".to_owned(),
            with_body(good, &good.body[..good.body.len() / 2]),
            vec![],
        ),
        (check, "a body of plain text".to_owned(), with_body(good, b"this is no JSON"), vec![]),
        (check, "an empty body".to_owned(), with_body(good, b""), vec![]),
    ];
    let mark = [b"\xef\xbb\xbf", &*good.body].concat();
    let trailing = [&*good.body, b" and more"].concat();
    ways.push((check, "a byte order mark".to_owned(), with_body(good, &mark), reading.clone()));
    ways.push((check, "text after the value".to_owned(), with_body(good, &trailing), reading.clone()));
    ways.push((check, "a bare NaN".to_owned(), with_body(good, b"NaN"), reading));
    ways
}

/// Bodies without a usable list, and with a request option of a wrong type.
fn unusable(contract: &Contract, area: &Area, good: &Request) -> Vec<Spoilt> {
    let check = "unusable_body_is_refused";
    let list = &area.list.name;
    let wrap = |inner: Value| match &contract.file.service.envelope {
        Some(name) => json!({ name.as_str(): inner }),
        None => inner,
    };
    let mut bodies = vec![
        ("a body that is a list".to_owned(), json!([])),
        ("a body that is a number".to_owned(), json!(3)),
        ("a body without a list".to_owned(), wrap(json!({}))),
        ("a list that is null".to_owned(), wrap(json!({ list.as_str(): null }))),
        ("a list that is text".to_owned(), wrap(json!({ list.as_str(): "text" }))),
    ];
    if let Some(name) = &contract.file.service.envelope {
        bodies.push((format!("a body without `{name}`"), json!({})));
        bodies.push((format!("`{name}` that is null"), json!({ name.as_str(): null })));
        bodies.push((format!("`{name}` that is a list"), json!({ name.as_str(): [] })));
    }
    if area.list.one_object.is_none() {
        bodies.push(("an object in the list's place".to_owned(), wrap(json!({ list.as_str(): {} }))));
    }
    if let Ok(body) = serde_json::from_slice::<Value>(&good.body) {
        for field in &area.envelope {
            let wrong = if field.takes(JsonType::Number) { json!([]) } else { json!(17) };
            let mut spoilt = body.clone();
            if let Some(options) = envelope(contract, &mut spoilt) {
                options.insert(field.name.clone(), wrong);
                bodies.push((format!("a wrong type in `{}` beside the list", field.name), spoilt));
            }
        }
    }
    let request = |body: Value| with_body(good, body.to_string().as_bytes());
    bodies.into_iter().map(|(what, body)| (check, what, request(body), Vec::new())).collect()
}

/// The object that holds the list.
fn envelope<'a>(contract: &Contract, body: &'a mut Value) -> Option<&'a mut Map<String, Value>> {
    match &contract.file.service.envelope {
        Some(name) => body.get_mut(name)?.as_object_mut(),
        None => body.as_object_mut(),
    }
}

/// Requests with two faults: the one that is checked first decides.
fn in_order(contract: &Contract, area: &Area, good: &Request, verbs: OtherVerbs) -> Vec<Probe> {
    let errors = &contract.file.service.errors;
    let pairs = errors.conditions.iter().zip(errors.conditions.iter().skip(1));
    let probes = pairs.filter_map(|(first, second)| {
        let both_spoil_the_body = first.when == PlatformCondition::NotJson;
        let (_, what_second, request, _) =
            spoilt(contract, area, good, (second.when, verbs)).into_iter().last()?;
        // An unknown path is below the area's own, so that a second fault does not undo it.
        let (_, what_first, request, _) =
            spoilt(contract, area, &request, (first.when, verbs)).into_iter().next()?;
        if both_spoil_the_body || request.verb == "GET" && second.when == PlatformCondition::WrongMediaType {
            return None;
        }
        let mut statements = ids([&errors.order_statement]);
        extend(&mut statements, &ids([&first.statement, &second.statement]));
        Some(Probe {
            check: "platform_checks_come_in_order",
            what: format!("{what_first} and {what_second}"),
            request,
            due: first.clone(),
            statements,
            is_assumed: false,
        })
    });
    probes.collect()
}
