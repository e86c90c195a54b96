//! Failures that are known: listed with a reason, and not held against the target until they pass.

use serde::Deserialize;

use crate::outcome::{Report, Severity, Verdict};

/// A list of known failures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFailures {
    /// Each of them.
    #[serde(default, rename = "failure")]
    pub failures: Vec<KnownFailure>,
}

/// A known failure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFailure {
    /// `area/check/statement`, with `*` for any text.
    pub pattern: String,
    /// Why it fails, for a person.
    pub reason: String,
    /// Where it is dealt with: the URL of an issue.
    pub link: String,
}

impl KnownFailures {
    /// Reads a list, as TOML.
    ///
    /// # Errors
    ///
    /// A text with the place of the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let list: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match list.failures.iter().find(|known| known.pattern.split('/').count() != 3) {
            Some(known) => {
                Err(format!("the pattern {:?} is not of the form area/check/statement", known.pattern))
            }
            None => Ok(list),
        }
    }

    /// Marks the findings that the list names. A pattern that nothing of the run fails by is stale, and fails it.
    pub fn apply(&self, report: &mut Report) {
        if matches!(report.verdict, Verdict::Error { .. }) {
            return;
        }
        for finding in &mut report.findings {
            let listed = |area: &String| {
                let name = format!("{area}/{}/{}", finding.check, finding.statement);
                self.failures.iter().find(|known| matches(&known.pattern, &name))
            };
            let known: Option<Vec<&KnownFailure>> = finding.areas.iter().map(listed).collect();
            let known = known
                .and_then(|known| known.first().map(|known| format!("{} ({})", known.reason, known.link)));
            finding.known = known;
        }
        for known in &self.failures {
            let fails = report.findings.iter().any(|finding| {
                finding.areas.iter().any(|area| {
                    matches(&known.pattern, &format!("{area}/{}/{}", finding.check, finding.statement))
                })
            });
            if !fails {
                report.stale.push(stale(known, report));
            }
        }
        let unknown = report
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Violation && finding.known.is_none());
        let fails = unknown || !report.stale.is_empty();
        report.verdict = if fails { Verdict::Fail } else { Verdict::Pass };
    }
}

fn stale(known: &KnownFailure, report: &Report) -> String {
    let pattern = &known.pattern;
    let (front, _) = pattern.rsplit_once('/').unwrap_or((pattern, ""));
    let asked = |check: &crate::outcome::CheckTally| {
        check.cases > 0 && matches(front, &format!("{}/{}", check.area, check.id))
    };
    if report.checks.iter().any(asked) {
        format!("{pattern} is listed as a known failure, and passes now: take it off the list")
    } else {
        format!("{pattern} is listed as a known failure, and no check of this run has such a name")
    }
}

/// Whether a name has the pattern's form, `*` standing for any text.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((front, rest)) => name.strip_prefix(front).is_some_and(|left| {
            let mut places = left.char_indices().map(|(place, _)| place).chain([left.len()]);
            places.any(|place| matches(rest, &left[place..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, name, wanted) in [
            ("a/b/c", "a/b/c", true),
            ("a/b/c", "a/b/cc", false),
            ("*/b/*", "a/b/c", true),
            ("a/*", "a/b/c", true),
            ("*", "", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abde", false),
        ] {
            assert_eq!(matches(pattern, name), wanted, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_has_three_parts() {
        let text = "[[failure]]\npattern = \"nps\"\nreason = \"r\"\nlink = \"l\"\n";
        assert!(KnownFailures::parse(text).unwrap_err().contains("area/check/statement"));
        assert!(KnownFailures::parse("[[failures]]\n").unwrap_err().contains("line 1"));
    }
}
