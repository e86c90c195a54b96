//! The `OpenAPI` 3.1 document.
//!
//! What `OpenAPI` has no words for stands in extensions, which the document's own description explains.

use serde_json::{Map, Value, json};
use tally_spec::model::{
    Area, Cites, Contract, ExampleKind, KeyPart, OverLimit, PlatformCondition, Repeated, Response,
};

use super::Package;
use crate::{Options, names, schema};

const EXTENSIONS: &str = "\
Extensions of this document:\n\n\
- `x-tally-limit`: the most that one request may hold to be processed at once (`maximum`), what is counted \
(`counts`), and what becomes of a larger one (`beyond`: `acknowledged` or `refused`).\n\
- `x-tally-partial-success`: how an answer judges records (`judges`: `counting`, `whole`, `byPosition`), \
by which members, and whether one failure undoes the others (`isolation`). HTTP 200 proves no success.\n\
- `x-tally-key`: the fields by which records are the same thing's, and what becomes of `repeated` ones.\n\
- `x-tally-statements`: the statements that a fact rests on, each with its provenance: `stated`, `shown`, \
`platform`, or `assumed`. What is assumed is no promise of the API.\n";

/// The document.
pub(super) fn openapi(contract: &Contract, package: &Package) -> Value {
    let service = &contract.file.service;
    let mut components = Map::new();
    let mut paths = Map::new();
    for area in &contract.areas {
        hoist(&request_name(area), &schema::request(contract, area, &Options::default()), &mut components);
        hoist(&response_name(area), &schema::response(contract, area, &Options::default()), &mut components);
        let verb = service.verb.value.to_ascii_lowercase();
        paths.insert(area.path.clone(), json!({ verb: operation(contract, area) }));
    }
    components.insert("PlatformError".to_owned(), platform_error(contract));
    let tags: Vec<Value> = contract
        .areas
        .iter()
        .map(|area| json!({ "name": area.name, "description": area.description }))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": contract.file.title,
            "version": package.version,
            "summary": "Batch calls, described by Tally.",
            "description": EXTENSIONS,
            "license": { "name": package.licence, "identifier": package.licence },
        },
        "servers": [server(contract)],
        "security": [{ "token": [] }],
        "tags": tags,
        "paths": paths,
        "components": { "securitySchemes": { "token": security(contract) }, "schemas": components },
    })
}

fn request_name(area: &Area) -> String {
    format!("{}Request", names::type_name(&area.name))
}

fn response_name(area: &Area) -> String {
    format!("{}Response", names::type_name(&area.name))
}

/// The root, with what an installation fills in as variables.
fn server(contract: &Contract) -> Value {
    let root = &contract.file.service.root.value;
    let mut variables = Map::new();
    for part in root.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}') {
            variables
                .insert(name.to_owned(), json!({ "default": name, "description": "Your installation's." }));
        }
    }
    let mut server = json!({ "url": root });
    if let (false, Some(server)) = (variables.is_empty(), server.as_object_mut()) {
        server.insert("variables".to_owned(), Value::Object(variables));
    }
    server
}

fn security(contract: &Contract) -> Value {
    let authentication = &contract.file.service.authentication;
    if authentication.header.eq_ignore_ascii_case("authorization") {
        return json!({ "type": "http", "scheme": authentication.scheme.to_ascii_lowercase() });
    }
    let description = format!("The value is `{} TOKEN`.", authentication.scheme);
    json!({ "type": "apiKey", "in": "header", "name": authentication.header, "description": description })
}

fn operation(contract: &Contract, area: &Area) -> Value {
    let media_type = contract.file.service.media_type.value.as_str();
    let body = json!({
        "required": true,
        "content": { media_type: content(&request_name(area), area, ExampleKind::Request) }
    });
    let mut operation = json!({
        "operationId": names::snake(&area.name),
        "tags": [area.name],
        "summary": area.title,
        "description": area.description,
        "requestBody": body,
        "responses": responses(contract, area),
        "x-tally-limit": limit(contract, area),
        "x-tally-partial-success": partial_success(contract, area),
        "x-tally-key": key(contract, area),
    });
    operation["x-tally-statements"] = statements(contract, [&area.statement]);
    operation
}

/// A body's schema, with the worked examples.
fn content(name: &str, area: &Area, kind: ExampleKind) -> Value {
    let mut examples = Map::new();
    for example in area.examples.iter().filter(|example| example.entry.kind == kind) {
        examples.insert(example.entry.name.clone(), json!({ "value": example.value }));
    }
    let mut content = json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
    if let (false, Some(members)) = (examples.is_empty(), content.as_object_mut()) {
        members.insert("examples".to_owned(), Value::Object(examples));
    }
    content
}

fn responses(contract: &Contract, area: &Area) -> Value {
    let service = &contract.file.service;
    let media_type = service.media_type.value.as_str();
    let mut responses = Map::new();
    let status = contract.response(area).http_status();
    let judged = json!({
        "description": "The request was taken. Whether its records passed is said by the body, not by the status.",
        "content": { media_type: content(&response_name(area), area, ExampleKind::Response) }
    });
    responses.insert(status.to_string(), judged);
    let mut refusals: Vec<(u16, String)> = Vec::new();
    for refusal in &service.errors.conditions {
        refusals.push((refusal.http_status, condition(refusal.when).to_owned()));
    }
    if let OverLimit::Refuses { http_status, .. } = &area.limit.over {
        refusals.push((*http_status, "More than the limit.".to_owned()));
    }
    for backoff in &service.backoff {
        refusals.push((backoff.http_status, "No verdict: wait and send it again.".to_owned()));
    }
    for (status, meaning) in refusals {
        let entry = responses.entry(status.to_string()).or_insert_with(|| {
            json!({
                "description": "",
                "content": { media_type: { "schema": { "$ref": "#/components/schemas/PlatformError" } } }
            })
        });
        let before = entry["description"].as_str().unwrap_or_default();
        let joined = if before.is_empty() { meaning } else { format!("{before} {meaning}") };
        entry["description"] = json!(joined);
    }
    Value::Object(responses)
}

