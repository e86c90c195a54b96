//! Names that would be one name in generated code, and names that generated code needs for itself.

use std::collections::BTreeMap;

use super::Linter;
use crate::model::{Area, Field, Response};
use crate::names::{snake, type_name};

/// Types that a generated module has, imports or takes from Rust's prelude.
const TYPES: &[&str] = &[
    "Answer",
    "Area",
    "BTreeMap",
    "Batch",
    "Batches",
    "Clone",
    "Contract",
    "Copy",
    "Cow",
    "Data",
    "Debug",
    "Decoded",
    "Default",
    "Deserialize",
    "Display",
    "Echo",
    "Endpoint",
    "Envelope",
    "Eq",
    "Err",
    "Error",
    "ExtraMembers",
    "Failure",
    "Form",
    "From",
    "Gather",
    "Hash",
    "Into",
    "Iterator",
    "JsonValue",
    "Judgement",
    "LazyLock",
    "Layout",
    "List",
    "Members",
    "None",
    "NotJson",
    "Number",
    "Ok",
    "Option",
    "PartialEq",
    "Pointer",
    "Read",
    "Reader",
    "Record",
    "RecordResult",
    "RecordVerdict",
    "Refusal",
    "Regex",
    "Request",
    "RequestVerdict",
    "Requests",
    "Response",
    "Result",
    "Run",
    "Scalar",
    "Serialize",
    "Shape",
    "Some",
    "Statement",
    "Str",
    "String",
    "Taken",
    "Text",
    "TextOrNumber",
    "Value",
    "Vec",
    "Verdicts",
    "Violation",
];

/// Modules that a contract's module has of its own.
const MODULES: &[&str] = &["lib", "mod", "refusals", "responses", "runtime", "sources", "statements"];

pub(super) fn contract(linter: &mut Linter<'_>) {
    let contract = linter.contract;
    let stems: Vec<(String, &str)> = contract
        .file
        .areas
        .iter()
        .enumerate()
        .map(|(index, name)| (format!("/areas/{index}"), name.as_str()))
        .collect();
    distinct(linter, super::contract::FILE, "areas", &stems, "rename one file, and what lists it");
    for (pointer, name) in stems.iter().filter(|(_, name)| MODULES.contains(&snake(name).as_str())) {
        let message = format!("an area can't be named `{name}`: generated code has a module of that name");
        linter.report(super::contract::FILE, pointer, message, Some("rename the area's file".to_owned()));
    }
    let names: Vec<(String, &str)> =
        contract.file.responses.keys().map(|name| (format!("/responses/{name}"), name.as_str())).collect();
    distinct(linter, super::contract::FILE, "responses", &names, "rename one of them");
    for (pointer, name) in &names {
        if TYPES.contains(&type_name(name).as_str()) || type_name(name).ends_with("Status") {
            let message =
                format!("a response can't be named `{name}`: generated code has a type of that name");
            linter.report(super::contract::FILE, pointer, message, Some("choose another name".to_owned()));
        }
    }
    for (name, response) in &contract.file.responses {
        members(linter, name, response);
    }
}

/// The members of an answer, of which no two may be one in Rust.
fn members(linter: &mut Linter<'_>, name: &str, response: &Response) {
    let at = |below: &str| format!("/responses/{name}/{below}");
    let cure = "give each member the name that it has on the wire";
    let names: Vec<(String, &str)> = match response {
        Response::Counting(counted) => vec![
            (at("status/name"), counted.status.name.as_str()),
            (at("passCount"), counted.pass_count.as_str()),
            (at("failCount"), counted.fail_count.as_str()),
            (at("errors"), counted.errors.as_str()),
            (at("nextBatchSize"), counted.next_batch_size.as_str()),
        ],
        Response::Whole(whole) => {
            vec![(at("status/name"), whole.status.name.as_str()), (at("message"), whole.message.as_str())]
        }
        Response::ByPosition(positional) => {
            vec![
                (at("passed/name"), positional.passed.name.as_str()),
                (at("message"), positional.message.as_str()),
            ]
        }
        Response::Later(later) => {
            vec![(at("status/name"), later.status.name.as_str()), (at("message"), later.message.as_str())]
        }
    };
    distinct(linter, super::contract::FILE, "members", &names, cure);
}

pub(super) fn area(linter: &mut Linter<'_>, area: &Area) {
    let file = format!("areas/{}.toml", area.name);
    let record = type_name(&area.record);
    if TYPES.contains(&record.as_str()) || record.ends_with("Parts") || record.is_empty() {
        let message =
            format!("a record can't be named `{}`: generated code needs that name itself", area.record);
        linter.report(&file, "/record", message, Some(format!("write `{} record`", area.record)));
    }
    fields(linter, &file, "/fields", &area.fields);
    envelope(linter, &file, area);
    entry(linter, &file, area);
    let mut types = BTreeMap::from([(record.clone(), area.record.clone())]);
    nested(linter, &file, "/fields", &record, &area.fields, &mut types);
}

