//! `maxLength`.

use serde_json::{Value, json};
use tally_spec::model::Rule;

use super::Side;
use crate::strategy::defects::{At, Borders};
use crate::strategy::samples::matching;

impl<'m> Borders<'_, 'm> {
    /// Text as long as it may be, and longer.
    pub(super) fn max_length(&self, at: At<'_>, rule: &'m Rule, limit: usize) -> Vec<Side<'m>> {
        let pattern = self.rules_on(at.path).find_map(|rule| rule.constraint.pattern());
        let texts = pattern.map_or_else(Vec::new, |pattern| matching(pattern, None));
        let of = |wanted: &dyn Fn(usize) -> bool, plain: usize| -> Vec<Value> {
            if pattern.is_none() {
                return vec![json!("x".repeat(plain))];
            }
            texts.iter().filter(|text| wanted(text.chars().count())).map(|text| json!(text)).collect()
        };
        let mut sides = Vec::new();
        // Empty text is no value.
        if limit > 0 {
            sides.push(Side::kept(rule, "maxLength/at", of(&|length| length == limit, limit)));
        }
        let mut above = of(&|length| length > limit, limit + 1);
        if pattern.is_some_and(|_| above.is_empty()) {
            above.push(json!("x".repeat(limit + 1)));
        }
        sides.push(Side::broken(rule, "maxLength/above", above));
        sides
    }
}
