//! Holds a file's values to the format's own JSON Schema, as far as a spec needs it: unknown and missing
//! keys, wrong types, values outside a list. All problems are found, each at its place.

use serde_json::{Map, Value};

use crate::Problem;
use crate::document::Document;
use crate::near::did_you_mean;

/// The problems of a document's values against the schema of its kind of file.
pub(crate) fn check(document: &Document<'_>, schema: &Value) -> Vec<Problem> {
    let mut checker = Checker { document, root: schema, problems: Vec::new() };
    checker.check(schema, &document.value(), "");
    checker.problems
}

struct Checker<'a> {
    document: &'a Document<'a>,
    root: &'a Value,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn check(&mut self, schema: &'a Value, value: &Value, pointer: &str) {
        if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
            return self.any_of(choices, value, pointer);
        }
        if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
            return self.one_of(choices, value, pointer);
        }
        if schema.get("properties").is_none()
            && let Some(target) = self.target(schema)
        {
            return self.check(target, value, pointer);
        }
        if !self.has_type(schema, value, pointer) {
            return;
        }
        match value {
            Value::Object(members) => self.object(schema, members, pointer),
            Value::Array(elements) => {
                if let Some(items) = schema.get("items") {
                    for (index, element) in elements.iter().enumerate() {
                        self.check(items, element, &format!("{pointer}/{index}"));
                    }
                }
                if schema
                    .get("minItems")
                    .and_then(Value::as_u64)
                    .is_some_and(|least| elements.len() < as_size(least))
                {
                    self.report(pointer, "the list is empty", None);
                }
            }
            _ => {}
        }
        let allowed = schema.get("enum").and_then(Value::as_array);
        if let Some(allowed) = allowed.filter(|allowed| !allowed.contains(value)) {
            self.not_among(allowed.iter(), value, pointer);
        }
    }

    /// What a reference points to.
    fn target(&self, schema: &'a Value) -> Option<&'a Value> {
        let reference = schema.get("$ref")?.as_str()?;
        self.root.pointer(reference.strip_prefix('#')?)
    }

    fn has_type(&mut self, schema: &Value, value: &Value, pointer: &str) -> bool {
        let wanted: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        let found = type_name(value);

        let right = wanted.contains(&found) || (found == "integer" && wanted.contains(&"number"));
        if !right {
            let wanted: Vec<&str> =
                wanted.into_iter().filter(|name| *name != "null").map(toml_name).collect();
            let message = format!("must be {}, is {}", wanted.join(" or "), toml_name(found));
            self.report(pointer, &message, None);
        }
        right
    }

    fn object(&mut self, schema: &'a Value, members: &Map<String, Value>, pointer: &str) {
        let mut known: Vec<(&str, &'a Value)> = Vec::new();
        let mut required: Vec<&str> = Vec::new();
        let mut others = None;
        let mut layer = Some(schema);
        // A tagged variant has its tag next to a reference to the members of what it holds.
        while let Some(schema) = layer {
            let properties = schema.get("properties").and_then(Value::as_object);
            known.extend(properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)));
            let names = schema.get("required").and_then(Value::as_array);
            required.extend(names.into_iter().flatten().filter_map(Value::as_str));
            others = others.or_else(|| schema.get("additionalProperties"));
            layer = self.target(schema);
        }
        for (name, value) in members {
            let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            match (known.iter().find(|(one, _)| one == name), others) {
                (Some((_, schema)), _) => self.check(schema, value, &below),
                (None, Some(Value::Bool(false))) => {
                    let cure = did_you_mean(name, known.iter().map(|(one, _)| *one));
                    let problem = self.document.key_problem(&below, format!("unknown key `{name}`"), cure);
                    self.problems.push(problem);
                }
                (None, Some(schema)) if schema.is_object() => self.check(schema, value, &below),
                (None, _) => {}
            }
        }
        for name in required.into_iter().filter(|name| !members.contains_key(*name)) {
            self.report(pointer, &format!("the key `{name}` is missing"), Some(format!("add `{name} = …`")));
        }
    }

    /// The value is held to the choice that it comes nearest to.
    fn any_of(&mut self, choices: &'a [Value], value: &Value, pointer: &str) {
        let mut nearest: Option<Vec<Problem>> = None;
        for choice in choices {
            let mut branch = Checker { document: self.document, root: self.root, problems: Vec::new() };
            branch.check(choice, value, pointer);
            let depth = |problems: &[Problem]| problems.iter().map(|one| (one.line, one.column)).max();
            let better = nearest.as_ref().is_none_or(|so_far| {
                branch.problems.is_empty() || (!so_far.is_empty() && depth(&branch.problems) > depth(so_far))
            });
            if better {
                nearest = Some(branch.problems);
            }
        }
        self.problems.extend(nearest.unwrap_or_default());
    }

    /// One of several words, or the variant that a tag names.
    fn one_of(&mut self, choices: &'a [Value], value: &Value, pointer: &str) {
        let constant = |choice: &'a Value| choice.get("const");
        if choices.iter().all(|choice| constant(choice).is_some()) {
            if !choices.iter().any(|choice| constant(choice) == Some(value)) {
                self.not_among(choices.iter().filter_map(constant), value, pointer);
            }
            return;
        }
        let tag_of = |choice: &'a Value| {
            let properties = choice.get("properties")?.as_object()?;
            properties.iter().find_map(|(name, schema)| Some((name.as_str(), schema.get("const")?)))
        };
        let tags: Vec<_> = choices.iter().filter_map(|choice| Some((tag_of(choice)?, choice))).collect();
        let Some(((tag, _), _)) = tags.first() else {
            return self.any_of(choices, value, pointer);
        };
        match (value.get(tag), value) {
            (Some(found), _) => match tags.iter().find(|((_, constant), _)| *constant == found) {
                Some((_, choice)) => self.check_variant(choice, value, pointer),
                None => {
                    let constants = tags.iter().map(|((_, constant), _)| *constant);
                    self.not_among(constants, found, &format!("{pointer}/{tag}"));
                }
            },
            (None, Value::Object(_)) => self.report(pointer, &format!("the key `{tag}` is missing"), None),
            (None, _) => self.report(pointer, "must be a table", None),
        }
    }

    fn check_variant(&mut self, choice: &'a Value, value: &Value, pointer: &str) {
        if let Value::Object(members) = value {
            self.object(choice, members, pointer);
        }
    }

    fn not_among<'v>(&mut self, allowed: impl Iterator<Item = &'v Value>, found: &Value, pointer: &str) {
        let allowed: Vec<String> = allowed.filter_map(Value::as_str).map(str::to_owned).collect();
        let cure = found.as_str().and_then(|text| did_you_mean(text, allowed.iter().map(String::as_str)));
        let message = format!("{found} is not one of {}", allowed.join(", "));
        self.report(pointer, &message, cure);
    }

    fn report(&mut self, pointer: &str, message: &str, cure: Option<String>) {
        self.problems.push(self.document.problem(pointer, message.to_owned(), cure));
    }
}

fn as_size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A JSON type as TOML's users call it.
fn toml_name(name: &str) -> &'static str {
    match name {
        "boolean" => "true or false",
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "text",
        "array" => "a list",
        "object" => "a table",
        _ => "nothing",
    }
}
