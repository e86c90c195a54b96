//! Text from elsewhere, made harmless for HTML and legible.

use serde::de::IgnoredAny;

use crate::report::escape::spelt;

/// The text for an element or a quoted attribute: markup escaped, what is unseen spelt out, lines kept.
pub(super) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            other => spelt(&mut out, other),
        }
    }
    out
}

/// Each item's markup, one after the other.
pub(super) fn joined<T>(items: impl IntoIterator<Item = T>, markup: impl Fn(T) -> String) -> String {
    items.into_iter().map(markup).collect::<Vec<_>>().concat()
}

/// The number with its word, in the plural where it is not one.
pub(super) fn counted(number: u64, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// JSON with a line for each member and element; every token stays as it was written, so that `5.0`, `1e1`
/// and a member given twice are seen. Text that is no JSON stays as it is.
pub(super) fn pretty(text: &str) -> String {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if in_text {
            out.push(character);
            in_text = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
            continue;
        }
        match character {
            '"' => {
                in_text = true;
                out.push('"');
            }
            '{' | '[' => {
                out.push(character);
                while characters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            blank if blank.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// The text's start of at most so many bytes, and how many bytes were cut off.
pub(super) fn cut(text: &str, most: usize) -> (&str, usize) {
    let end = text.floor_char_boundary(most);
    (&text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_what_is_unseen_are_made_harmless() {
        assert_eq!(safe("</script>\"'&"), "&lt;/script&gt;&quot;&#39;&amp;");
        assert_eq!(safe("a\u{202e}b\u{0}\u{1b}\nc\td"), "a\\u{202e}b\\u{0}\\u{1b}\nc\\td");
    }

    #[test]
    fn json_is_set_out_token_by_token() {
        let wanted = "{\n  \"a\": [\n    1e1,\n    {},\n    []\n  ],\n  \"a\": \"x,\\\"{y: \"\n}";
        assert_eq!(pretty(r#"{"a" :[1e1,{ },[]],"a":"x,\"{y: "}"#), wanted);
        assert_eq!(pretty("{\"a\": "), "{\"a\": ");
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("éé", 3), ("é", 2));
        assert_eq!(cut("ab", 3), ("ab", 0));
    }
}
