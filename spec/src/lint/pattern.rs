//! Patterns that Rust and ECMA-262 read in two ways: a JSON Schema's reader and a generated validator would differ.

/// What of a pattern that compiles is read in two ways, and the cure.
pub(super) fn misread(pattern: &str) -> Option<(&'static str, &'static str)> {
    let mut within_class = false;
    let mut rest = pattern.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => {
                let found = rest.next().and_then(escape);
                if found.is_some() {
                    return found;
                }
            }
            '.' if !within_class => return Some(("`.`", "write `[^\\n]`, or list the characters")),
            '[' if within_class => return Some(("`[` within a class", "write `\\[`")),
            '[' => within_class = true,
            ']' => within_class = false,
            '(' if !within_class && rest.as_str().starts_with('?') && !rest.as_str().starts_with("?:") => {
                return Some(("a group with flags or a name", "write `(?:…)`"));
            }
            _ => {}
        }
    }
    None
}

/// An escape that means another thing, or nothing, in one of the two.
fn escape(letter: char) -> Option<(&'static str, &'static str)> {
    match letter {
        's' | 'S' => Some(("`\\s`", "list the blanks: `[ \\t\\r\\n]`")),
        'A' | 'z' => Some(("`\\A` or `\\z`", "write `^` or `$`")),
        'a' | 'x' | 'u' | 'U' => Some(("an escape by number or name", "write the character itself")),
        'b' | 'B' | '<' | '>' => Some(("an edge of a word", "list the characters before and after it")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_read_alike_is_taken() {
        for pattern in ["^[a-z]+$", "^(?:a|b)?$", r"^\d{3}\.\w$", "^[.]$", r"^[^\n]$", r"^\[$", "^[(?]$"] {
            assert_eq!(misread(pattern), None, "{pattern}");
        }
        for pattern in ["^a.c$", r"^\s$", r"\bx", "(?i)x", "(?P<n>x)", "[[:alpha:]]", r"\x41", r"[\s]"] {
            assert!(misread(pattern).is_some(), "{pattern}");
        }
    }
}
