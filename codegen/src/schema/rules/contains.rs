//! `contains`.

use serde_json::{Map, Value, json};

use super::Keyword;
use crate::schema::field::has_value;

/// More elements than any list has: the greatest whole number that every JSON reader keeps exact.
const MOST_ELEMENTS: u64 = 9_007_199_254_740_991;

pub(super) fn keywords(members: &[String]) -> Vec<Keyword> {
    let values: Map<String, Value> = members.iter().map(|member| (member.clone(), has_value())).collect();
    let complete = json!({ "type": "object", "required": members, "properties": values });
    // No limit in truth. Without it Ajv takes an empty list that follows one which was right.
    vec![("contains", complete), ("maxContains", json!(MOST_ELEMENTS))]
}
