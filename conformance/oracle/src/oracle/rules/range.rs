//! `minimum` and `maximum`, of numbers and of text that spells one.

use serde_json::Value;

use super::Asked;
use crate::oracle::numeral;
use crate::oracle::record::{Broken, Judge};

impl<'j> Judge<'j> {
    /// The number lies between the bounds, both included.
    pub(super) fn range(
        &mut self,
        asked: Asked<'j, '_>,
        value: &'j Value,
        minimum: Option<f64>,
        maximum: Option<f64>,
    ) {
        let (number, text) = match value {
            Value::Number(number) => (number.as_f64(), None),
            Value::String(text) if asked.field.numeric => (numeral::generous(text.trim()), Some(text)),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => return,
        };
        let Some(number) = number else { return };
        if let Some((keyword, because)) = beyond(number, minimum, maximum) {
            let broken = match text {
                None => asked.breach(keyword, because),
                // Of text that spells no number, the validators say only that.
                Some(text) => {
                    Broken { shape: numeral::spelt(text).is_some(), ..asked.breach("pattern", because) }
                }
            };
            self.broken(broken, asked.place);
        } else if [minimum, maximum].into_iter().flatten().any(|bound| numeral::is_same(bound, number)) {
            self.found.rests_on_all(&asked.rule.statement);
        }
    }
}

/// The keyword of the bound that a number breaks, and why.
fn beyond(number: f64, minimum: Option<f64>, maximum: Option<f64>) -> Option<(&'static str, String)> {
    if let Some(minimum) = minimum.filter(|minimum| number < *minimum) {
        return Some(("minimum", format!("{number} is below {minimum}")));
    }
    let maximum = maximum.filter(|maximum| number > *maximum)?;
    Some(("maximum", format!("{number} is above {maximum}")))
}
