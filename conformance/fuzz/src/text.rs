//! What every text for people must keep to.

/// Panics if the text holds a character that its reader does not see, or that steers a terminal.
pub(crate) fn assert_visible(what: &str, text: &str) {
    let unseen = text.char_indices().find(|(_, letter)| *letter != '\n' && tally_spec::is_unseen(*letter));
    if let Some((place, letter)) = unseen {
        let from = text[..place].char_indices().rev().nth(80).map_or(0, |(from, _)| from);
        panic!("{what} holds {letter:?}, behind {:?}", &text[from..place]);
    }
}
