//! `anyOf`.

use serde_json::{Value, json};

use super::place;
use crate::schema::field::has_value;

/// Records with a value in at least one of the fields.
pub(super) fn schema(paths: &[String]) -> Value {
    let some: Vec<Value> = paths.iter().map(|path| place::with(path, has_value())).collect();
    json!({ "anyOf": some })
}
