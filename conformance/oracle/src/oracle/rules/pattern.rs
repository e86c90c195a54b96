//! `pattern`.

use serde_json::Value;

use super::Asked;
use crate::oracle::Fate;
use crate::oracle::record::{Broken, Judge};

impl<'j> Judge<'j> {
    /// The text matches the regular expression.
    pub(super) fn pattern(&mut self, asked: Asked<'j, '_>, value: &'j Value, pattern: &str) {
        let Value::String(text) = value else { return };
        let Some(pattern) = self.oracle.patterns.get(pattern) else { return };
        if pattern.is_match(text) {
            return;
        }
        let trimmed = text.trim();
        let doubtful = trimmed.len() < text.len() && (trimmed.is_empty() || pattern.is_match(trimmed));
        let fate = if doubtful { Fate::Open } else { Fate::Fails };
        let because = format!("`{}` is {text:?}", asked.place.name());
        self.broken(Broken { fate, ..asked.breach("pattern", because) }, asked.place);
    }
}
