//! How the conditions of a record that is being built will read.

use serde_json::Value;
use tally_spec::model::Condition;

use super::defect::{Change, Step};
use super::keep::{has_value, holds_for};
use super::maker::Maker;

/// How a condition reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Holds,
    HoldsNot,
    /// One reader may take it to hold, another one not to.
    Doubtful,
}

impl Reading {
    /// The reading if it is open which of the two it will be.
    pub(super) fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Doubtful }
    }
}

impl Maker<'_> {
    /// How a condition reads if its field has that value: one of a type that the field does not take, or with
    /// blanks around it, may be read otherwise than it is written.
    pub(super) fn reading(&self, condition: &Condition, value: Option<&Value>) -> Reading {
        let Some(value) = value.filter(|value| has_value(value)) else { return Reading::HoldsNot };
        let is_padded = value.as_str().is_some_and(|text| text.trim().len() != text.len());
        let is_taken = self.area.field_at(&condition.field).is_none_or(|field| Self::is_taken(field, value));
        if is_padded || !is_taken {
            Reading::Doubtful
        } else if holds_for(condition, value) {
            Reading::Holds
        } else {
            Reading::HoldsNot
        }
    }
}

impl Change {
    /// How a condition reads when the change is made; `read` reads it for a value. `None` if the change is of
    /// another field.
    pub(super) fn reading(
        &self,
        condition: &Condition,
        read: impl Fn(Option<&Value>) -> Reading,
    ) -> Option<Reading> {
        let names = self.path().steps.iter().map(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::First | Step::Each => None,
        });
        let field = condition.field.split('/');
        if self.path().member() != field.clone().next() {
            return None;
        }
        if !names.eq(field.map(Some)) {
            return Some(Reading::Doubtful);
        }
        Some(match self {
            Self::Set(_, values) => {
                let readings = values.iter().map(|value| read(Some(value)));
                readings.reduce(Reading::or).unwrap_or(Reading::Doubtful)
            }
            Self::Remove(_) => read(None),
            Self::Rewrite(..) => Reading::Doubtful,
        })
    }
}
