//! Mutants of fields: documented forms that are refused, and types that are not checked.

use serde_json::Value;
use tally_spec::model::{Area, Cites, Constraint, Contract, Field, JsonType, OneOrMany, Rule, TextFormat};

use super::Candidate;
use super::perform::Act;

/// The mutants of an area's fields, of its list, and of what stands in for fields.
pub(super) fn of(contract: &Contract, area: &Area) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (index, field) in area.fields.iter().enumerate() {
        let one = OfField { contract, area, index, field };
        found.extend(one.types());
        found.extend(one.forms());
        found.extend(one.values());
        found.extend(one.ids());
    }
    found.push(Candidate {
        place: "fields".to_owned(),
        operator: "types-not-checked",
        statements: Cites::ids([&contract.file.reading.wrong_type]),
        act: Act::contract(|area| area.fields.iter_mut().for_each(any_type)),
    });
    if let Some(cites) = &area.list.one_object {
        found.push(Candidate {
            place: area.list.name.clone(),
            operator: "one-object-refused",
            statements: Cites::ids([cites]),
            act: Act::Unusable(std::sync::Arc::new(Value::is_object)),
        });
    }
    for (index, option) in area.envelope.iter().enumerate().filter(|(_, one)| one.stands_in_for.is_some()) {
        found.push(Candidate {
            place: option.name.clone(),
            operator: "stand-in-ignored",
            statements: Cites::ids(option.stands_in_statement.iter().chain([&option.statement])),
            act: Act::contract(move |area| area.envelope[index].stands_in_for = None),
        });
    }
    found
}

fn any_type(field: &mut Field) {
    use JsonType::{Array, Boolean, Number, Object, String};
    field.json_type = OneOrMany::Many(vec![String, Number, Boolean, Object, Array]);
}

/// A field by its place among the area's.
#[derive(Clone, Copy)]
struct OfField<'a> {
    contract: &'a Contract,
    area: &'a Area,
    index: usize,
    field: &'a Field,
}

impl OfField<'_> {
    fn candidate(self, operator: &'static str, cites: &[&Cites], act: Act) -> Candidate {
        let own = [&self.field.statement];
        let statements = Cites::ids(cites.iter().copied().chain(own));
        Candidate { place: self.field.name.clone(), operator, statements, act }
    }

    fn change(self, change: impl Fn(&mut Field) + Send + Sync + 'static) -> Act {
        let index = self.index;
        Act::contract(move |area| {
            if let Some(field) = area.fields.get_mut(index) {
                change(field);
            }
        })
    }

    /// One of several types is refused; text in place of a number need not spell one.
    fn types(self) -> Vec<Candidate> {
        let types = self.field.types();
        let mut found = Vec::new();
        for wanted in types.iter().copied().filter(|_| types.len() > 1) {
            let operator = match wanted {
                JsonType::String => "text-refused",
                JsonType::Number => "number-refused",
                JsonType::Boolean => "boolean-refused",
                JsonType::Object => "object-refused",
                JsonType::Array => "list-refused",
            };
            let name = self.field.name.clone();
            let test = move |record: &Value| record.get(&name).is_some_and(|value| is_of(value, wanted));
            found.push(self.candidate(operator, &[], Act::refuses(test)));
        }
        if self.field.numeric {
            let reading = &self.contract.file.reading.numeric_text;
            let act = self.change(|field| field.numeric = false);
            found.push(self.candidate("any-text", &[reading], act));
        }
        found
    }

    /// A field that may do without a value needs one, or is refused if it is null or empty.
    fn forms(self) -> Vec<Candidate> {
        let name = &self.field.name;
        let is_needed = |rule: &Rule| {
            rule.constraint.required().contains(name) && rule.is_unconditional()
                || rule.constraint.any_of().contains(name)
        };
        if self.area.rules.iter().any(is_needed) {
            return Vec::new();
        }
        let reading = &self.contract.file.reading;
        let optional: Vec<&Cites> = self.field.optional_statement.iter().collect();
        let (field, statement) = (name.clone(), self.field.statement.clone());
        let required = Act::contract(move |area| {
            let constraint = Constraint::Required(vec![field.clone()]);
            let (statement, message) = (statement.clone(), None);
            area.rules.push(Rule { constraint, statement, when: None, unless: None, message });
        });
        let is = |wanted: fn(&Value) -> bool| {
            let name = name.clone();
            Act::refuses(move |record: &Value| record.get(&name).is_some_and(wanted))
        };
        let mut found = vec![
            self.candidate("absent-refused", &[&[&self.area.statement][..], &optional].concat(), required),
            self.candidate("null-refused", &[&reading.null_is_absent], is(Value::is_null)),
        ];
        if self.field.takes(JsonType::String) {
            let is_empty = is(|value| value.as_str().is_some_and(str::is_empty));
            found.push(self.candidate("empty-refused", &[&reading.empty_optional], is_empty));
        }
        found
    }

    /// Values of a closed list are refused, others taken; dates that are none are taken, or a time behind one refused.
    fn values(self) -> Vec<Candidate> {
        let mut found = Vec::new();
        if let Some(closed) = &self.field.closed {
            found.push(self.candidate("any-value", &[], self.change(|field| field.closed = None)));
            for value in closed {
                let left: Vec<String> = closed.iter().filter(|one| *one != value).cloned().collect();
                let act = self.change(move |field| field.closed = Some(left.clone()));
                let candidate = self.candidate("value-refused", &[], act);
                found.push(Candidate { place: format!("{}/{value}", self.field.name), ..candidate });
            }
        }
        if self.field.format == Some(TextFormat::Date) {
            let reading = &self.contract.file.reading.date;
            let act = self.change(|field| field.format = None);
            found.push(self.candidate("any-date", &[reading], act));
        }
        if let Some(cites) = &self.field.date_time {
            let act = self.change(|field| field.date_time = None);
            found.push(self.candidate("time-refused", &[cites], act));
        }
        found
    }

    /// IDs of one of their two lengths are refused.
    fn ids(self) -> Vec<Candidate> {
        let kind = self.field.kind.as_ref().and_then(|kind| self.contract.file.kinds.get(kind));
        let Some((kind, identity)) = kind.and_then(|kind| Some((kind, kind.identity.as_ref()?))) else {
            return Vec::new();
        };
        let exists = |rule: &&Rule| {
            rule.constraint.exists().is_some() && rule.constraint.field() == Some(&self.field.name)
        };
        let rule = self.area.rules.iter().find(exists).map(|rule| &rule.statement);
        let cites: Vec<&Cites> = std::iter::once(&kind.statement).chain(rule).collect();
        let (name, prefix) = (self.field.name.clone(), identity.prefix);
        let of_length = |fits: fn(usize, usize) -> bool| {
            let name = name.clone();
            Act::refuses(move |record: &Value| {
                let id = record.get(&name).and_then(Value::as_str);
                id.is_some_and(|id| fits(id.chars().count(), prefix))
            })
        };
        vec![
            self.candidate("short-id-refused", &cites, of_length(|length, prefix| length == prefix)),
            self.candidate("long-id-refused", &cites, of_length(|length, prefix| length > prefix)),
        ]
    }
}

fn is_of(value: &Value, wanted: JsonType) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) => wanted == JsonType::Boolean,
        Value::Number(_) => wanted == JsonType::Number,
        Value::String(text) => wanted == JsonType::String && !text.is_empty(),
        Value::Array(_) => wanted == JsonType::Array,
        Value::Object(_) => wanted == JsonType::Object,
    }
}
