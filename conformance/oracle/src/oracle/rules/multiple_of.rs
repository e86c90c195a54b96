//! `multipleOf`, of numbers and of text that spells one.

use serde_json::Value;

use super::Asked;
use crate::oracle::finding::Place;
use crate::oracle::numeral;
use crate::oracle::record::{Broken, Judge};

impl<'j> Judge<'j> {
    /// The number is a whole multiple of the divisor.
    pub(super) fn multiple_of(&mut self, asked: Asked<'j, '_>, value: &'j Value, divisor: f64) {
        let (number, text) = match value {
            Value::Number(number) => (number.as_f64(), None),
            Value::String(text) if asked.field.numeric => (numeral::generous(text.trim()), Some(text)),
            _ => return,
        };
        let Some(number) = number else { return };
        if !numeral::is_multiple(number, divisor) {
            let because = format!("{number} is no multiple of {divisor}");
            let broken = match text {
                None => asked.breach("multipleOf", because),
                Some(text) => {
                    Broken { shape: numeral::spelt(text).is_some(), ..asked.breach("pattern", because) }
                }
            };
            self.broken(broken, asked.place);
        } else if text.is_none() && number.fract() == 0.0 && self.is_written_with_fraction(asked.place) {
            self.found.rests_on_all(&self.oracle.contract.file.reading.numeric_text);
        }
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
