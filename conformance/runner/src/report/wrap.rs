//! Wraps text to a number of columns.

/// The text in lines of at most `width` characters, each after the first indented. A longer word has a line of
/// its own.
#[must_use]
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        let start = lines.len() == 1 && line == 0 || lines.len() > 1 && line == indent;
        if !start && line + 1 + word.chars().count() > width {
            lines.push(" ".repeat(indent));
        }
        if let Some(last) = lines.last_mut() {
            if !last.trim_start().is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

/// The text cut into lines of `width` characters, each after the first indented.
pub(super) fn folded(text: &str, width: usize, indent: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    let lines: Vec<String> = characters.chunks(width.max(1)).map(|line| line.iter().collect()).collect();
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(wrapped("aa bb cc dd", 6, 2), "aa bb\n  cc\n  dd");
        assert_eq!(wrapped("a-long-word b", 4, 0), "a-long-word\nb");
        assert_eq!(wrapped("", 4, 0), "");
    }

    #[test]
    fn a_body_is_folded_anywhere() {
        assert_eq!(folded("abcdefg", 3, 1), "abc\n def\n g");
    }
}
