//! What is wrong with a spec, and where.

use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use crate::SourceFile;

/// One problem of a spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file, as messages show it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// The offending text, as far as it stands on one line.
    pub found: Option<String>,
    /// What to do about it.
    pub cure: Option<String>,
}

impl fmt::Display for Problem {
    /// One line: `file:line:column: message (cure)`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        match &self.cure {
            Some(cure) => write!(formatter, " ({cure})"),
            None => Ok(()),
        }
    }
}

/// The problems with the lines that they stand on, for a terminal. What a reader would not see, or what would steer
/// the terminal, is shown as U+FFFD.
#[must_use]
pub fn render(problems: &[Problem], files: &[SourceFile], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let one = |problem: &Problem| {
        let Some(file) = files.iter().find(|file| file.shown_as == problem.file) else {
            return seen(&problem.to_string());
        };
        let start = offset(&file.text, problem.line, problem.column);
        let length = problem.found.as_deref().map_or(0, str::len);
        let snippet = Snippet::source(file.text.as_str())
            .path(file.shown_as.as_str())
            .annotation(AnnotationKind::Primary.span(start..start + length));
        let message = seen(&problem.message);
        let cure = problem.cure.as_deref().map(seen);
        let mut group = Level::ERROR.primary_title(message.as_str()).element(snippet);
        if let Some(cure) = &cure {
            group = group.element(Level::HELP.message(cure.as_str()));
        }
        // The renderer escapes most of it in the lines of the file, and writes escapes of its own for colours.
        renderer.render(&[group]).replace(|letter| letter != '\u{1b}' && is_hidden(letter), "\u{fffd}")
    };
    problems.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

fn seen(text: &str) -> String {
    text.replace(is_hidden, "\u{fffd}")
}

fn is_hidden(letter: char) -> bool {
    letter != '\n' && crate::is_unseen(letter)
}

/// The byte at a line and a column.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let line = text[line_start..].split('\n').next().unwrap_or_default();
    line_start + line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_spec_steers_the_terminal() {
        let text = "name = \"\u{1b}[31m\u{202e}\u{fffe}\u{7}\"\n";
        let file = SourceFile {
            path: "contract.toml".to_owned(),
            shown_as: "spec/x/contract.toml".to_owned(),
            text: text.to_owned(),
        };
        let problem = |file: &str| Problem {
            file: file.to_owned(),
            line: 1,
            column: 8,
            message: "\u{1b}[31m\u{fffe} is no name".to_owned(),
            found: None,
            cure: Some("\u{202e}\u{2028}".to_owned()),
        };
        let rendered = render(&[problem("spec/x/contract.toml"), problem("no file")], &[file], false);
        assert_eq!(rendered.chars().find(|letter| is_hidden(*letter)), None, "{rendered:?}");
        assert!(rendered.contains("is no name"));
    }
}
