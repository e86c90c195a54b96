//! The entry by which a finding is accepted: what to paste into the list of known failures.

use super::Finding;

impl Finding {
    /// The entries of a list of known failures that name this finding, as TOML: one for each area that it was
    /// found in. Reason and link are there to be replaced.
    #[must_use]
    pub fn known_failure_entries(&self) -> String {
        let entry = |area: &String| {
            let pattern = format!("{area}/{}/{}", self.check, self.statement);
            format!(
                "[[failure]]\npattern = {}\nreason = {}\nlink = {}\n",
                toml_text(&pattern),
                toml_text("why it is accepted"),
                toml_text("the URL of the issue that deals with it")
            )
        };
        self.areas.iter().map(entry).collect::<Vec<_>>().join("\n")
    }
}

/// The text as a basic string of TOML, which has JSON's escapes and takes no bare control character.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn toml_reads_the_same_text(text in any::<String>()) {
            let table: toml::Table = toml::from_str(&format!("a = {}", toml_text(&text))).expect("it is TOML");
            prop_assert_eq!(table["a"].as_str(), Some(text.as_str()));
        }
    }
}
