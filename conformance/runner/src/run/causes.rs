//! Findings with one cause, told once.

use crate::report::Finding;

/// The findings with those of one cause made one: the first area's, naming every area.
///
/// One cause is one check breached in one way, by one statement, weighing the same.
pub(super) fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut causes: Vec<Finding> = Vec::new();
    for finding in findings {
        let cause = |known: &&mut Finding| {
            (&known.check, &known.keyword, &known.statement, known.severity)
                == (&finding.check, &finding.keyword, &finding.statement, finding.severity)
        };
        match causes.iter_mut().find(cause) {
            Some(known) => known.areas.extend(finding.areas),
            None => causes.push(finding),
        }
    }
    causes
}
