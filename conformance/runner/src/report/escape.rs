//! Text from elsewhere, made harmless for a terminal.

use std::fmt::Write as _;

/// The text with control characters, and those that turn the direction of writing, spelt out.
///
/// Line ends and tabs are spelt out too: what comes of it is one line.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            other => spelt(&mut safe, other),
        }
    }
    safe
}

/// Adds the character, spelt out where it is not seen.
pub(super) fn spelt(safe: &mut String, character: char) {
    match character {
        '\r' => safe.push_str("\\r"),
        '\t' => safe.push_str("\\t"),
        unseen if unseen.is_control() || is_unseen(unseen) => spell(safe, unseen),
        other => safe.push(other),
    }
}

/// Whether a character is not seen, or turns the direction of those around it, or is none in XML.
const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

fn spell(safe: &mut String, character: char) {
    // Writing to a String does not fail.
    let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
}

/// The text, cut to so many characters, with a note of how many more there were.
#[must_use]
pub(super) fn shortened(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most).collect();
    format!("{start}… ({} characters more)", count - most)
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
        assert_eq!(shortened("ééé", 2), "éé… (1 characters more)");
        assert_eq!(shortened("ééé", 3), "ééé");
    }
}
