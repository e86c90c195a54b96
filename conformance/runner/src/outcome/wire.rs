//! How durations, headers and bodies are written in `report.json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A duration as a number of seconds.
pub(super) mod seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(in crate::outcome) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(duration.as_secs_f64())
    }

    pub(in crate::outcome) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Duration::try_from_secs_f64(seconds)
            .map_err(|error| D::Error::custom(format!("{seconds} s: {error}")))
    }
}

/// Headers as an object. A header given twice is one with both values, as HTTP defines it.
pub(super) mod headers {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use serde_json::{Map, Value};

    pub(in crate::outcome) fn serialize<S: Serializer>(
        headers: &[(String, String)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut members = Map::new();
        for (name, value) in headers {
            let known = members.get(name).and_then(Value::as_str);
            let value = known.map_or_else(|| value.clone(), |known| format!("{known}, {value}"));
            members.insert(name.clone(), Value::String(value));
        }
        members.serialize(serializer)
    }

    pub(in crate::outcome) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(String, String)>, D::Error> {
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let members = Map::deserialize(deserializer)?;
        Ok(members.into_iter().map(|(name, value)| (name, text(value))).collect())
    }
}

/// A body as two members: its JSON, and its text if the JSON alone does not give it back.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Body {
    /// The body as JSON if it is JSON, otherwise as text. JSON that takes far more room over several lines than in
    /// one, such as lists nested in lists, is text, too.
    body: Value,
    /// The body's exact text, if it cannot be derived from `body`.
    body_text: Option<String>,
}

/// Which bodies are written as JSON.
mod layout {
    use serde_json::Value;

    use crate::bounded_json::{cost, outside_of_strings, read as read_within};

    /// How much more than its text a body may take: its values in memory, and its lines in a file.
    const VALUES: usize = 32;
    const LINES: usize = 8;
    /// What any body may take, be it as short as it likes.
    const LEAST: usize = 16 * 1024;

    /// The JSON of a body, unless its values or its lines would take too much.
    pub(super) fn read(text: &str) -> Option<Value> {
        let bytes = text.as_bytes();
        let most = LEAST + VALUES * bytes.len();
        if cost(bytes) > most || laid_out(bytes) > LEAST + LINES * bytes.len() {
            return None;
        }
        read_within(bytes, most)
    }

    /// About the bytes that JSON takes over several lines.
    fn laid_out(bytes: &[u8]) -> usize {
        // In a report, a body is some levels deep itself.
        let (mut depth, mut length) = (5_usize, bytes.len());
        outside_of_strings(bytes, |byte| match byte {
            b'[' | b'{' => {
                depth += 1;
                length += 2 * depth + 1;
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                length += 2 * depth + 1;
            }
            b',' => length += 2 * depth + 1,
            _ => {}
        });
        length
    }
}

/// The body of a request or response.
pub(super) mod body {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use serde_json::Value;

    use super::Body;

    pub(in crate::outcome) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        // What is not read is written as text.
        let parsed = super::layout::read(text).ok_or(());
        // Blanks, `1e1` and members given twice do not survive parsing; a JSON string looks like plain text.
        let is_kept = parsed.as_ref().map_or(true, |value| {
            let written = value.to_string();
            !value.is_string() && written == text
        });
        let body = parsed.unwrap_or_else(|()| Value::String(text.to_owned()));
        Body { body, body_text: (!is_kept).then(|| text.to_owned()) }.serialize(serializer)
    }

    pub(in crate::outcome) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<String, D::Error> {
        let Body { body, body_text } = Body::deserialize(deserializer)?;
        Ok(match (body_text, body) {
            (Some(text), _) | (None, Value::String(text)) => text,
            (None, value) => value.to_string(),
        })
    }
}
