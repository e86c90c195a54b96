//! `memberOf`: not a rule of shape.

use super::Gap;

pub(super) fn gap(field: &str, of: &str) -> Gap {
    (format!("memberOf {field} {of}"), "what belongs together is the organisation's")
}
