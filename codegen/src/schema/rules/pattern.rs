//! `pattern`.

use serde_json::json;

use super::Keyword;
use crate::schema::text;

pub(super) fn keywords(pattern: &str) -> Vec<Keyword> {
    vec![("pattern", json!(text::or_empty(pattern)))]
}
