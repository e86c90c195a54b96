//! The schema of an area's requests.

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Condition, Constraint, Contract, Field, Response, Rule};

use super::{field, head, id, request_path, source};
use crate::Options;

/// The schema of an area's requests: what the rules of shape let through.
#[must_use]
pub fn request(contract: &Contract, area: &Area, options: &Options) -> Value {
    let id = id(options, &request_path(contract, area));
    let mut schema = head(&id, &format!("{}: request", area.title), &area.description);
    schema.insert("$comment".to_owned(), source(contract, &area.statement));
    let holder = holder(contract, area);
    match &contract.file.service.envelope {
        Some(envelope) => {
            schema.insert("type".to_owned(), json!("object"));
            schema.insert("required".to_owned(), json!([envelope]));
            schema.insert("properties".to_owned(), json!({ envelope: holder }));
        }
        None => schema.extend(holder),
    }
    let mut definitions = Map::new();
    definitions.insert("record".to_owned(), record(contract, area));
    definitions.extend(inheriting(area));
    schema.insert("$defs".to_owned(), Value::Object(definitions));
    Value::Object(schema)
}

/// The object that holds the list and what stands beside it.
fn holder(contract: &Contract, area: &Area) -> Map<String, Value> {
    let mut properties = Map::new();
    for beside in &area.envelope {
        properties.insert(beside.name.clone(), field::field(contract, area, beside, ""));
    }
    properties.insert(area.list.name.clone(), list(contract, area));
    let mut holder = Map::new();
    holder.insert("type".to_owned(), json!("object"));
    holder.insert("required".to_owned(), json!([area.list.name]));
    holder.insert("properties".to_owned(), Value::Object(properties));
    let branches = stand_in_branches(area);
    if !branches.is_empty() {
        holder.insert("allOf".to_owned(), json!(branches));
    }
    holder
}

fn list(contract: &Contract, area: &Area) -> Value {
    let record = json!({ "$ref": "#/$defs/record" });
    let fails_empty =
        matches!(contract.response(area), Response::Whole(_)) && area.list.empty_fails.is_some();
    let mut items = Map::new();
    items.insert("items".to_owned(), record.clone());
    if fails_empty {
        items.insert("minItems".to_owned(), json!(1));
    }
    if area.list.one_object.is_none() {
        items.insert("type".to_owned(), json!("array"));
        return Value::Object(items);
    }
    json!({ "type": ["array", "object"], "if": { "type": "object" }, "then": record, "else": items })
}

/// One record.
fn record(contract: &Contract, area: &Area) -> Value {
    let mut properties: Map<String, Value> = area
        .fields
        .iter()
        .map(|one| (one.name.clone(), field::field(contract, area, one, &one.name)))
        .collect();
    let mut required = Vec::new();
    let mut conditional = Vec::new();
    for rule in &area.rules {
        match &rule.constraint {
            Constraint::Required(names) if rule.when.is_none() && rule.unless.is_none() => {
                for name in names.iter().filter(|name| stand_in_for(area, name).is_none()) {
                    required.push(name.clone());
                    merge_present(area, name, &mut properties);
                }
            }
            Constraint::Required(names) => {
                conditional.push(under(rule, needs(area, names.iter().map(String::as_str))));
            }
            Constraint::AnyOf(names) => {
                let one =
                    |name: &String| json!({ "required": [name], "properties": { name: field::has_value() } });
                let some: Vec<Value> = names.iter().map(one).collect();
                conditional.push(under(rule, json!({ "anyOf": some })));
            }
            _ => {}
        }
    }
    let mut schema = Map::new();
    schema.insert("title".to_owned(), json!(area.record));
    schema.insert("type".to_owned(), json!("object"));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !conditional.is_empty() {
        schema.insert("allOf".to_owned(), json!(conditional));
    }
    Value::Object(schema)
}

fn merge_present(area: &Area, name: &str, properties: &mut Map<String, Value>) {
    let present = find(area, name).map(field::present);
    if let (Some(Value::Object(schema)), Some(present)) = (properties.get_mut(name), present) {
        schema.extend(present);
    }
}

/// A schema that requires a value in each of the fields.
fn needs<'a>(area: &Area, names: impl Iterator<Item = &'a str>) -> Value {
    let names: Vec<&str> = names.collect();
    let present: Map<String, Value> = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), Value::Object(field::present(find(area, name)?)))))
        .collect();
    json!({ "required": names, "properties": present })
}

fn find<'a>(area: &'a Area, name: &str) -> Option<&'a Field> {
    area.fields.iter().find(|field| field.name == name)
}

/// The schema, where the rule's conditions hold on the record's own values.
fn under(rule: &Rule, schema: Value) -> Value {
    let mut schema = schema;
    if let Some(condition) = &rule.unless {
        schema = json!({ "if": own(condition), "else": schema });
    }
    if let Some(condition) = &rule.when {
        schema = json!({ "if": own(condition), "then": schema });
    }
    schema
}

