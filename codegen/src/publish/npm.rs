//! The npm package: the schemas, and types for TypeScript.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tally_spec::model::Contract;

use super::{Package, typescript, worked_request};
use crate::escape::{line, markdown};
use crate::{Files, Options, schema};

/// Adds the package below `npm/`.
pub(super) fn package(contract: &Contract, options: &Options, package: &Package, files: &mut Files) {
    let mut add = |path: &str, text: String| files.insert(format!("npm/{path}"), text);
    let name = format!("tally-{}", contract.file.name);
    add("package.json", schema::to_text(&manifest(contract, package, &name)));
    add("index.d.ts", declarations(contract, options));
    add("index.js", module(contract, options));
    add("README.md", readme(contract, &name));
    add("example.mjs", example(contract, &name));
    for area in &contract.areas {
        let request = schema::to_text(&schema::request(contract, area, options));
        let response = schema::to_text(&schema::response(contract, area, options));
        add(&format!("schemas/{}.request.schema.json", area.name), request);
        add(&format!("schemas/{}.response.schema.json", area.name), response);
    }
    add("schemas/bundle.schema.json", schema::to_text(&schema::bundle(contract, options)));
    for (name, text) in &package.licence_files {
        add(name, text.clone());
    }
}

fn manifest(contract: &Contract, package: &Package, name: &str) -> Value {
    json!({
        "name": name,
        "version": package.version,
        "description": format!("JSON Schemas and types of {}", contract.file.title),
        "license": package.licence,
        "type": "module",
        "sideEffects": false,
        "main": "./index.js",
        "types": "./index.d.ts",
        "exports": {
            ".": { "types": "./index.d.ts", "default": "./index.js" },
            "./schemas/*": "./schemas/*",
            "./package.json": "./package.json"
        },
        "files": ["index.js", "index.d.ts", "schemas", "example.mjs", "LICENSE*"],
        "peerDependencies": { "ajv": "^8", "ajv-formats": "^3" },
        "peerDependenciesMeta": { "ajv": { "optional": true }, "ajv-formats": { "optional": true } }
    })
}

fn declarations(contract: &Contract, options: &Options) -> String {
    let mut seen = BTreeSet::new();
    let mut text = format!("// Types of {}.\n\n", line(&contract.file.title));
    let (mut requests, mut responses) = (String::new(), String::new());
    for area in &contract.areas {
        for (flat, table) in [
            (schema::types_request(contract, area, options), &mut requests),
            (schema::types_response(contract, area, options), &mut responses),
        ] {
            if let Some(title) = flat["title"].as_str().filter(|title| seen.insert((*title).to_owned())) {
                table.extend([format!("  {}: {title};\n", json!(area.name))]);
                text.push_str(&typescript::declarations(&flat));
            }
        }
    }
    text.extend([format!(
        "/** The type of each area's requests. */\nexport interface Requests {{\n{requests}}}\n\n"
    )]);
    text.extend([format!(
        "/** The type of each area's responses. */\nexport interface Responses {{\n{responses}}}\n\n"
    )]);
    text.push_str(
        "/** An area's name. */\nexport type Area = keyof Requests;\n\n\
         /** A JSON Schema, draft 2020-12. */\nexport type Schema = { readonly $id: string; readonly [keyword: string]: unknown };\n\n\
         /** Every area's schemas. */\nexport declare const schemas: { readonly [name in Area]: { readonly request: Schema; readonly response: Schema } };\n\n\
         /** The most that a request of each area may hold. */\nexport declare const limits: { readonly [name in Area]: number };\n",
    );
    text
}

fn module(contract: &Contract, options: &Options) -> String {
    let (mut schemas, mut limits) = (Map::new(), Map::new());
    for area in &contract.areas {
        let both = json!({
            "request": schema::request(contract, area, options),
            "response": schema::response(contract, area, options)
        });
        schemas.insert(area.name.clone(), both);
        limits.insert(area.name.clone(), json!(area.limit.maximum));
    }
    format!(
        "// JSON Schemas of {}.\n\nexport const schemas = {:#};\n\nexport const limits = {:#};\n",
        line(&contract.file.title),
        Value::Object(schemas),
        Value::Object(limits)
    )
}

fn example(contract: &Contract, package: &str) -> String {
    let worked = contract.areas.iter().find_map(|area| Some((area, worked_request(area)?)));
    let Some((area, request)) = worked else { return String::new() };
    format!(
        "// Validates a request before it is sent.\n\
         import Ajv2020 from \"ajv/dist/2020.js\";\n\
         import addFormats from \"ajv-formats\";\n\
         import {{ schemas }} from {};\n\n\
         const ajv = new Ajv2020({{ strict: true, strictTypes: false, strictRequired: false, allErrors: true }});\n\
         addFormats(ajv);\n\
         const validate = ajv.compile(schemas[{}].request);\n\n\
         const request = {request:#};\n\n\
         if (!validate(request)) {{\n  console.error(validate.errors);\n  process.exit(1);\n}}\n\
         console.log(\"valid\");\n",
        json!(package),
        json!(area.name)
    )
}

fn readme(contract: &Contract, package: &str) -> String {
    let areas: Vec<String> = contract
        .areas
        .iter()
        .map(|area| format!("- `{}`: {}\n", area.name, markdown(&area.description)))
        .collect();
    let areas = areas.concat();
    format!(
        "# {package}\n\nJSON Schemas (draft 2020-12) and types of {}.\n\n```js\n\
         import {{ schemas, limits }} from \"{package}\";\n```\n\n\
         `example.mjs` validates a request with ajv. One schema as a file: `{package}/schemas/AREA.request.schema.json`.\n\n{areas}",
        markdown(&contract.file.title)
    )
}
