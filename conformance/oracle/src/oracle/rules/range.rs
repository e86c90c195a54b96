//! `minimum` and `maximum`, of numbers and of text that spells one.

use std::cmp::Ordering;

use serde_json::{Number, Value};

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
        let whole = if text.is_none() { value.as_number().and_then(Number::as_i128) } else { None };
        if let Some((keyword, because)) = beyond(number, whole, minimum, maximum) {
            let broken = match text {
                None => asked.breach(keyword, because),
                // Of text that spells no number, the validators say only that.
                Some(text) => {
                    let shape = numeral::spelt(text).is_some()
                        || (numeral::has_fraction(text) && self.asks_for_whole(&asked.place.field_path()));
                    Broken { shape, ..asked.breach("pattern", because) }
                }
            };
            self.broken(broken, asked.place);
        } else if [minimum, maximum].into_iter().flatten().any(|bound| numeral::is_same(bound, number)) {
            self.found.rests_on_all(&asked.rule.statement);
        }
    }
}

/// The keyword of the bound that a number breaks, and why. `whole` is the number too, if it is a whole one of 64 bits.
fn beyond(
    number: f64,
    whole: Option<i128>,
    minimum: Option<f64>,
    maximum: Option<f64>,
) -> Option<(&'static str, String)> {
    if let Some(minimum) = minimum.filter(|minimum| compare(number, whole, *minimum).is_lt()) {
        return Some(("minimum", format!("{number} is below {minimum}")));
    }
    let maximum = maximum.filter(|maximum| compare(number, whole, *maximum).is_gt())?;
    Some(("maximum", format!("{number} is above {maximum}")))
}

#[expect(clippy::cast_possible_truncation, reason = "the bound is as good as a whole number of 64 bits")]
fn compare(number: f64, whole: Option<i128>, bound: f64) -> Ordering {
    match number.partial_cmp(&bound) {
        // The nearest `f64` of a large whole number may be the bound, and the number not.
        Some(Ordering::Equal) if bound.fract() == 0.0 => {
            whole.map_or(Ordering::Equal, |whole| whole.cmp(&(bound as i128)))
        }
        order => order.unwrap_or(Ordering::Equal),
    }
}