/// A schema of records on whose own value a condition holds.
fn own(condition: &Condition) -> Value {
    let name = &condition.field;
    let value = match (&condition.constant, &condition.one_of) {
        (Some(constant), _) => json!({ "const": constant }),
        (None, Some(values)) => json!({ "enum": values }),
        (None, None) => field::has_value(),
    };
    json!({ "required": [name], "properties": { name: value } })
}

/// The field beside the list that stands in for a record's field.
fn stand_in_for<'a>(area: &'a Area, name: &str) -> Option<&'a Field> {
    area.envelope.iter().find(|beside| beside.stands_in_for.as_deref() == Some(name))
}

/// The values that a field beside the list can stand in with: the closed list of the record's field, or the
/// values that conditions look for.
fn values(area: &Area, of: &str) -> Vec<Value> {
    if let Some(closed) = find(area, of).and_then(|field| field.closed.as_ref()) {
        return closed.iter().map(|value| json!(value)).collect();
    }
    let conditions = area.rules.iter().flat_map(|rule| rule.when.iter().chain(&rule.unless));
    let mut values = Vec::new();
    for condition in conditions.filter(|condition| condition.field == of) {
        for value in condition.constant.iter().chain(condition.one_of.iter().flatten()) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
    }
    values
}

/// At the object that holds the list: what each value beside it demands of the records without their own.
fn stand_in_branches(area: &Area) -> Vec<Value> {
    let mut branches = Vec::new();
    for (beside, of) in stand_ins(area) {
        let items = |definition: String| {
            let reference = json!({ "$ref": format!("#/$defs/{definition}") });
            let types =
                if area.list.one_object.is_some() { json!(["array", "object"]) } else { json!("array") };
            json!({ "properties": { area.list.name.as_str(): { "type": types, "items": reference } } })
        };
        for value in values(area, of) {
            if !inherited_rules(area, of, &value).is_empty() {
                branches.push(json!({
                    "if": { "required": [beside], "properties": { beside: { "const": value } } },
                    "then": items(inheriting_name(of, &value))
                }));
            }
        }
        if requires(area, of) {
            let usable = match find(area, of).and_then(|field| field.closed.as_ref()) {
                Some(closed) => json!({ "enum": closed }),
                None => field::has_value(),
            };
            branches.push(json!({
                "if": { "required": [beside], "properties": { beside: usable } },
                "else": items(own_name(of))
            }));
        }
    }
    branches
}

fn stand_ins(area: &Area) -> impl Iterator<Item = (&str, &str)> {
    area.envelope.iter().filter_map(|beside| Some((beside.name.as_str(), beside.stands_in_for.as_deref()?)))
}

fn inheriting_name(of: &str, value: &Value) -> String {
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    definition_name(&format!("inherits-{of}-{value}"))
}

fn own_name(of: &str) -> String {
    definition_name(&format!("own-{of}"))
}

/// A name that a reference can hold as it is.
fn definition_name(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

/// The definitions that the branches name.
fn inheriting(area: &Area) -> Map<String, Value> {
    let mut definitions = Map::new();
    for (_, of) in stand_ins(area) {
        for value in values(area, of) {
            let rules = inherited_rules(area, of, &value);
            if !rules.is_empty() {
                let has_own = json!({ "required": [of], "properties": { of: field::has_value() } });
                let schema = json!({
                    "description": format!("A record without a {of} of its own, where the one beside the list stands in."),
                    "type": "object",
                    "if": has_own,
                    "else": { "allOf": rules }
                });
                definitions.insert(inheriting_name(of, &value), schema);
            }
        }
        if requires(area, of) {
            let mut own = Map::from_iter([("type".to_owned(), json!("object"))]);
            own.extend(needs(area, std::iter::once(of)).as_object().cloned().unwrap_or_default());
            definitions.insert(own_name(of), Value::Object(own));
        }
    }
    definitions
}

/// What the rules conditional on `of` demand of a record that inherits that value.
fn inherited_rules(area: &Area, of: &str, value: &Value) -> Vec<Value> {
    let holds = |condition: &Condition| {
        let mut wanted = condition.constant.iter().chain(condition.one_of.iter().flatten()).peekable();
        wanted.peek().is_none() || wanted.any(|one| one == value)
    };
    let mut rules = Vec::new();
    for rule in &area.rules {
        let applies = rule.when.as_ref().is_some_and(|when| when.field == of && holds(when));
        if let (true, Constraint::Required(names)) = (applies, &rule.constraint) {
            rules.push(needs(area, names.iter().map(String::as_str)));
        }
    }
    rules
}

/// Whether a rule requires the field.
fn requires(area: &Area, of: &str) -> bool {
    area.rules.iter().any(
        |rule| matches!(&rule.constraint, Constraint::Required(names) if names.iter().any(|name| name == of)),
    )
}
