//! The description of the mock's own API, made of its routes and of the types that they answer.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::Refusal;
use super::route::{Parameter, RequestBody, Route, Takes};
use super::routes::ROUTES;

/// The media type of nearly every answer, and of every request.
const JSON: &str = "application/json";

/// Where the description keeps its schemas.
const SCHEMAS: &str = "/components/schemas";

/// The description: an `OpenAPI` document.
pub(super) fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));
    &TEXT
}

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schemas = settings.with(|settings| settings.definitions_path = SCHEMAS.into()).into_generator();
    let refusal = schemas.subschema_for::<Refusal<'_>>();
    let mut paths = Map::new();
    for route in ROUTES {
        paths.entry(route.path).or_insert_with(|| json!({}))[route.method.to_lowercase()] =
            operation(route, &refusal, &mut schemas);
    }
    let mut described = json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Tally's mock API",
            "version": "1",
            "summary": "Reads and controls a running mock",
            "description": "The mock's own API, outside the base path of the API that it mocks. No answer here \
                contains a token. A request with the `Origin` of another site, or to another `Host`, is rejected.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "token": [] }, { "password": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "TALLY_ADMIN_TOKEN's value, if the mock was started with one.",
                },
                "password": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "The same as the password, with any name: browsers ask for it.",
                },
            },
            "responses": {
                "Refused": response(
                    "An error: 400, 401, 403, 404, 405, 408, 413, 421 or 503.",
                    JSON,
                    &refusal,
                ),
            },
            "schemas": schemas.take_definitions(true),
        },
    });
    finish(&mut described);
    described
}

fn operation(route: &Route, refusal: &Schema, schemas: &mut SchemaGenerator) -> Value {
    let success = &route.success;
    let mut responses = Map::new();
    let found = response(success.about, success.media_type, &(success.schema)(schemas));
    responses.insert("200".to_owned(), found);
    for (status, about) in route.refusals {
        responses.insert(status.to_string(), response(about, JSON, refusal));
    }
    let mut described = json!({ "operationId": route.id, "summary": route.summary });
    if !route.about.is_empty() {
        described["description"] = route.about.into();
    }
    if route.is_open {
        described["security"] = json!([{}]);
    } else {
        responses.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Refused" }));
    }
    if !route.parameters.is_empty() {
        described["parameters"] = route.parameters.iter().map(parameter).collect();
    }
    if let Some(body) = &route.body {
        described["requestBody"] = json!({ "required": true, "content": { JSON: content(body) } });
    }
    described["responses"] = responses.into();
    described
}

fn response(about: &str, media_type: &str, schema: &Schema) -> Value {
    json!({ "description": about, "content": { media_type: { "schema": schema } } })
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.takes {
        Takes::Text => json!({ "type": "string" }),
        Takes::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Takes::Number { least, usual: None } => json!({ "type": "integer", "minimum": least }),
        Takes::Number { least, usual: Some(usual) } => {
            json!({ "type": "integer", "minimum": least, "default": usual })
        }
        Takes::Flag => json!({ "type": "boolean", "default": false }),
    };
    let mut described = json!({ "name": parameter.name, "in": parameter.place, "schema": schema });
    if parameter.place == "path" {
        described["required"] = true.into();
    }
    if !parameter.about.is_empty() {
        described["description"] = parameter.about.into();
    }
    if matches!(parameter.takes, Takes::Texts) {
        described["explode"] = true.into();
    }
    described
}

fn content(body: &RequestBody) -> Value {
    match body {
        RequestBody::Any => json!({ "schema": true }),
        RequestBody::Member { name, format, about, example } => {
            let mut member = json!({ "type": "string", "description": about });
            if let Some(format) = format {
                member["format"] = (*format).into();
            }
            let schema = json!({ "type": "object", "properties": { *name: member }, "required": [name] });
            json!({ "schema": schema, "example": { *name: example } })
        }
    }
}

/// Closes each object whose members are listed, and has descriptions speak of null: the types' own comments are written
/// for Rust.
fn finish(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let listed = members.get("properties").is_some_and(Value::is_object);
            if listed && members.get("type").is_some_and(Value::is_string) {
                members.entry("additionalProperties").or_insert(false.into());
            }
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace("`None`", "null").replace('\n', " ");
            }
            members.values_mut().for_each(finish);
        }
        Value::Array(elements) => elements.iter_mut().for_each(finish),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_parameter_of_a_path_is_described_and_each_that_is_described_is_there() {
        for route in ROUTES {
            let named = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let described = route.parameters.iter().filter(|parameter| parameter.place == "path");
            let described: BTreeSet<&str> = described.map(|parameter| parameter.name).collect();
            assert_eq!(named.collect::<BTreeSet<_>>(), described, "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn names_are_told_apart() {
        let ids: BTreeSet<&str> = ROUTES.iter().map(|route| route.id).collect();
        let paths: BTreeSet<_> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
        assert_eq!((ids.len(), paths.len()), (ROUTES.len(), ROUTES.len()));
    }
}
