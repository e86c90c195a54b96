//! Known failures: listed with a reason, and accepted for as long as they fail.

use serde::Deserialize;
use tally_spec::model::Contract;

use super::log::Log;
use super::{Config, OtherVerbs, Profile};
use crate::check::registry;
use crate::outcome::{Finding, Severity};

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

    /// Marks the findings of an area that the list names. If no other violation of a check is left there, what
    /// was counted for the known ones no longer counts as violations; then likewise for warnings.
    pub(super) fn mark(&self, log: &mut Log) {
        for finding in &mut log.findings {
            let name = name(finding);
            let known = self.failures.iter().find(|known| matches(&known.pattern, &name));
            finding.known = known.map(|known| format!("{} ({})", known.reason, known.link));
        }
        for tally in &mut log.checks {
            let of_it = || log.findings.iter().filter(|finding| finding.check == tally.id);
            let unknown =
                |severity| of_it().any(|finding| finding.severity == severity && finding.known.is_none());
            if of_it().next().is_none() || unknown(Severity::Violation) {
                continue;
            }
            tally.known += std::mem::take(&mut tally.violations);
            if !unknown(Severity::Warning) {
                tally.known += std::mem::take(&mut tally.warnings);
            }
        }
    }

    /// A text for each entry that names nothing of the contract, or that nothing fails by any more. An entry for
    /// what the run does not cover is neither.
    pub(super) fn stale(&self, contract: &Contract, config: &Config, logs: &[Log]) -> Vec<String> {
        let fails = |known: &KnownFailure| {
            let mut findings = logs.iter().flat_map(|log| &log.findings);
            findings.any(|finding| matches(&known.pattern, &name(finding)))
        };
        let passing = self.failures.iter().filter(|known| !fails(known));
        passing.filter_map(|known| stale(&known.pattern, contract, config, logs)).collect()
    }
}

/// Why an entry that nothing fails by is stale, if the run tells.
fn stale(pattern: &str, contract: &Contract, config: &Config, logs: &[Log]) -> Option<String> {
    let mut parts = pattern.split('/');
    let (area, check) = (parts.next()?, parts.next()?);
    let is_named = |log: &&Log| matches(area, &log.area.name);
    let named = contract.areas.iter().filter(|known| matches(area, &known.name)).count();
    if named == 0 {
        return Some(format!("{pattern}: the contract has no such area"));
    }
    if !registry::REGISTRY.iter().any(|known| matches(check, known.id)) {
        return Some(format!("{pattern}: there is no such check (see `tally checks`)"));
    }
    let whole = config.shard.is_none() && !config.only_counterexamples && config.profile != Profile::Smoke;
    let probed = config.verbs != OtherVerbs::ReadOnly || !matches(check, "wrong_verb_is_refused");
    let covered = logs.iter().filter(is_named).filter(|log| log.is_whole && log.area.left_out.is_empty());
    if !whole || !probed || covered.count() < named {
        return None;
    }
    let asked = |log: &Log| log.checks.iter().any(|tally| tally.cases > 0 && matches(check, &tally.id));
    logs.iter()
        .filter(is_named)
        .all(asked)
        .then(|| format!("{pattern} is listed as a known failure, but passes: remove it from the list"))
}

/// The name that patterns are compared with.
fn name(finding: &Finding) -> String {
    format!("{}/{}/{}", finding.area, finding.check, finding.statement)
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
