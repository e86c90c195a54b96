//! Text of the target, escaped for HTML and laid out for reading.

use serde::de::IgnoredAny;

use crate::report::escape::push_visible;

/// The text for an element or a quoted attribute: markup and invisible characters escaped, lines kept.
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
            other => push_visible(&mut out, other),
        }
    }
    out
}

/// The markup of every item, concatenated.
pub(super) fn joined<T>(items: impl IntoIterator<Item = T>, markup: impl Fn(T) -> String) -> String {
    items.into_iter().map(markup).collect::<Vec<_>>().concat()
}

/// The deepest level that is indented: further ones stand below each other.
const DEEPEST: usize = 32;

/// Pretty-prints JSON without changing a token, so that `5.0`, `1e1` and members given twice stay visible. Other
/// text stays as it is. No more than `most` bytes are printed, and the bytes of the text that are left are counted.
pub(super) fn pretty(text: &str, most: usize) -> (String, usize) {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        let (start, left) = cut(text, most);
        return (start.to_owned(), left);
    }
    let mut out = String::new();
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if out.len() + character.len_utf8() > most {
            return (out, character.len_utf8() + characters.map(char::len_utf8).sum::<usize>());
        }
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
    (out, 0)
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth.min(DEEPEST)));
}

/// The first bytes of a text, at most `most`, and how many were cut off.
pub(super) fn cut(text: &str, most: usize) -> (&str, usize) {
    let end = text.floor_char_boundary(most);
    (&text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_invisible_characters_are_escaped() {
        assert_eq!(safe("</script>\"'&"), "&lt;/script&gt;&quot;&#39;&amp;");
        assert_eq!(safe("a\u{202e}b\u{0}\u{1b}\nc\td"), "a\\u{202e}b\\u{0}\\u{1b}\nc\\td");
    }

    #[test]
    fn json_is_printed_token_by_token() {
        let wanted = "{\n  \"a\": [\n    1e1,\n    {},\n    []\n  ],\n  \"a\": \"x,\\\"{y: \"\n}";
        assert_eq!(pretty(r#"{"a" :[1e1,{ },[]],"a":"x,\"{y: "}"#, 99), (wanted.to_owned(), 0));
        assert_eq!(pretty("{\"a\": ", 99), ("{\"a\": ".to_owned(), 0));
        assert_eq!(pretty("[1,2,3]", 6), ("[\n  1,\n  ".to_owned(), 4));
        assert_eq!(pretty("plain text", 6), ("plain ".to_owned(), 4));
    }

    #[test]
    fn deep_nesting_takes_no_more_than_is_asked_for() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let (shown, left) = pretty(&deep, 12_000);
        assert!(shown.len() <= 12_100 && left > 199_000, "{} {left}", shown.len());
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("éé", 3), ("é", 2));
        assert_eq!(cut("ab", 3), ("ab", 0));
    }
}
