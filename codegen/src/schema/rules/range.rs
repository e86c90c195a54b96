//! `minimum` and `maximum`, for numbers and for text that spells one.

use serde_json::json;
use tally_spec::model::{Area, Constraint, Field};

use super::{Gap, Keyword, number};
use crate::schema::text;

pub(super) fn keywords(field: &Field, minimum: Option<f64>, maximum: Option<f64>) -> Vec<Keyword> {
    let minimum_keyword = minimum.map(|minimum| ("minimum", number(minimum)));
    let maximum_keyword = maximum.map(|maximum| ("maximum", number(maximum)));
    let spelt = text::spelt_number(minimum, maximum).filter(|_| field.numeric);
    let spelt = spelt.map(|pattern| ("pattern", json!(text::or_empty(&pattern))));
    minimum_keyword.into_iter().chain(maximum_keyword).chain(spelt).collect()
}

/// The keywords of all the ranges of a field: the narrowest bounds.
pub(super) fn merged(field: &Field, ranges: &[&Constraint]) -> Vec<Keyword> {
    let minimum = ranges.iter().filter_map(|range| range.minimum()).reduce(f64::max);
    let maximum = ranges.iter().filter_map(|range| range.maximum()).reduce(f64::min);
    keywords(field, minimum, maximum)
}

/// Bounds that leave too many numbers for a pattern to list.
pub(super) fn gap(area: &Area, path: &str, minimum: Option<f64>, maximum: Option<f64>) -> Option<Gap> {
    let numeric = area.field_at(path).is_some_and(|field| field.numeric);
    (numeric && text::spelt_number(minimum, maximum).is_none())
        .then(|| (format!("range {path}"), "a pattern can't list so many numbers that text may spell"))
}
