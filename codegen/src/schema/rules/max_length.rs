//! `maxLength`.

use serde_json::json;

use super::Keyword;

pub(super) fn keywords(limit: usize) -> Vec<Keyword> {
    vec![("maxLength", json!(limit))]
}
