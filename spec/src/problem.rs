//! What is wrong with a spec, and where.

/// One problem of a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as messages show it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// The offending text, where there is any.
    pub found: Option<String>,
    /// What to do about it.
    pub cure: Option<String>,
}
