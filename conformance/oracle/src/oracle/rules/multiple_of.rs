//! `multipleOf`, of numbers and of text that spells one.

use serde_json::Value;
use tally_spec::model::Constraint;

use super::Asked;
use crate::oracle::finding::Place;
use crate::oracle::numeral;
use crate::oracle::record::{Broken, Judge};

impl<'j> Judge<'j> {
    /// The number is a whole multiple of the divisor.
    pub(super) fn multiple_of(&mut self, asked: Asked<'j, '_>, value: &'j Value, divisor: f64) {
        let (number, whole, text) = match value {
            Value::Number(number) => (number.as_f64(), number.as_i128(), None),
            Value::String(text) if asked.field.numeric => {
                let whole = text.trim().parse::<u64>().ok().map(i128::from);
                (numeral::generous(text.trim()), whole, Some(text))
            }
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => return,
        };
        let Some(number) = number else { return };
        if !is_multiple(number, whole, divisor) {
            let because = format!("{number} is no multiple of {divisor}");
            let broken = match text {
                None => asked.breach("multipleOf", because),
                Some(text) => {
                    let shape = numeral::spelt(text).is_some()
                        || (numeral::has_fraction(text) && self.asks_for_whole(&asked.place.field_path()));
                    Broken { shape, ..asked.breach("pattern", because) }
                }
            };
            self.broken(broken, asked.place);
        } else if text.is_none() && number.fract() == 0.0 && self.is_written_with_fraction(asked.place) {
            self.found.rests_on_all(&self.oracle.contract.file.reading.numeric_text);
        }
    }

    /// Whether a rule always asks for a multiple of a whole number there: it, and not the field's own spelling, speaks
    /// against a fraction.
    pub(in crate::oracle) fn asks_for_whole(&self, path: &str) -> bool {
        self.area.rules.iter().any(|rule| match &rule.constraint {
            Constraint::MultipleOf { field, divisor } => {
                field == path && divisor.fract() == 0.0 && rule.when.is_none() && rule.unless.is_none()
            }
            Constraint::Required(_)
            | Constraint::AnyOf(_)
            | Constraint::Range { .. }
            | Constraint::MaxLength { .. }
            | Constraint::Pattern { .. }
            | Constraint::Contains { .. }
            | Constraint::Exists { .. }
            | Constraint::MemberOf { .. } => false,
        })
    }

    /// Whether the number there is written as `3.0`.
    fn is_written_with_fraction(&self, place: &Place<'_>) -> bool {
        match place {
            Place::Member(Place::Pointer(_) | Place::Listed(..), name) => {
                self.members.get(*name).is_some_and(Value::is_f64)
            }
            Place::Member(Place::Member(..) | Place::Element(..), _)
            | Place::Pointer(_)
            | Place::Listed(..)
            | Place::Element(..) => false,
        }
    }
}

/// Whole numbers up to here are the same as an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a number divides by a divisor without a rest. `whole` is the number too, if it is one of 64 bits.
///
/// With a whole divisor this is a question about whole numbers, and about `f64`s beyond 64 bits. Otherwise it
/// is one about decimals: 0.3 divides by 0.1.
fn is_multiple(number: f64, whole: Option<i128>, divisor: f64) -> bool {
    if divisor.fract() != 0.0 {
        return leaves_no_rest(&format!("{}", number.abs()), &format!("{divisor}"));
    }
    match whole.filter(|_| divisor <= EXACT) {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
        Some(whole) => whole.checked_rem(divisor as i128) == Some(0),
        None => number % divisor == 0.0,
    }
}

/// Long division of a decimal by another, digit by digit.
fn leaves_no_rest(number: &str, divisor: &str) -> bool {
    let (units, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (by_units, by_fraction) = divisor.split_once('.').unwrap_or((divisor, ""));
    let Some(zeros) = by_fraction.len().checked_sub(fraction.len()) else { return false };
    // An `f64` prints at most 17 digits but for zeros.
    let by = [by_units, by_fraction].concat().parse::<u64>().unwrap_or(u64::MAX);
    let digits = units.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', zeros));
    let step = |rest: u128, digit: u8| (rest * 10 + u128::from(digit - b'0')) % u128::from(by.max(1));
    digits.fold(0, step) == 0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, divisor: f64, expected: bool) {
        let Value::Number(number) = value else { panic!("{value} is a number") };
        let found = is_multiple(number.as_f64().expect("it is finite"), number.as_i128(), divisor);
        assert_eq!(found, expected, "{value} by {divisor}");
    }

    #[test]
    fn whole_divisors_divide_exactly() {
        for (value, divisor, expected) in [
            (json!(0), 3.0, true),
            (json!(-0.0), 3.0, true),
            (json!(-9), 3.0, true),
            (json!(3.5), 1.0, false),
            (json!(3.000_000_000_000_000_4), 3.0, false),
            (json!(1_000_000_000_000_000_000_u64), 3.0, false),
            (json!(1e18), 3.0, false),
            (json!(999_999_999_999_999_999_u64), 3.0, true),
            (json!(9_007_199_254_740_993_i64), 2.0, false),
            (json!(i64::MIN), 2.0, true),
            (json!(i64::MIN), 3.0, false),
            (json!(u64::MAX), 5.0, true),
            (json!(u64::MAX), 7.0, false),
            // Beyond 64 bits a number is the `f64` it is read as: this one divides by 3.
            (json!(1e300), 3.0, true),
            (json!(1e300), 7.0, false),
            (json!(1e300), 1e300, true),
        ] {
            check(&value, divisor, expected);
        }
    }

    #[test]
    fn divisors_with_a_fraction_divide_decimals() {
        for (value, divisor, expected) in [
            (json!(0), 0.1, true),
            (json!(0.3), 0.1, true),
            (json!(-0.29), 0.01, true),
            (json!(0.295), 0.01, false),
            (json!(0.35), 0.1, false),
            (json!(7), 0.5, true),
            (json!(7.25), 0.5, false),
            (json!(1e300), 0.5, true),
            (json!(1e300), 0.3, false),
            (json!(3e300), 0.3, true),
            (json!(1e-300), 0.5, false),
            (json!(5e-324), 0.5, false),
            (json!(3e-5), 1e-5, true),
            (json!(12_345_678.9), 1e-300, true),
        ] {
            check(&value, divisor, expected);
        }
    }
}
