//! Characters that a reader of a text does not see.

/// Whether a character is a control, a separator of lines, a mark of a text's direction, of no width, or the byte order
/// mark: what the linter refuses in texts, and the generator names by its code point.
///
/// ```
/// assert!(tally_spec::is_unseen('\u{202E}') && tally_spec::is_unseen('\n'));
/// assert!(!tally_spec::is_unseen(' ') && !tally_spec::is_unseen('é'));
/// ```
#[must_use]
pub fn is_unseen(letter: char) -> bool {
    let other = matches!(letter,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    letter.is_control() || other
}
