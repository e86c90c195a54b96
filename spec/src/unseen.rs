//! Characters that a reader of a text does not see.

/// Whether a character is a control, is invisible, changes the direction of text, or is not allowed in XML: the linter
/// refuses it in texts, the generator names it by its code point, and reports escape it.
///
/// ```
/// assert!(tally_spec::is_unseen('\u{202E}') && tally_spec::is_unseen('\n'));
/// assert!(!tally_spec::is_unseen(' ') && !tally_spec::is_unseen('é'));
/// ```
#[must_use]
pub fn is_unseen(letter: char) -> bool {
    let other = matches!(
        letter,
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
    );
    other || letter.is_control()
}
