//! A contract's texts as they may stand in another language.
//!
//! A contract may come from a stranger: no text of it may end the comment, the docstring or the paragraph that it
//! stands in. Every text goes through the one function for its place. JSON texts need none of these: JSON writes
//! them, and its strings are strings of Python's and TypeScript's too.

use tally_spec::is_unseen;

/// Text on one line, for a comment that ends with its line: `//` and `#`.
///
/// Line ends and tabs become blanks. Characters that are not seen, or that change the order of those around them,
/// are named by their code point, as `(U+202E)`.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => line.push(' '),
            '\r' => {}
            letter if is_unseen(letter) => line.extend([format!("(U+{:04X})", u32::from(letter))]),
            letter => line.push(letter),
        }
    }
    line
}

/// JSON whose unseen characters, line feeds apart, are escaped. Its meaning stays.
pub(crate) fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter != '\n' && is_unseen(letter) {
            escaped.extend([format!("\\u{:04x}", u32::from(letter))]);
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// Text on one line, for a comment between `/*` and `*/`.
pub(crate) fn block_comment(text: &str) -> String {
    let mut comment = line(text).replace("*/", "* /");
    if comment.ends_with('*') {
        comment.push(' ');
    }
    comment
}

/// Text on one line, for a docstring of Python's between `"""`.
pub(crate) fn docstring(text: &str) -> String {
    line(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// Text on one line, for a paragraph of Markdown: no mark-up of its own takes effect.
pub(crate) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in line(text).chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '[' | ']' | '!' | '|' | '#' | '~' => escaped.extend(['\\', letter]),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{block_comment, docstring, line, markdown};

    /// Texts that try to leave their place, each with a mark that must stay within it.
    const HOSTILE: &[&str] = &[
        "a\nMARK",
        "a\r\nMARK",
        "a\rMARK",
        "a\u{2028}MARK\u{2029}MARK\u{85}MARK\u{b}MARK\u{c}MARK",
        "*/ MARK /*",
        "**//MARK",
        "*\u{2060}/MARK",
        "MARK*",
        "\"\"\"\nMARK",
        "\\\"\"\" MARK",
        "MARK\\",
        "MARK\"",
        "\u{202E}MARK\u{2066}",
        "\0MARK\u{7f}\u{9f}",
        "```\nMARK\n```",
        "<script>MARK</script>",
    ];

    #[test]
    fn a_line_stays_one_line_whose_characters_are_seen() {
        for text in HOSTILE {
            let line = line(text);
            assert!(!line.chars().any(tally_spec::is_unseen), "{line:?}");
            assert!(line.contains("MARK"));
        }
    }

    #[test]
    fn a_block_comment_ends_where_it_should() {
        for text in HOSTILE {
            let whole = format!("/** {} */", block_comment(text));
            assert_eq!(whole.find("*/"), Some(whole.len() - 2), "{whole:?}");
            let tight = format!("/*{}*/", block_comment(text));
            assert_eq!(tight.find("*/"), Some(tight.len() - 2), "{tight:?}");
        }
    }

    #[test]
    fn a_docstring_ends_where_it_should() {
        for text in HOSTILE {
            let inner = docstring(text);
            let (mut letters, mut quotes) = (inner.chars(), 0);
            while let Some(letter) = letters.next() {
                match letter {
                    '\\' => {
                        assert!(letters.next().is_some_and(|next| next == '\\' || next == '"'), "{inner:?}");
                    }
                    '"' => quotes += 1,
                    _ => {}
                }
            }
            assert_eq!(quotes, 0, "{inner:?}");
        }
    }

    #[test]
    fn markdown_holds_no_tag_and_no_fence() {
        for text in HOSTILE {
            let paragraph = markdown(text);
            assert!(!paragraph.contains('<') && !paragraph.contains("```"), "{paragraph:?}");
        }
        assert_eq!(markdown("a name_with_marks, R4.1"), "a name_with_marks, R4.1");
    }
}
