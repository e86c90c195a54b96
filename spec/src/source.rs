//! The files of a spec, as text.

/// A file of a contract's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path below the contract's folder, with `/` between its parts: `areas/orders.toml`.
    pub path: String,
    /// The path as messages show it: `spec/orders-v1/areas/orders.toml`.
    pub shown_as: String,
    /// The file's text.
    pub text: String,
}

impl SourceFile {
    /// The files of the contract `name` from pairs of path and text, as a generated crate carries them.
    ///
    /// ```
    /// let files = tally_spec::SourceFile::all("orders-v1", [("contract.toml", "name = \"orders-v1\"")]);
    /// assert_eq!(files[0].shown_as, "spec/orders-v1/contract.toml");
    /// ```
    #[must_use]
    pub fn all<'a>(name: &str, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Self> {
        let source = |(path, text): (&str, &str)| Self {
            path: path.to_owned(),
            shown_as: format!("spec/{name}/{path}"),
            text: text.to_owned(),
        };
        files.into_iter().map(source).collect()
    }
}
