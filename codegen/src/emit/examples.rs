//! Examples in the documentation of generated code. Their values are those of the spec's worked examples; without
//! such an example there is none in the documentation either.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use serde_json::{Map, Value};
use tally_spec::model::{Area, Contract, ExampleKind, Field, JsonType, Response};

use super::{Place, constructors, library, print, types};
use crate::names;

/// The longest line of code.
const WIDTH: usize = 90;

/// An example that judges the area's shortest request.
pub(super) fn judge(area: &Area, place: &Place<'_>) -> Option<TokenStream> {
    let (module, path, body) = request(area, place)?;
    Some(example(&format!(
        "use {path};\n\nlet body = {body};\nassert!({module}::judge(body.as_bytes()).is_valid());"
    )))
}

/// An example that reads the records of the area's shortest request.
pub(super) fn read(area: &Area, place: &Place<'_>) -> Option<TokenStream> {
    let (module, path, body) = request(area, place)?;
    Some(example(&format!(
        "use {path};\n\nlet body = {body};\nlet decoded = {module}::read(body.as_bytes());\n\
         assert_eq!(decoded.records.len(), decoded.judgement.records.len());"
    )))
}

/// An example that counts the records of the area's shortest request as they are handed over.
pub(super) fn gather(area: &Area, place: &Place<'_>) -> Option<TokenStream> {
    let (module, path, body) = request(area, place)?;
    let krate = library::CRATE;
    Some(example(&format!(
        "use {path};
use {krate}::runtime::{{Gather, JsonValue}};

struct Count(usize);

impl<'a> Gather<'a> for Count {{
    fn start(&mut self, _is_list: bool) {{
        self.0 = 0;
    }}
    fn record(&mut self, _json: &'a str, _values: Option<&[&JsonValue<'a>]>) {{
        self.0 += 1;
    }}
    fn envelope(&mut self, _values: &[JsonValue<'a>]) {{}}
}}

let body = {body};
let mut count = Count(0);
let judgement = {module}::gather(body.as_bytes(), &mut count);
assert_eq!(count.0, judgement.records.len());"
    )))
}

/// An example that builds the first record of the area's shortest request.
pub(super) fn record(area: &Area, place: &Place<'_>) -> Option<TokenStream> {
    let path = module_path(area, place)?;
    let value = first_record(area)?;
    let built = built_record(area, value, Keep::Named)?;
    Some(example(&format!(
        "use {path}::*;\n\nlet record = {built};\nlet request = Request::new([record]);\n\
         assert!(request.validate()?.is_valid());\n# Ok::<(), serde_json::Error>(())"
    )))
}

/// An example that splits one record more than a request may hold.
pub(super) fn batches(area: &Area, place: &Place<'_>) -> Option<TokenStream> {
    let path = module_path(area, place)?;
    let value = first_record(area)?;
    let built = built_record(area, value, Keep::Required)?;
    let count =
        area.limit.counts.as_ref().map_or(1, |name| value[name.as_str()].as_array().map_or(0, Vec::len));
    let records = area.limit.maximum.checked_add(1)?;
    let batches = match area.limit.maximum.checked_div(count) {
        None => 1,
        Some(0) => records,
        Some(each) => records.div_ceil(each),
    };
    Some(example(&format!(
        "use {path}::*;\n\nlet record = {built};\nlet requests = Request::batches(vec![record; LIMIT + 1]);\n\
         assert_eq!(requests.len(), {batches});"
    )))
}

/// An example that reads a worked response.
pub(super) fn answer(contract: &Contract, area: &Area, place: &Place<'_>) -> Option<TokenStream> {
    let path = module_path(area, place)?;
    let response = contract.response(area);
    let (value, http_status, asserted) =
        area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Response).find_map(
            |example| asserted(response, &example.value).map(|(status, text)| (&example.value, status, text)),
        )?;
    let (body, krate) = (raw_text(value), library::CRATE);
    Some(example(&format!(
        "use {path}::Answer;\n\nlet body = {body};\nmatch Answer::read({http_status}, body.as_bytes())? {{\n    \
         Answer::Processed(response) => {{\n{asserted}    }}\n    other => panic!(\"{{other:?}}\"),\n}}\n\
         # Ok::<(), {krate}::runtime::AnswerError>(())"
    )))
}

