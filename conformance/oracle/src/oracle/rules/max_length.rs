//! `maxLength`.

use serde_json::Value;

use super::Asked;
use crate::oracle::finding::Place;
use crate::oracle::record::Judge;

impl<'j> Judge<'j> {
    /// The text has at most so many characters.
    pub(super) fn max_length(&mut self, asked: Asked<'j, '_>, value: &'j Value, limit: usize) {
        let Value::String(text) = value else { return };
        let length = text.chars().count();
        if length > limit {
            let because = format!("`{}` has {length} characters, above {limit}", asked.place.name());
            self.broken(asked.breach("maxLength", because), asked.place);
        }
    }

    /// Whether a rule that applies, or may, says how long the text at a place may be.
    pub(in crate::oracle) fn has_length(&self, place: &Place<'_>) -> bool {
        let path = place.field_path();
        self.area.rules.iter().any(|rule| {
            let limits = rule.constraint.max_length().is_some() && rule.constraint.field() == Some(&*path);
            limits && (rule.is_unconditional() || self.applies(rule).plainly)
        })
    }
}
