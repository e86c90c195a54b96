//! Schemas of a value, as schemas of the record that holds it.

use serde_json::{Value, json};
use tally_spec::model::Area;

use crate::schema::field::types;

/// Records whose value at the path, if there is one, is of that schema: of an array, the value of each object.
pub(super) fn of_record(area: &Area, path: &str, schema: Value) -> Option<Value> {
    let mut schema = schema;
    let mut path = path;
    while let Some((above, member)) = path.rsplit_once('/') {
        let holder = area.field_at(above)?;
        let object = json!({ member: schema });
        schema = if holder.items.is_empty() {
            json!({ "type": types(holder, true), "properties": object })
        } else {
            json!({ "type": types(holder, true), "items": { "type": "object", "properties": object } })
        };
        path = above;
    }
    Some(json!({ "properties": { path: schema } }))
}

/// Records that have a member at the path, of that schema.
pub(super) fn with(path: &str, schema: Value) -> Value {
    let (name, schema) = match path.split_once('/') {
        None => (path, schema),
        Some((name, rest)) => {
            let mut inner = with(rest, schema);
            inner["type"] = json!("object");
            (name, inner)
        }
    };
    json!({ "required": [name], "properties": { name: schema } })
}