/// What a refusal is for.
pub(super) fn condition(condition: PlatformCondition) -> &'static str {
    match condition {
        PlatformCondition::Unauthorized => "No token, or an invalid one.",
        PlatformCondition::NotFound => "A path that no call has.",
        PlatformCondition::WrongVerb => "Another verb.",
        PlatformCondition::WrongMediaType => "A body of another media type.",
        PlatformCondition::NotJson => "A body that is not JSON.",
        PlatformCondition::Unusable => "A body without a usable list.",
    }
}

fn platform_error(contract: &Contract) -> Value {
    let errors = &contract.file.service.errors;
    let one = json!({
        "type": "object",
        "required": [errors.message, errors.code],
        "properties": {
            errors.message.as_str(): { "type": "string" },
            errors.code.as_str(): { "type": "string" }
        }
    });
    if errors.list { json!({ "type": "array", "items": one }) } else { one }
}

fn limit(contract: &Contract, area: &Area) -> Value {
    let (beyond, beyond_cites) = match &area.limit.over {
        OverLimit::Acknowledges { statement, .. } => ("acknowledged", statement),
        OverLimit::Refuses { statement, .. } => ("refused", statement),
    };
    json!({
        "maximum": area.limit.maximum,
        "counts": area.limit.counts.as_deref().unwrap_or(&area.list.name),
        "beyond": beyond,
        "x-tally-statements": statements(contract, [&area.limit.statement, beyond_cites]),
    })
}

fn partial_success(contract: &Contract, area: &Area) -> Value {
    let isolation = json!(area.isolation);
    match contract.response(area) {
        Response::Counting(counted) => json!({
            "judges": "counting",
            "isolation": isolation,
            "status": { "member": counted.status.name, "success": counted.status.success,
                "partial": counted.status.partial, "failure": counted.status.failure },
            "passedCount": counted.pass_count,
            "failedCount": counted.fail_count,
            "errors": counted.errors,
            "message": counted.entry.message,
            "x-tally-statements":
                statements(contract, [&counted.statement, &counted.sum_statement, &counted.isolation_statement]),
        }),
        Response::Whole(whole) => json!({
            "judges": "whole",
            "status": { "member": whole.status.name, "success": whole.status.success, "failure": whole.status.failure },
            "message": whole.message,
            "x-tally-statements": statements(contract, [&whole.statement, &whole.whole_statement]),
        }),
        Response::ByPosition(positional) => json!({
            "judges": "byPosition",
            "isolation": isolation,
            "results": positional.results,
            "passed": positional.passed.name,
            "message": positional.message,
            "x-tally-statements": statements(contract, [&positional.statement, &positional.isolation_statement]),
        }),
        Response::Later(later) => json!({
            "judges": "later",
            "x-tally-statements": statements(contract, [&later.statement]),
        }),
    }
}

fn key(contract: &Contract, area: &Area) -> Value {
    let fields: Vec<&String> = area.key.parts.iter().flat_map(KeyPart::fields).collect();
    let repeated = match area.key.repeated {
        Repeated::LaterStands => "laterStands",
        Repeated::LastCounts => "lastCounts",
        Repeated::LaterFails => "laterFails",
    };
    json!({
        "fields": fields,
        "repeated": repeated,
        "x-tally-statements": statements(contract, [&area.key.statement, &area.key.repeated_statement]),
    })
}

fn statements<'a>(contract: &Contract, cites: impl IntoIterator<Item = &'a Cites>) -> Value {
    let mut members = Map::new();
    for id in cites.into_iter().flat_map(Cites::iter) {
        if let Some(statement) = contract.statement(id) {
            members.insert(id.to_owned(), json!(statement.provenance.as_str()));
        }
    }
    Value::Object(members)
}

/// Adds a schema as a component, its definitions next to it, and its references to them rewritten.
fn hoist(name: &str, schema: &Value, components: &mut Map<String, Value>) {
    let mut schema = schema.clone();
    let definitions = schema.as_object_mut().and_then(|members| {
        members.remove("$schema");
        members.remove("$id");
        members.remove("$defs")
    });
    redirect(&mut schema, name);
    components.insert(name.to_owned(), schema);
    if let Some(Value::Object(definitions)) = definitions {
        for (inner, mut definition) in definitions {
            redirect(&mut definition, name);
            components.insert(hoisted(name, &inner), definition);
        }
    }
}

fn hoisted(name: &str, inner: &str) -> String {
    format!("{name}{}", names::type_name(inner))
}

fn redirect(schema: &mut Value, name: &str) {
    match schema {
        Value::Object(members) => {
            for (keyword, value) in members.iter_mut() {
                let inner = value.as_str().and_then(|text| text.strip_prefix("#/$defs/")).map(str::to_owned);
                match inner {
                    Some(inner) if keyword == "$ref" => {
                        *value = json!(format!("#/components/schemas/{}", hoisted(name, &inner)));
                    }
                    _ => redirect(value, name),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redirect(value, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
