//! `report.json`, written and read.

use schemars::generate::SchemaSettings;
use serde::Deserialize as _;
use serde_json::Value;

use super::Report;

/// Why a value is not a report.
#[derive(Debug)]
pub struct Unreadable(serde_json::Error);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "not a report.json: {}", self.0)
    }
}

impl std::error::Error for Unreadable {}

/// The report as JSON.
///
/// # Panics
///
/// Never: every member of a report has a form in JSON.
#[must_use]
pub fn to_json(report: &Report) -> Value {
    serde_json::to_value(report).expect("every member of a report has a form in JSON")
}

/// The text of `report.json`, without the values in between.
///
/// # Panics
///
/// Never: every member of a report has a form in JSON.
#[must_use]
pub fn to_text(report: &Report) -> String {
    serde_json::to_string_pretty(report).expect("every member of a report has a form in JSON")
}

/// Reads a report back. Written again, it is the same; what has a file of its own (the records written, the
/// counterexamples) is not in it.
///
/// # Errors
///
/// [`Unreadable`] if a member is missing or of the wrong type.
pub fn from_json(value: Value) -> Result<Report, Unreadable> {
    Report::deserialize(value).map_err(Unreadable)
}

/// The JSON Schema of `report.json`.
#[must_use]
pub fn json_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Report>().to_value()
}