/// The HTTP status of a worked response, and what holds of it.
fn asserted(response: &Response, value: &Value) -> Option<(u16, String)> {
    let mut text = String::new();
    let mut assert = |member: &str, is: &str| {
        let _ = writeln!(text, "        assert_eq!(response.{member}, {is});");
    };
    let http_status = match response {
        Response::Counting(counted) => {
            for name in [&counted.pass_count, &counted.fail_count] {
                assert(&names::snake_ident(name).to_string(), &value.get(name)?.as_u64()?.to_string());
            }
            if let Some(entry) = value.get(&counted.errors)?.get(0) {
                let message = entry.get(&counted.entry.message)?.as_str()?;
                let (list, member) =
                    (names::snake_ident(&counted.errors), names::snake_ident(&counted.entry.message));
                assert(&format!("{list}[0].{member}"), &format!("{message:?}"));
            }
            counted.http_status
        }
        Response::Whole(whole) => {
            let message = value.get(&whole.message)?.as_str()?;
            assert(&names::snake_ident(&whole.message).to_string(), &format!("{message:?}"));
            whole.http_status
        }
        Response::ByPosition(positional) => {
            let entries = value.get(&positional.results)?.as_array()?.len();
            assert(&format!("{}.len()", names::snake_ident(&positional.results)), &entries.to_string());
            positional.http_status
        }
        Response::Later(later) => {
            let message = value.get(&later.message)?.as_str()?;
            assert(&names::snake_ident(&later.message).to_string(), &format!("{message:?}"));
            later.http_status
        }
    };
    Some((http_status, text))
}

/// An example that looks up an area of the contract.
pub(super) fn contract(contract: &Contract, place: &Place<'_>) -> Option<TokenStream> {
    let path = place.from_outside.as_ref()?;
    let area = contract.areas.first()?;
    let (name, url_path) = (&area.name, &area.path);
    Some(example(&format!(
        "let area = {path}::CONTRACT.area({name:?}).expect(\"the area is part of the contract\");\n\
         assert_eq!(area.path, {url_path:?});"
    )))
}

/// An example that looks up a statement of the contract.
pub(super) fn statements(contract: &Contract, place: &Place<'_>) -> Option<TokenStream> {
    let path = place.from_outside.as_ref()?;
    let statement = contract.statements.first()?;
    let (id, provenance) = (&statement.id, statement.provenance.as_str());
    Some(example(&format!(
        "let mut statements = {path}::STATEMENTS.iter();\n\
         let statement = statements.find(|statement| statement.id == {id:?}).expect(\"it is one of them\");\n\
         assert_eq!(statement.provenance, {provenance:?});"
    )))
}

/// An example that looks up a contract.
pub(super) fn by_name(contract: &Contract) -> TokenStream {
    let (krate, name, title) = (library::CRATE, &contract.file.name, &contract.file.title);
    example(&format!(
        "let contract = {krate}::contract({name:?}).expect(\"it is generated\");\n\
         assert_eq!(contract.title, {title:?});\nassert!({krate}::contract(\"\").is_none());"
    ))
}

/// A paragraph of its own with the code.
fn example(code: &str) -> TokenStream {
    print::code(&format!("\n```\n{code}\n```"))
}

fn module_path(area: &Area, place: &Place<'_>) -> Option<String> {
    Some(format!("{}::{}", place.from_outside.as_ref()?, names::snake_ident(&area.name)))
}

/// The area's module, its path and the body of its shortest worked request.
fn request(area: &Area, place: &Place<'_>) -> Option<(String, String, String)> {
    let body = raw_text(shortest_request(area)?);
    Some((names::snake_ident(&area.name).to_string(), module_path(area, place)?, body))
}

fn shortest_request(area: &Area) -> Option<&Value> {
    let requests = area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request);
    requests.map(|example| &example.value).min_by_key(|value| value.to_string().len())
}

fn first_record(area: &Area) -> Option<&Value> {
    let body = shortest_request(area)?.as_object()?;
    let name = area.list.name.as_str();
    let list = body.get(name).or_else(|| body.values().find_map(|holder| holder.get(name)))?;
    if list.is_object() { Some(list) } else { list.get(0) }
}

/// A raw string literal of the JSON.
fn raw_text(value: &Value) -> String {
    let json = if value.to_string().len() < WIDTH { value.to_string() } else { format!("{value:#}") };
    let mut hashes = "#".to_owned();
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{json}\"{hashes}")
}

