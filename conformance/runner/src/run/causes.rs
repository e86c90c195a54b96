//! A warning and a violation of one cause are one finding.

use crate::outcome::{Also, Finding, Severity};

/// The check whose warnings and violations are about the same entries.
const ABOUT_ENTRIES: &str = "echoes_match_records";

/// Adds each warning to the violation of the same cause, if there is one.
pub(super) fn join(findings: &mut Vec<Finding>) {
    let (mut kept, warnings): (Vec<_>, Vec<_>) =
        std::mem::take(findings).into_iter().partition(|finding| finding.severity == Severity::Violation);
    for warning in warnings {
        match kept.iter_mut().find(|violation| has_cause_of(violation, &warning)) {
            Some(violation) => violation.also.push(Also {
                check: warning.check,
                statement: warning.statement,
                message: warning.message,
            }),
            None => kept.push(warning),
        }
    }
    *findings = kept;
}

/// Whether a violation explains a warning: one response shows both, or both are about whose an entry is, where
/// one wrong value makes entries look like other records'.
fn has_cause_of(violation: &Finding, warning: &Finding) -> bool {
    if violation.severity != Severity::Violation {
        return false;
    }
    let one_response = violation.request == warning.request && violation.before == warning.before;
    one_response || violation.check == ABOUT_ENTRIES && warning.check == ABOUT_ENTRIES
}
