//! The names around the records of an area's requests.

use serde_json::Value;
use tally_spec::model::{Area, Contract, Field, JsonType, KeyPart};

use super::batch::Layout;
use super::defect::top;

impl Layout {
    /// The names around an area's records.
    pub(super) fn new(contract: &Contract, area: &Area) -> Self {
        let mut needed: Vec<String> = Vec::new();
        for rule in &area.rules {
            let conditions = rule.conditions().map(|condition| &condition.field);
            let listed = rule.constraint.required().iter().chain(rule.constraint.any_of());
            needed.extend(listed.chain(conditions).map(|path| top(path).to_owned()));
        }
        needed.extend(area.key.parts.iter().flat_map(KeyPart::fields).map(|path| top(path).to_owned()));
        needed.sort();
        needed.dedup();
        let plain = |field: &Field| {
            let shown = field.examples.first().cloned();
            let free = field.kind.is_none() && field.closed.is_none() && field.format.is_none();
            let value = match field.types().first()? {
                JsonType::String if field.numeric => Value::from("1"),
                JsonType::String if free => shown.unwrap_or_else(|| Value::from("x")),
                JsonType::Number => Value::from(1),
                JsonType::Boolean => Value::Bool(false),
                JsonType::String | JsonType::Object | JsonType::Array => return None,
            };
            let ruled =
                area.rules.iter().any(|rule| rule.constraint.field().map(top) == Some(field.name.as_str()));
            (!needed.contains(&field.name) && !ruled).then(|| (field.name.clone(), value))
        };
        Self {
            envelope: contract.file.service.envelope.clone(),
            list: area.list.name.clone(),
            takes_one_object: area.list.one_object.is_some(),
            plain: area.fields.iter().filter_map(plain).collect(),
            needed,
        }
    }
}
