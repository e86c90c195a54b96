//! What a field must be kept as, and why.

use serde_json::Value;

/// The names of the checks: each the property that holds.
pub(super) mod check {
    pub(crate) const KEPT: &str = "passed_records_are_kept";
    pub(crate) const NOT_KEPT: &str = "failed_records_are_not_kept";
    pub(crate) const ISOLATED: &str = "kept_whatever_else_failed";
    pub(crate) const JOB: &str = "job_applies_its_records";
    pub(crate) const ENDS: &str = "job_ends";
    pub(crate) const ONE: &str = "one_key_is_one_record";
    pub(crate) const OTHERS: &str = "other_records_are_left_alone";
    pub(crate) const SENT: &str = "values_are_kept_as_sent";
    pub(crate) const DEFAULTS: &str = "defaults_fill_in_what_is_absent";
    pub(crate) const UPDATES: &str = "updates_leave_absent_fields_alone";
    pub(crate) const LATER: &str = "later_of_one_key_stands";
    pub(crate) const LAST: &str = "last_of_one_key_counts";
    pub(crate) const RESETS: &str = "resets_are_shown_as_their_text";
    pub(crate) const ALTERNATIVES: &str = "one_alternative_stands";
    pub(crate) const ROLLS_UP: &str = "roll_up_follows_its_records";
    pub(crate) const CREATED: &str = "created_things_exist";
    pub(crate) const ATTACHED: &str = "attachments_are_added";
    pub(crate) const DELIVERED: &str = "sends_once_unless_told";
    pub(crate) const ZONES: &str = "dates_are_in_their_zone";
}

/// What a field must be kept as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Due {
    /// Whatever it is: the contract leaves it open.
    Any,
    /// One of these; none for no value.
    OneOf(Vec<Option<Value>>),
    /// Anything but these.
    Not(Vec<Value>),
}

impl Due {
    /// That value and no other.
    pub(super) fn is(value: Value) -> Self {
        Self::OneOf(vec![Some(value)])
    }

    /// No value.
    pub(super) fn absent() -> Self {
        Self::OneOf(vec![None])
    }

    /// The values that it may be; none where that is open, or it may be absent.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        match self {
            Self::OneOf(values) => values.iter().cloned().collect(),
            Self::Any | Self::Not(_) => None,
        }
    }
}

/// What an expectation rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Why {
    /// The check that asks.
    pub(super) check: &'static str,
    /// The statements, the principal first.
    pub(super) statements: Vec<String>,
}

impl Why {
    pub(super) fn new(check: &'static str, statements: Vec<String>) -> Self {
        Self { check, statements }
    }
}

/// A field's expectation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    pub(super) due: Due,
    pub(super) why: Why,
}
