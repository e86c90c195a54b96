//! The members of an error entry that repeat a record's values.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tally_generated::runtime::JsonValue;
use tally_spec::model::{Echo, Encoding};

use crate::record_table::RecordRow;

/// The value of an echo for a record: null if the record has no such value.
pub(crate) fn echo(echo: &Echo, sent: &JsonValue<'_>, row: RecordRow<'_, '_>, zone: &TimeZone) -> Value {
    match (echo.encoding, sent) {
        (Encoding::AsSent, JsonValue::Object(_) | JsonValue::List(_)) => Value::Null,
        (Encoding::AsSent, part) => part.json().unwrap_or_default(),
        (Encoding::EpochMilliseconds, part) => {
            let own_zone = echo.zone.as_ref().is_some_and(|flag| row.envelope_flag(flag));
            let zone = if own_zone { zone } else { &TimeZone::UTC };
            part.text().and_then(|text| midnight(&text, zone)).map_or(Value::Null, |instant| json!(instant))
        }
    }
}

/// Midnight of the day that the text starts with, in milliseconds since 1970.
fn midnight(text: &str, zone: &TimeZone) -> Option<i64> {
    let date: Date = text.get(..10)?.parse().ok()?;
    Some(date.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond())
}
