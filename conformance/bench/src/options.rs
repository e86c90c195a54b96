//! Options of a benchmark's command line: `--name value`.

use std::path::{Path, PathBuf};

/// The arguments that the program was started with.
pub struct Options(Vec<String>);

impl Options {
    /// Those of this process.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// The value of an option; `None` if it was not given.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let place = self.0.iter().position(|argument| argument == name)?;
        self.0.get(place + 1).map(String::as_str)
    }

    /// Whether results are printed as JSON lines.
    #[must_use]
    pub fn as_json(&self) -> bool {
        self.value("--format") == Some("json")
    }

    /// The command `tally` that is measured.
    #[must_use]
    pub fn tally(&self) -> PathBuf {
        self.value("--tally").unwrap_or("tally").into()
    }

    /// The folder of the contract that is measured: the one given, by its path or its name, or the first below `spec/`.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn contract(&self) -> Result<PathBuf, String> {
        let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
        if let Some(given) = self.value("--contract") {
            let named = specs.join(given);
            return Ok(if named.is_dir() { named } else { given.into() });
        }
        let entries = std::fs::read_dir(&specs).map_err(|error| format!("{}: {error}", specs.display()))?;
        let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let first = folders.filter(|folder| folder.join("contract.toml").is_file()).min();
        first.ok_or_else(|| format!("no contract is below {}", specs.display()))
    }
}