/// Which members of an object are set.
#[derive(Clone, Copy, PartialEq)]
enum Keep {
    /// Those that its constructor takes.
    Required,
    /// Those that a field names.
    Named,
    /// All: the object's type takes further members.
    All,
}

/// The record as it is built.
fn built_record(area: &Area, value: &Value, keep: Keep) -> Option<String> {
    let name = names::type_name(&area.record);
    let required: Vec<&Field> = {
        let required = types::required(area);
        area.fields.iter().filter(|field| required.contains(field.name.as_str())).collect()
    };
    built(&name, &area.fields, &required, value.as_object()?, keep)
}

fn built(
    name: &str,
    fields: &[Field],
    required: &[&Field],
    members: &Map<String, Value>,
    keep: Keep,
) -> Option<String> {
    let is_required = |field: &Field| required.iter().any(|one| one.name == field.name);
    let arguments = required
        .iter()
        .map(|field| literal(name, field, members.get(&field.name)?))
        .collect::<Option<Vec<_>>>()?;
    let mut code = call(&format!("{}::new", names::ident(name)), &arguments);
    let mut setters = Vec::new();
    for (member, value) in members.iter().filter(|(_, value)| keep != Keep::Required && !value.is_null()) {
        match fields.iter().find(|field| &field.name == member) {
            Some(field) if is_required(field) => {}
            Some(field) => {
                let (setter, value) =
                    (constructors::setter_ident(field, &["new"]), literal(name, field, value)?);
                setters.push(call(&format!(".{setter}"), &[value]));
            }
            None if keep == Keep::All => {
                let value = scalar(value)?;
                setters.push(call(
                    &format!(".{}", types::additional_ident(fields)),
                    &[format!("{member:?}"), value],
                ));
            }
            None => {}
        }
    }
    let length = code.len() + setters.iter().map(String::len).sum::<usize>();
    let on_one_line = length <= WIDTH - 20 && !setters.iter().any(|setter| setter.contains('\n'));
    let goes_on = code.contains('\n');
    for setter in setters {
        match (on_one_line, goes_on) {
            (true, _) => code.push_str(&setter),
            (false, true) => code.extend(["\n", &setter]),
            (false, false) => code.extend(["\n    ", &indented(&setter)]),
        }
    }
    Some(code)
}

/// A call, with each argument on lines of its own unless all fit on one.
fn call(function: &str, arguments: &[String]) -> String {
    let on_one_line = format!("{function}({})", arguments.join(", "));
    if on_one_line.len() <= WIDTH - 20 && !on_one_line.contains('\n') {
        return on_one_line;
    }
    let lines: Vec<String> =
        arguments.iter().map(|argument| format!("    {},", indented(argument))).collect();
    format!("{function}(\n{}\n)", lines.join("\n"))
}

fn indented(code: &str) -> String {
    code.replace('\n', "\n    ")
}

/// A value as the argument of its field's setter.
fn literal(of: &str, field: &Field, value: &Value) -> Option<String> {
    let inner = format!("{of}{}", names::type_name(&field.name));
    let keep = if field.additional_properties.is_some() { Keep::All } else { Keep::Named };
    let object = |fields: &[Field], value: &Value| built(&inner, fields, &[], value.as_object()?, keep);
    match field.types() {
        [JsonType::String] if field.closed.is_some() => {
            let values = field.closed.as_ref()?;
            let place = values.iter().position(|one| Some(one.as_str()) == value.as_str())?;
            Some(format!("{}::{}", names::ident(&inner), names::variants(values).get(place)?))
        }
        [JsonType::Object] if types::is_described(field) => object(&field.properties, value),
        [JsonType::Array] if !field.items.is_empty() => {
            let elements = value.as_array()?.iter().map(|element| object(&field.items, element));
            let elements = call("", &elements.collect::<Option<Vec<_>>>()?);
            Some(format!("[{}]", &elements[1..elements.len() - 1]))
        }
        [JsonType::Boolean] => value.as_bool().map(|flag| flag.to_string()),
        _ => scalar(value),
    }
}

/// A text or a number, as whatever takes one is given it.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(flag.to_string()),
        Value::String(text) => Some(format!("{text:?}")),
        Value::Number(number) => Some(match number.as_i64() {
            Some(whole) if i32::try_from(whole).is_ok() => whole.to_string(),
            Some(whole) => format!("{whole}_i64"),
            None => {
                let number = number.as_f64()?;
                format!("serde_json::Number::from_f64({number:?}).expect(\"a finite number\")")
            }
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
