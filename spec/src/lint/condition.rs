//! Conditions: that each can hold. And that what rules name within an object is described.

use serde_json::Value;

use super::Linter;
use crate::model::{Area, Behaviour, Condition, Field, JsonType};

pub(super) fn check(linter: &mut Linter<'_>, index: usize) {
    let area = &linter.contract.areas[index];
    let mut found = Vec::new();
    for (at, condition) in conditions(area) {
        let problems = field(area, condition).into_iter().chain(values(area, condition));
        found.extend(problems.map(|(below, message, cure)| (format!("{at}{below}"), message, cure)));
    }
    for (place, rule) in area.rules.iter().enumerate() {
        let constraint = &rule.constraint;
        let own = constraint.field().map(|path| (format!("/rules/{place}/field"), path));
        let listed = [("required", constraint.required()), ("anyOf", constraint.any_of())];
        let listed = listed.into_iter().flat_map(|(key, paths)| {
            let at = move |index: usize| format!("/rules/{place}/{key}/{index}");
            paths.iter().enumerate().map(move |(index, path)| (at(index), path.as_str()))
        });
        for (at, path) in own.into_iter().chain(listed) {
            found.extend(undescribed(area, path).map(|(message, cure)| (at, message, cure)));
        }
    }
    let file = format!("areas/{}.toml", area.name);
    for (at, message, cure) in found {
        linter.report(&file, &at, message, Some(cure));
    }
}

/// The conditions of an area, each with the pointer of its table.
fn conditions(area: &Area) -> Vec<(String, &Condition)> {
    let mut found = Vec::new();
    for (place, rule) in area.rules.iter().enumerate() {
        let named = [("when", &rule.when), ("unless", &rule.unless)];
        let named = named.into_iter().filter_map(|(key, condition)| Some((key, condition.as_ref()?)));
        found.extend(named.map(|(key, condition)| (format!("/rules/{place}/{key}"), condition)));
    }
    for (place, part) in area.key.parts.iter().enumerate() {
        found.extend(part.when.as_ref().map(|when| (format!("/key/parts/{place}/when"), when)));
    }
    for (place, behaviour) in area.behaviours.iter().enumerate() {
        if let Behaviour::Resets { when, .. } = behaviour {
            found.push((format!("/behaviours/{place}/when"), when));
        }
    }
    found
}

/// What is wrong, below the condition's table: the pointer, the message and the cure.
type Found = (String, String, String);

fn field(area: &Area, condition: &Condition) -> Option<Found> {
    let path = &condition.field;
    let found = match path.split_once('/').and_then(|(array, _)| area.field_at(array)) {
        Some(array) if !array.items.is_empty() => Some((
            format!("`{path}` is in an array, each of whose objects has a value of its own"),
            "look at a field of the record or of one of its objects".to_owned(),
        )),
        _ => undescribed(area, path),
    };
    found.map(|(message, cure)| ("/field".to_owned(), message, cure))
}

/// A member that an object may hold and that no field describes.
fn undescribed(area: &Area, path: &str) -> Option<(String, String)> {
    let (object, member) = path.rsplit_once('/')?;
    let is_open = area.field_at(object)?.additional_properties.is_some();
    (is_open && area.field_at(path).is_none()).then(|| {
        let message = format!("the object `{object}` does not describe its member `{member}`");
        (message, format!("list `{member}` among the `properties` of `{object}`"))
    })
}

fn values(area: &Area, condition: &Condition) -> Vec<Found> {
    let mut found = Vec::new();
    if condition.constant.is_some() && condition.one_of.is_some() {
        let cure = "write the one value among the others in `enum`";
        let message = "a condition has `const` or `enum`, not both".to_owned();
        found.push(("/const".to_owned(), message, cure.to_owned()));
    }
    if condition.one_of.as_ref().is_some_and(Vec::is_empty) {
        let cure = "list the values, or remove `enum` if any value will do";
        found.push(("/enum".to_owned(), "the condition never holds".to_owned(), cure.to_owned()));
    }
    let constant = condition.constant.iter().map(|value| ("/const".to_owned(), value));
    let listed = condition.one_of.iter().flatten().enumerate();
    let listed = listed.map(|(place, value)| (format!("/enum/{place}"), value));
    let described = area.field_at(&condition.field);
    for (at, value) in constant.chain(listed) {
        if let Some((message, cure)) = never(described, &condition.field, value) {
            found.push((at, message, cure));
        }
    }
    found
}

/// Why a field never has that value, and what to do about it.
fn never(field: Option<&Field>, name: &str, value: &Value) -> Option<(String, String)> {
    let json_type = match value {
        Value::String(text) if !text.is_empty() => JsonType::String,
        Value::Number(_) => JsonType::Number,
        Value::Bool(_) => JsonType::Boolean,
        Value::String(_) | Value::Null | Value::Array(_) | Value::Object(_) => {
            let message = format!("a condition can't look for {value}");
            return Some((message, "look for text, a number, true or false".to_owned()));
        }
    };
    let field = field?;
    if !field.takes(json_type) {
        let cure = format!("write a value of the type that `{name}` has");
        return Some((format!("`{name}` is never {value}"), cure));
    }
    let closed = field.closed.as_ref().filter(|closed| !closed.iter().any(|one| value == one))?;
    Some((format!("`{name}` is never {value}"), format!("write one of {}", closed.join(", "))))
}
