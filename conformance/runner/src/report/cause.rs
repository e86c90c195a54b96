//! Findings of one cause, told together.

use super::Finding;

/// Findings that break the same statement in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    /// The finding that is told, by its place in the report.
    pub(super) first: usize,
    /// The others, which differ in their areas only.
    pub(super) others: Vec<usize>,
}

impl Cause {
    /// Every area where it was found, each once, in the order of the findings.
    pub(super) fn areas<'a>(&self, findings: &'a [Finding]) -> Vec<&'a str> {
        let mut areas: Vec<&str> = Vec::new();
        for place in std::iter::once(&self.first).chain(&self.others) {
            let Some(finding) = findings.get(*place) else { continue };
            for area in std::iter::once(&finding.area).chain(&finding.areas) {
                if !areas.contains(&area.as_str()) {
                    areas.push(area);
                }
            }
        }
        areas
    }
}

/// Whether two findings have one cause.
pub(super) fn is_alike(left: &Finding, right: &Finding) -> bool {
    (&left.check, &left.statement, &left.keyword, left.severity, &left.known)
        == (&right.check, &right.statement, &right.keyword, right.severity, &right.known)
}

/// The causes in the order of their first findings.
pub(super) fn causes(findings: &[Finding]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for (place, finding) in findings.iter().enumerate() {
        let alike = causes.iter_mut().find(|cause| is_alike(&findings[cause.first], finding));
        match alike {
            Some(cause) => cause.others.push(place),
            None => causes.push(Cause { first: place, others: Vec::new() }),
        }
    }
    causes
}
