//! The files of a spec, as text.

/// A file of a contract's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path below the contract's folder, with `/` between its parts: `areas/customers.toml`.
    pub path: String,
    /// The path as messages show it: `spec/gsapi-v1/areas/customers.toml`.
    pub shown_as: String,
    /// The file's text.
    pub text: String,
}
