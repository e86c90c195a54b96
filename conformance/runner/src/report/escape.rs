//! Text of the target, escaped for a terminal.

use std::fmt::Write as _;

/// The text on one line, with control characters, line ends, tabs and direction marks written as escapes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            other => push_visible(&mut safe, other),
        }
    }
    safe
}

/// The text with its lines kept, and everything else as in [`escaped`].
#[must_use]
pub fn escaped_lines(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push('\n'),
            other => push_visible(&mut safe, other),
        }
    }
    safe
}

/// Appends the character, as an escape if it is invisible.
pub(super) fn push_visible(safe: &mut String, character: char) {
    match character {
        '\r' => safe.push_str("\\r"),
        '\t' => safe.push_str("\\t"),
        other if tally_spec::is_unseen(other) => push_escape(safe, other),
        other => safe.push(other),
    }
}

fn push_escape(safe: &mut String, character: char) {
    // Writing to a String does not fail.
    let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
}

/// The text's first `most` characters, with a note of how many were cut off.
#[must_use]
pub(super) fn shortened(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most).collect();
    format!("{start}… ({} more characters)", count - most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_left() {
        assert_eq!(escaped("a\u{1b}[31mb\r\nc\u{202e}d\u{0}"), "a\\u{1b}[31mb\\r\\nc\\u{202e}d\\u{0}");
        assert_eq!(escaped("Zürich 東京 🙂"), "Zürich 東京 🙂");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shortened("ééé", 2), "éé… (1 more characters)");
        assert_eq!(shortened("ééé", 3), "ééé");
    }
}
