//! `when` and `unless`.

use serde_json::{Value, json};
use tally_spec::model::Condition;

use super::place;
use crate::schema::field::has_value;

/// The schema, held to only if the conditions hold on the record's own values.
pub(super) fn under(when: Option<&Condition>, unless: Option<&Condition>, schema: Value) -> Value {
    let mut schema = schema;
    if let Some(condition) = unless {
        schema = json!({ "if": own(condition), "else": schema });
    }
    if let Some(condition) = when {
        schema = json!({ "if": own(condition), "then": schema });
    }
    schema
}

/// The records on whose own value a condition holds.
fn own(condition: &Condition) -> Value {
    let value = match (&condition.constant, &condition.one_of) {
        (Some(constant), _) => json!({ "const": constant }),
        (None, Some(values)) => json!({ "enum": values }),
        (None, None) => has_value(),
    };
    place::with(&condition.field, value)
}

/// The values that a condition looks for; none if any will do.
pub(super) fn wanted(condition: &Condition) -> impl Iterator<Item = &Value> {
    condition.constant.iter().chain(condition.one_of.iter().flatten())
}
