//! The Python package: the schemas, and types for checkers.

use std::fmt::Write as _;

use serde_json::json;
use tally_spec::model::Contract;

use super::{Package, python_types, worked_request};
use crate::escape::{docstring, markdown};
use crate::{Files, Options, names, schema};

/// Adds the package below `pypi/`.
pub(super) fn package(contract: &Contract, options: &Options, package: &Package, files: &mut Files) {
    let mut add = |path: &str, text: String| files.insert(format!("pypi/{path}"), text);
    let name = format!("tally-{}", contract.file.name);
    let module = names::snake(&name);
    add("pyproject.toml", manifest(contract, package, &name, &module));
    add("README.md", readme(contract, &name, &module));
    add("example.py", example(contract, &module));
    add(&format!("src/{module}/__init__.py"), init(contract));
    add(&format!("src/{module}/types.py"), types(contract, options));
    add(&format!("src/{module}/py.typed"), String::new());
    for area in &contract.areas {
        let request = schema::to_text(&schema::request(contract, area, options));
        let response = schema::to_text(&schema::response(contract, area, options));
        add(&format!("src/{module}/schemas/{}.request.schema.json", area.name), request);
        add(&format!("src/{module}/schemas/{}.response.schema.json", area.name), response);
    }
    for (name, text) in &package.licence_files {
        add(name, text.clone());
    }
}

fn manifest(contract: &Contract, package: &Package, name: &str, module: &str) -> String {
    format!(
        "[build-system]\nrequires = [\"setuptools>=77\"]\nbuild-backend = \"setuptools.build_meta\"\n\n\
         [project]\nname = \"{name}\"\nversion = \"{}\"\ndescription = {}\nreadme = \"README.md\"\n\
         license = \"{}\"\nrequires-python = \">=3.11\"\nclassifiers = [\"Typing :: Typed\"]\n\n\
         [project.optional-dependencies]\nvalidate = [\"jsonschema[format-nongpl]>=4.21\"]\n\n\
         [tool.setuptools.packages.find]\nwhere = [\"src\"]\n\n\
         [tool.setuptools.package-data]\n{module} = [\"py.typed\", \"schemas/*.json\"]\n",
        package.version,
        json!(format!("JSON Schemas and types of {}", contract.file.title)),
        package.licence
    )
}

fn init(contract: &Contract) -> String {
    let areas: Vec<String> = contract.areas.iter().map(|area| json!(area.name).to_string()).collect();
    let mut limits = String::new();
    for area in &contract.areas {
        // Writing to a string does not fail.
        let _ = writeln!(limits, "    {}: {},", json!(area.name), area.limit.maximum);
    }
    format!(
        "\"\"\"JSON Schemas and types of {title}.\"\"\"\n\n\
         import json\nfrom importlib.resources import files\nfrom typing import Any, Dict, Literal\n\n\
         Area = Literal[{areas}]\n\
         Kind = Literal[\"request\", \"response\"]\n\n\
         #: The most that a request of each area may hold.\nLIMITS: Dict[str, int] = {{\n{limits}}}\n\n\n\
         def schema(area: Area, kind: Kind = \"request\") -> Dict[str, Any]:\n    \
         \"\"\"The JSON Schema (draft 2020-12) of an area's requests or responses.\"\"\"\n    \
         name = f\"{{area}}.{{kind}}.schema.json\"\n    \
         text = files(__package__).joinpath(\"schemas\", name).read_text(encoding=\"utf-8\")\n    \
         loaded: Dict[str, Any] = json.loads(text)\n    return loaded\n",
        title = docstring(&contract.file.title),
        areas = areas.join(", "),
    )
}

fn types(contract: &Contract, options: &Options) -> String {
    let mut text = format!(
        "\"\"\"Types of {}, for type checkers.\"\"\"\n\n\
         from typing import Any, List, Literal, Required, TypedDict, Union\n\n",
        docstring(&contract.file.title)
    );
    for area in &contract.areas {
        text.push_str(&python_types::declarations(&schema::types_request(contract, area, options)));
        text.push_str(&python_types::declarations(&schema::types_response(contract, area, options)));
    }
    text
}

fn example(contract: &Contract, module: &str) -> String {
    let worked = contract.areas.iter().find_map(|area| Some((area, worked_request(area)?)));
    let Some((area, request)) = worked else { return String::new() };
    format!(
        "\"\"\"Validates a request before it is sent.\"\"\"\n\n\
         import json\n\nfrom jsonschema import Draft202012Validator\n\nfrom {module} import schema\n\n\
         REQUEST = json.loads(\n    r\"\"\"\n{request:#}\n\"\"\"\n)\n\n\
         validator = Draft202012Validator(schema({area}), format_checker=Draft202012Validator.FORMAT_CHECKER)\n\
         errors = [f\"{{error.json_path}}: {{error.message}}\" for error in validator.iter_errors(REQUEST)]\n\
         if errors:\n    raise SystemExit(\"\\n\".join(errors))\nprint(\"valid\")\n",
        area = json!(area.name)
    )
}

fn readme(contract: &Contract, name: &str, module: &str) -> String {
    format!(
        "# {name}\n\nJSON Schemas (draft 2020-12) and types of {}.\n\n```python\n\
         from {module} import schema\nfrom {module}.types import *\n```\n\n\
         `example.py` validates a request with jsonschema.\n",
        markdown(&contract.file.title)
    )
}
