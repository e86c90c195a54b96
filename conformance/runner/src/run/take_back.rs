//! Takes back what an outage has made of a log.

use super::log::{Log, is_same};
use crate::check::Breach;
use crate::outcome::Severity;

/// A breach that was shown by a refusal, which may have nothing to do with the request.
#[derive(Debug)]
pub(super) struct Refused {
    /// The number of the last request that was sent.
    pub(super) request: u64,
    pub(super) check: &'static str,
    pub(super) severity: Severity,
    /// The breach of the finding, if there is one by it.
    pub(super) new: Option<Breach>,
}

/// What is counted of a case, so that it can be taken back if the target goes away in the middle of it.
#[derive(Debug, Default)]
pub(super) struct CaseCounts {
    pub(super) checks: Vec<String>,
    pub(super) statements: Vec<String>,
    pub(super) observed: Vec<String>,
    pub(super) boundaries: Vec<String>,
    sizes: usize,
    breaches: u64,
}

impl Log {
    /// Begins a case of the run: what was counted before it stands.
    pub(super) fn begin_case(&mut self) {
        let (sizes, breaches) = (self.area.sizes.len(), self.breaches);
        self.case = CaseCounts { sizes, breaches, ..CaseCounts::default() };
    }

    /// Takes back what was counted of a case that an outage interrupted, unless it has found something before, and
    /// the findings by refusals from that request on.
    pub(super) fn take_back(&mut self, from: u64) {
        let case = std::mem::take(&mut self.case);
        if std::mem::take(&mut self.is_interrupted) && case.breaches == self.breaches {
            self.uncount(&case);
        }
        let (since, before) =
            std::mem::take(&mut self.refused).into_iter().partition(|one| one.request >= from);
        self.refused = before;
        let since: Vec<Refused> = since;
        for Refused { check, severity, new, .. } in since {
            self.breaches = self.breaches.saturating_sub(1);
            if let Some(tally) = self.checks.iter_mut().find(|tally| tally.id == check) {
                let count = match severity {
                    Severity::Violation => &mut tally.violations,
                    Severity::Warning => &mut tally.warnings,
                };
                *count = count.saturating_sub(1);
                tally.cases = tally.cases.saturating_sub(1);
            }
            if let Some(breach) = new {
                self.taken_back += 1;
                self.findings.retain(|finding| !is_same(finding, &breach));
            }
        }
        if self.findings.is_empty() && self.breaches == 0 {
            self.first = None;
        }
    }

    fn uncount(&mut self, case: &CaseCounts) {
        for check in &case.checks {
            if let Some(tally) = self.checks.iter_mut().find(|tally| tally.id == *check) {
                tally.cases = tally.cases.saturating_sub(1);
            }
        }
        for (statements, counts) in
            [(&case.statements, &mut self.coverage), (&case.observed, &mut self.observed)]
        {
            for statement in statements {
                if let Some(count) = counts.get_mut(statement) {
                    *count = count.saturating_sub(1);
                }
            }
        }
        for id in &case.boundaries {
            if let Some(boundary) = self.boundaries.iter_mut().find(|boundary| boundary.id == *id) {
                boundary.exercised = boundary.exercised.saturating_sub(1);
            }
        }
        self.area.sizes.truncate(case.sizes);
    }
}