/// Fields of one object, of which no two may be one in Rust.
fn fields(linter: &mut Linter<'_>, file: &str, pointer: &str, fields: &[Field]) {
    let names: Vec<(String, &str)> = fields
        .iter()
        .enumerate()
        .map(|(place, field)| (format!("{pointer}/{place}/name"), field.name.as_str()))
        .collect();
    distinct(linter, file, "fields", &names, LEAVE_OUT);
    for (place, field) in fields.iter().enumerate() {
        let at = format!("{pointer}/{place}");
        if field.name.is_empty() || field.name.contains('/') {
            let message = format!("a field can't be named {:?}: rules name fields by paths", field.name);
            let cure = "leave it out: members that no field names are accepted".to_owned();
            linter.report(file, &format!("{at}/name"), message, Some(cure));
        }
        closed(linter, file, &at, field);
        self::fields(linter, file, &format!("{at}/properties"), &field.properties);
        self::fields(linter, file, &format!("{at}/items"), &field.items);
    }
}

const LEAVE_OUT: &str = "leave one of them out: members that no field names are accepted";

fn closed(linter: &mut Linter<'_>, file: &str, at: &str, field: &Field) {
    let Some(values) = &field.closed else { return };
    if values.is_empty() {
        let cure = Some("list the values, or take `enum` away".to_owned());
        linter.report(file, &format!("{at}/enum"), format!("`{}` has no value to take", field.name), cure);
    }
    for (place, value) in values.iter().enumerate() {
        let pointer = format!("{at}/enum/{place}");
        if value.is_empty() {
            let message = "empty text counts as no value, so it can't be in a list".to_owned();
            linter.report(file, &pointer, message, Some("take it away".to_owned()));
        } else if values[..place].contains(value) {
            linter.report(
                file,
                &pointer,
                format!("{value:?} is listed twice"),
                Some("take one away".to_owned()),
            );
        }
    }
}

/// The request options.
fn envelope(linter: &mut Linter<'_>, file: &str, area: &Area) {
    let mut names = vec![("/list/name".to_owned(), area.list.name.as_str())];
    names.extend(
        area.envelope
            .iter()
            .enumerate()
            .map(|(place, field)| (format!("/envelope/{place}/name"), field.name.as_str())),
    );
    distinct(linter, file, "request options", &names, LEAVE_OUT);
    for (place, field) in area.envelope.iter().enumerate() {
        closed(linter, file, &format!("/envelope/{place}"), field);
    }
}

/// The members of a failed record's entry: the response's, and the area's echoes.
fn entry(linter: &mut Linter<'_>, file: &str, area: &Area) {
    let Some(Response::Counting(counted)) = linter.contract.file.responses.get(&area.response) else {
        return;
    };
    let mut names = vec![("/response".to_owned(), counted.entry.message.as_str())];
    names.extend(counted.entry.constants.iter().map(|one| ("/response".to_owned(), one.name.as_str())));
    names.extend(
        area.echoes
            .iter()
            .enumerate()
            .map(|(place, echo)| (format!("/echoes/{place}/name"), echo.name.as_str())),
    );
    distinct(linter, file, "members of an entry", &names, "take one of the echoes away");
}

/// Reports names that are one identifier in Rust, at the later of the two.
fn distinct(linter: &mut Linter<'_>, file: &str, what: &str, names: &[(String, &str)], cure: &str) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (pointer, name) in names {
        match seen.get(&snake(name)) {
            None => drop(seen.insert(snake(name), name)),
            Some(first) if first == name => {
                let message = format!("two {what} are named `{name}`");
                linter.report(file, pointer, message, Some(cure.to_owned()));
            }
            Some(first) => {
                let message = format!("the {what} `{first}` and `{name}` would have one name in Rust");
                linter.report(file, pointer, message, Some(cure.to_owned()));
            }
        }
    }
}

/// The types of the objects and closed lists in a record, by the names of the fields that lead to them.
fn nested(
    linter: &mut Linter<'_>,
    file: &str,
    pointer: &str,
    of: &str,
    fields: &[Field],
    seen: &mut BTreeMap<String, String>,
) {
    for (place, field) in fields.iter().enumerate() {
        let at = format!("{pointer}/{place}");
        let name = format!("{of}{}", type_name(&field.name));
        let is_object =
            !field.properties.is_empty() || field.additional_properties.is_some() || !field.items.is_empty();
        if !is_object && field.closed.is_none() {
            continue;
        }
        let other = seen.insert(name.clone(), field.name.clone());
        let taken = other.or_else(|| name.strip_suffix("Parts").map(str::to_owned));
        if let Some(other) = taken.filter(|other| *other != field.name) {
            let message =
                format!("the types of `{}` and `{other}` would have one name in Rust: {name}", field.name);
            linter.report(file, &format!("{at}/name"), message, Some(LEAVE_OUT.to_owned()));
        }
        nested(linter, file, &format!("{at}/properties"), &name, &field.properties, seen);
        nested(linter, file, &format!("{at}/items"), &name, &field.items, seen);
    }
}
