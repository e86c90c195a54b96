//! A warning and a violation of one cause are one finding.

use super::{Also, Finding, Severity};

/// The check whose findings are about whose an entry is: one wrong value makes entries look like other records'.
const ABOUT_ENTRIES: &str = "echoes_match_records";
/// The check that sends requests with two faults: the refusal of the first one may be wrong by itself.
const OF_TWO_FAULTS: &str = "platform_checks_come_in_order";

/// Adds each warning to the violation of the same cause, if there is one.
pub fn join_causes(findings: &mut Vec<Finding>) {
    let (mut kept, warnings): (Vec<_>, Vec<_>) =
        std::mem::take(findings).into_iter().partition(|finding| finding.severity == Severity::Violation);
    let violations = kept.len();
    for warning in warnings {
        match kept[..violations].iter_mut().find(|violation| has_cause_of(violation, &warning)) {
            Some(violation) => violation.also.push(Also {
                area: warning.area,
                check: warning.check,
                statement: warning.statement,
                message: warning.message,
            }),
            None => kept.push(warning),
        }
    }
    *findings = kept;
}

/// Whether a violation explains a warning.
fn has_cause_of(violation: &Finding, warning: &Finding) -> bool {
    let shares_area = warning.areas.iter().any(|area| violation.areas.contains(area));
    let is_one_response = violation.request == warning.request && violation.before == warning.before;
    let is_about_entries = [violation, warning].iter().all(|finding| finding.check == ABOUT_ENTRIES);
    // The same thing goes wrong, and the warning depends on what the violation breaks, and on an assumption besides.
    let is_same_rule = violation.keyword == warning.keyword
        && warning.premises.contains(&violation.statement)
        && (violation.check == warning.check || warning.check == OF_TWO_FAULTS);
    is_one_response || is_about_entries && shares_area || is_same_rule
}
