//! JSON as text of a bounded length: no more of it is written than is kept.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

/// Takes the first bytes, and refuses the others.
struct Start {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.most - self.bytes.len();
        if room == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The value on one line; `…` follows if only its first bytes are there.
#[must_use]
pub(crate) fn compact(value: &Value, most: usize) -> String {
    let mut start = Start { bytes: Vec::new(), most };
    let is_whole = serde_json::to_writer(&mut start, value).is_ok();
    text(&start, is_whole)
}

/// The value over several lines, in the same way.
#[must_use]
pub(crate) fn pretty(value: &Value, most: usize) -> String {
    let mut start = Start { bytes: Vec::new(), most };
    let mut writer = serde_json::Serializer::pretty(&mut start);
    let is_whole = value.serialize(&mut writer).is_ok();
    text(&start, is_whole)
}

fn text(start: &Start, is_whole: bool) -> String {
    let mut text = String::from_utf8_lossy(&start.bytes).into_owned();
    if !is_whole {
        // A character may be cut in two.
        text.truncate(text.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_value_is_cut_before_it_is_written() {
        let value = json!({ "a": ["é", 1] });
        assert_eq!(compact(&value, 99), r#"{"a":["é",1]}"#);
        assert_eq!(compact(&value, 8), r#"{"a":["…"#);
        assert_eq!(pretty(&value, 10), "{\n  \"a\": […");
        assert_eq!(pretty(&value, 99), format!("{value:#}"));
        assert_eq!(compact(&json!([]), 0), "…");
    }
}
