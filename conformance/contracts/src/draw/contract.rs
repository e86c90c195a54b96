//! `contract.toml` and the fixtures.

use serde_json::{Map, Value, json};

use super::{Pen, Sketch, area, members, words};

/// What areas may name.
pub(super) struct Names {
    /// Kinds.
    pub(super) kinds: Vec<String>,
    /// Responses that judge records, with what they do.
    pub(super) judging: Vec<(String, &'static str)>,
    /// The response that acknowledges.
    pub(super) later: Option<String>,
    /// Names of the members that hold the list.
    pub(super) envelope: Option<String>,
}

pub(super) fn contract(pen: &mut Pen, name: &str) -> Sketch {
    let (kinds, fixtures) = kinds(pen);
    let (responses, judging, later) = responses(pen);
    let envelope = pen.chance(50).then(|| (*pen.pick(&["data", "type", "payload", "items"])).to_owned());
    let names = Names { kinds: kinds.keys().cloned().collect(), judging, later, envelope };
    let count = 1 + pen.rng.below(2);
    let stems = pen.some(words::AREAS, count);
    let areas: Vec<_> =
        stems.iter().map(|stem| ((*stem).to_owned(), members(&area::area(pen, &names, stem)))).collect();
    let contract = json!({
        "name": name,
        "title": format!("Drawn {name}"),
        "schemaPath": format!("drawn/{name}"),
        "areas": stems,
        "service": service(pen, &names),
        "reading": reading(pen),
        "kinds": kinds,
        "responses": responses,
    });
    Sketch { contract: members(&contract), areas, fixtures }
}

fn service(pen: &mut Pen, names: &Names) -> Value {
    let root = *pen.pick(&["https://{host}.example/api/v2", "https://api.example", "https://api.example/x"]);
    let (header, scheme) =
        *pen.pick(&[("Authorization", "Bearer"), ("X-Api-Key", "Key"), ("Authorization", "OAuth")]);
    let parameters = if pen.chance(50) { pen.cite() } else { Value::Null };
    let text = json!({
        "root": { "value": root, "statement": pen.cite() },
        "verb": { "value": pen.pick(&["POST", "PUT", "PATCH"]), "statement": pen.cite() },
        "mediaType": { "value": "application/json", "statement": pen.cite() },
        "mediaTypeParameters": parameters,
        "envelope": names.envelope,
        "authentication": {
            "header": header, "scheme": scheme, "statement": pen.cite(), "secrecy": pen.cite(),
        },
        "errors": errors(pen),
    });
    text
}

fn errors(pen: &mut Pen) -> Value {
    let order = ["unauthorized", "notFound", "wrongVerb", "wrongMediaType", "notJson", "unusable"];
    let shuffled = if pen.chance(50) { order.to_vec() } else { pen.some(&order, order.len()) };
    // What can't be parsed can't be looked at: the order of these two is given.
    let mut shuffled: Vec<&str> = shuffled.into_iter().filter(|when| *when != "unusable").collect();
    shuffled.push("unusable");
    let conditions: Vec<Value> = shuffled
        .into_iter()
        .map(|when| {
            let status = match when {
                "unauthorized" => 401,
                "notFound" => 404,
                "wrongVerb" => 405,
                "wrongMediaType" => 415,
                _ => *pen.pick(&[400, 422]),
            };
            json!({
                "when": when, "httpStatus": status, "code": format!("E_{when}"), "codeRequired": pen.chance(30),
                "text": format!("refused: {when}"), "statement": pen.cite(),
            })
        })
        .collect();
    let (message, code) = *pen.pick(&[("message", "errorCode"), ("detail", "kind"), ("type", "self")]);
    json!({
        "message": message, "code": code, "list": pen.chance(50), "orderStatement": pen.cite(), "conditions": conditions,
    })
}

fn reading(pen: &mut Pen) -> Value {
    let mut reading = Map::new();
    for name in [
        "nullIsAbsent",
        "emptyIsMissing",
        "emptyOptional",
        "wrongType",
        "date",
        "numericText",
        "duplicateMembers",
        "notJson",
        "unusable",
        "emptyList",
        "midnight",
    ] {
        reading.insert(name.to_owned(), pen.cite());
    }
    for name in ["additionalNames", "updates", "textUnchanged", "unboundedNumbers"] {
        if pen.chance(50) {
            reading.insert(name.to_owned(), pen.cite());
        }
    }
    Value::Object(reading)
}

/// Kinds of organisation data, and a fixtures file that holds some of each.
fn kinds(pen: &mut Pen) -> (Map<String, Value>, Map<String, Value>) {
    let (mut kinds, mut fixtures) = (Map::new(), Map::new());
    let count = pen.rng.below(3);
    let names = pen.some(&["depot", "type", "account", "user-1", "self"], count);
    for (place, name) in names.into_iter().enumerate() {
        let (pattern, start) = *pen.pick(words::KINDS);
        let (list, unknown) = (format!("known_{place}"), format!("unknown_{place}"));
        let things: Vec<String> = (0..12).map(|number| format!("{start}{number:04}")).collect();
        fixtures.insert(list.clone(), json!(things));
        fixtures.insert(unknown.clone(), json!([format!("{start}9999"), format!("{start}9998")]));
        let kind = json!({
            "title": name, "pattern": pattern, "fixtures": list, "unknown": unknown, "statement": pen.cite(),
        });
        kinds.insert(name.to_owned(), kind);
    }
    (kinds, fixtures)
}

type Responses = (Map<String, Value>, Vec<(String, &'static str)>, Option<String>);

/// One response that judges records or more, and perhaps one that acknowledges.
fn responses(pen: &mut Pen) -> Responses {
    let mut responses = Map::new();
    let mut judging = Vec::new();
    let count = 1 + pen.rng.below(3);
    for does in pen.some(&["counting", "whole", "byPosition"], count) {
        let name = (*pen.pick(&["main", "type", "tallied", "by-place"])).to_owned();
        if responses.contains_key(&name) {
            continue;
        }
        responses.insert(name.clone(), response(pen, does));
        judging.push((name, does));
    }
    let later = pen.chance(50).then(|| "queued".to_owned());
    if let Some(name) = &later {
        let value = json!({
            "judges": "later", "httpStatus": *pen.pick(&[200, 202]), "statement": pen.cite(),
            "status": { "name": "state", "const": "queued" }, "message": "note",
        });
        responses.insert(name.clone(), value);
    }
    (responses, judging, later)
}

fn response(pen: &mut Pen, does: &'static str) -> Value {
    let status = *pen.pick(&[200, 207]);
    match does {
        "counting" => {
            let constants =
                if pen.chance(30) { json!([{ "name": "kind", "const": "record" }]) } else { json!([]) };
            json!({
                "judges": does, "httpStatus": status, "statement": pen.cite(), "passCount": *pen.pick(&["stored", "type"]),
                "failCount": "rejected", "sumStatement": pen.cite(), "isolationStatement": pen.cite(),
                "errors": *pen.pick(&["problems", "self"]), "entryStatement": pen.cite(),
                "singleEntryStatement": pen.cite(), "nextBatchSize": "atMost",
                "status": {
                    "name": "outcome", "success": "all", "partial": "some", "failure": "none",
                    "statement": pen.cite(), "ruleStatement": pen.cite(),
                },
                "entry": {
                    "message": "why", "statement": pen.cite(), "nullStatement": pen.cite(), "constants": constants,
                },
            })
        }
        "whole" => json!({
            "judges": does, "httpStatus": status, "statement": pen.cite(), "wholeStatement": pen.cite(),
            "status": { "name": "status", "success": "OK", "failure": "ok not" }, "message": *pen.pick(&["text", "type"]),
        }),
        _ => json!({
            "judges": does, "httpStatus": status, "statement": pen.cite(), "results": *pen.pick(&["results", "type"]),
            "passed": { "name": "accepted", "statement": pen.cite() }, "message": "reason",
            "isolationStatement": pen.cite(),
        }),
    }
}
