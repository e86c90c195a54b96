//! A small reading of the rules of shape, for the examples: the lint's own, so that a mistake in what is
//! generated can't hide one in a spec.

use serde_json::{Map, Value};

use crate::model::{Area, Condition, Constraint, Contract, Field, JsonType, TextFormat};

/// What a request breaks, in words.
pub(super) fn request(contract: &Contract, area: &Area, body: &Value) -> Vec<String> {
    let holder = match &contract.file.service.envelope {
        Some(envelope) => &body[envelope.as_str()],
        None => body,
    };
    let Some(options) = holder.as_object() else {
        return vec!["there is no object that holds the list".to_owned()];
    };
    let records: Vec<&Value> = match options.get(&area.list.name) {
        Some(Value::Array(records)) => records.iter().collect(),
        Some(one @ Value::Object(_)) if area.list.one_object.is_some() => vec![one],
        _ => return vec![format!("`{}` is no list", area.list.name)],
    };
    let mut broken = Vec::new();
    for (index, record) in records.into_iter().enumerate() {
        let Some(members) = record.as_object() else {
            broken.push(format!("record {index} is no object"));
            continue;
        };
        let reader = Reader { contract, area, members, options };
        let found = reader.fields().into_iter().chain(reader.rules());
        broken.extend(found.map(|what| format!("record {index}: {what}")));
    }
    broken
}

struct Reader<'a> {
    contract: &'a Contract,
    area: &'a Area,
    members: &'a Map<String, Value>,
    options: &'a Map<String, Value>,
}

impl Reader<'_> {
    fn fields(&self) -> Vec<String> {
        let found = |field: &Field| {
            let value = self.members.get(&field.name).filter(|value| has_value(value))?;
            self.field(field, value)
        };
        self.area.fields.iter().filter_map(found).collect()
    }

    fn field(&self, field: &Field, value: &Value) -> Option<String> {
        let name = &field.name;
        if !field.types().iter().any(|wanted| is_of(value, *wanted)) {
            return Some(format!("`{name}` is of a wrong type"));
        }
        let text = value.as_str()?;
        let pattern =
            field.kind.as_ref().and_then(|kind| self.contract.file.kinds.get(kind)?.pattern.as_ref());
        if let Some(pattern) = pattern
            && regex_lite::Regex::new(pattern).is_ok_and(|pattern| !pattern.is_match(text))
        {
            return Some(format!("`{name}` is not of the form {pattern}"));
        }
        if let Some(values) = field.closed.as_ref().filter(|values| !values.iter().any(|one| one == text)) {
            return Some(format!("`{name}` is none of {}", values.join(", ")));
        }
        if field.format == Some(TextFormat::Date) && field.date_time.is_none() && !looks_like_date(text) {
            return Some(format!("`{name}` is no date"));
        }
        (field.numeric && text.parse::<f64>().is_err()).then(|| format!("`{name}` spells no number"))
    }

    fn rules(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for rule in &self.area.rules {
            let excused = rule.when.as_ref().is_some_and(|when| !self.holds(when))
                || rule.unless.as_ref().is_some_and(|unless| self.holds(unless));
            if excused {
                continue;
            }
            match &rule.constraint {
                Constraint::Required(fields) => {
                    let missing = fields.iter().filter(|field| self.value(field).is_none());
                    broken.extend(missing.map(|field| format!("`{field}` has no value")));
                }
                Constraint::AnyOf(fields) if fields.iter().all(|field| self.value(field).is_none()) => {
                    broken.push(format!("none of {} has a value", fields.join(", ")));
                }
                Constraint::Range { field, minimum, maximum } => {
                    let number = self.value(field).and_then(number);
                    let outside = number.is_some_and(|number| {
                        minimum.is_some_and(|least| number < least)
                            || maximum.is_some_and(|greatest| number > greatest)
                    });
                    broken.extend(outside.then(|| format!("`{field}` is out of its range")));
                }
                _ => {}
            }
        }
        broken
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let own = self.members.get(name).filter(|value| has_value(value));
        own.or_else(|| {
            let stand_in =
                self.area.envelope.iter().find(|field| field.stands_in_for.as_deref() == Some(name));
            self.options.get(&stand_in?.name).filter(|value| has_value(value))
        })
    }

    fn holds(&self, condition: &Condition) -> bool {
        let Some(value) = self.value(&condition.field) else { return false };
        match (&condition.constant, &condition.one_of) {
            (None, None) => true,
            (constant, one_of) => constant.iter().chain(one_of.iter().flatten()).any(|one| one == value),
        }
    }
}

fn has_value(value: &Value) -> bool {
    !value.is_null() && *value != ""
}

fn is_of(value: &Value, wanted: JsonType) -> bool {
    match wanted {
        JsonType::String => value.is_string(),
        JsonType::Number => value.is_number(),
        JsonType::Boolean => value.is_boolean(),
        JsonType::Object => value.is_object(),
        JsonType::Array => value.is_array(),
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn looks_like_date(text: &str) -> bool {
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    }
}
