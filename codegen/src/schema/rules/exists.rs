//! `exists`: not a rule of shape.

use super::Gap;

pub(super) fn gap(field: &str) -> Gap {
    (format!("exists {field}"), "what exists is the organisation's, not the document's")
}
