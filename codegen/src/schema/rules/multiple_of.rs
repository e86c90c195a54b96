//! `multipleOf`.

use tally_spec::model::Area;

use super::{Gap, Keyword, number};

pub(super) fn keywords(divisor: f64) -> Vec<Keyword> {
    vec![("multipleOf", number(divisor))]
}

/// Text that spells a number spells a whole one: a pattern can't say of which it is a multiple.
pub(super) fn gap(area: &Area, path: &str, divisor: f64) -> Option<Gap> {
    let numeric = area.field_at(path).is_some_and(|field| field.numeric);
    (numeric && (1.0 / divisor).fract() != 0.0)
        .then(|| (format!("multipleOf {path}"), "a pattern does not divide a number that text spells"))
}
