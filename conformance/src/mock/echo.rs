//! The members of an error entry that repeat a record's values.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tally_spec::model::{Echo, Encoding};

use super::values::Values;

/// What an echo says of a record: null where the record has no such value.
pub(super) fn echo(echo: &Echo, record: &Value, values: Option<Values<'_>>, zone: &TimeZone) -> Value {
    let sent = record.get(&echo.field).unwrap_or(&Value::Null);
    match echo.encoding {
        Encoding::AsSent if sent.is_object() || sent.is_array() => Value::Null,
        Encoding::AsSent => sent.clone(),
        Encoding::EpochMilliseconds => {
            let own_zone =
                echo.zone.as_ref().is_some_and(|flag| values.is_some_and(|values| values.flag_beside(flag)));
            let zone = if own_zone { zone } else { &TimeZone::UTC };
            sent.as_str().and_then(|text| midnight(text, zone)).map_or(Value::Null, |instant| json!(instant))
        }
    }
}

/// Midnight of the day that the text starts with, in milliseconds since 1970.
fn midnight(text: &str, zone: &TimeZone) -> Option<i64> {
    let date: Date = text.get(..10)?.parse().ok()?;
    Some(date.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond())
}
