//! From the logs of the areas to the verdict and the report.

use tally_spec::model::PlatformCondition;

use super::log::{Answers, End, Log};
use super::{OtherVerbs, Run, coverage};
use crate::outcome::{Outage, Report, Severity, Verdict, join_causes, merge_findings};

impl Run<'_> {
    /// The outage that ended the run, if one did. What was found since then is taken back.
    pub(super) fn outage(&self, logs: &mut [Log]) -> Option<Outage> {
        let mut outage = self.watch.outage()?.clone();
        for log in logs.iter_mut() {
            log.take_back(outage.request);
            outage.taken_back += log.taken_back;
        }
        Some(outage)
    }

    /// The verdict: inconclusive if the run was to read stored records and could not.
    pub(super) fn verdict(&self, logs: &[Log]) -> Verdict {
        let verdict = verdict(logs, self.unauthorized(), self.config.only_counterexamples);
        let verdict = match (verdict, Self::too_long(logs)) {
            (Verdict::Pass, Some(why)) => Verdict::inconclusive(why),
            (verdict, _) => verdict,
        };
        match (verdict, self.unread.get()) {
            (Verdict::Pass, Some(why)) => {
                Verdict::inconclusive(format!("stored records could not be read: {why}"))
            }
            (verdict, _) => verdict,
        }
    }

    /// What became of answers too long to be judged, if there were such.
    fn too_long(logs: &[Log]) -> Option<String> {
        let count = logs.iter().map(|log| log.unread).sum::<u64>();
        (count > 0).then(|| {
            format!(
                "{count} answers were too long to be judged: longer than the largest that the contract documents, or \
                 with more values than fit into memory"
            )
        })
    }

    /// Makes the report.
    pub(super) fn gather(&self, logs: Vec<Log>, verdict: Verdict) -> Report {
        let coverage = coverage::of(self.subject.contract, &logs);
        let mut report = Report {
            contract: self.subject.contract.file.name.clone(),
            target: self.client.target().shown_root(),
            verdict,
            seed: self.config.seed,
            profile: self.config.profile.to_string(),
            shard: self.config.shard,
            strict: self.config.strict,
            rerun: self.client.redact(&self.config.rerun),
            started: crate::outcome::EPOCH.to_owned(),
            requests: 0,
            records: 0,
            duration: std::time::Duration::ZERO,
            outage: None,
            areas: Vec::new(),
            checks: Vec::new(),
            findings: Vec::new(),
            first: logs.iter().filter_map(|log| log.first).min_by_key(|first| first.after),
            coverage,
            boundaries: Vec::new(),
            timings: Vec::new(),
            written: std::collections::BTreeSet::new(),
            stale: Vec::new(),
            notes: notes(self, &logs),
        };
        for log in logs {
            report.requests += log.area.requests;
            report.records += log.area.records;
            report.areas.push(log.area);
            report.checks.extend(log.checks);
            report.boundaries.extend(log.boundaries);
            report.timings.extend(log.timings);
            report.written.extend(log.written);
            merge_findings(&mut report.findings, log.findings);
        }
        report.findings.sort_by_key(|finding| finding.severity);
        join_causes(&mut report.findings);
        report
    }
}

/// The verdict of the logs. With `few` requests, answers may all be alike.
fn verdict(logs: &[Log], unauthorized: Option<u16>, few: bool) -> Verdict {
    let mut answers = Answers::default();
    for log in logs {
        answers.join(&log.answers);
    }
    // The answers to a counterexample may all be alike.
    if let Some(reason) = answers.why_inconclusive(unauthorized).filter(|_| !few) {
        return Verdict::inconclusive(reason);
    }
    let ended = logs.iter().find_map(|log| match log.ended.as_ref()? {
        End::Spent(_) if log.is_enough => None,
        End::Spent(reason) | End::Enough(reason) | End::Failed(reason) => Some((&log.area.name, reason)),
    });
    if answers.count == 0 || logs.iter().all(|log| log.checks.iter().all(|check| check.cases == 0)) {
        let why = ended.map_or_else(String::new, |(_, reason)| format!(": {reason}"));
        return Verdict::inconclusive(format!("no check was run{why}"));
    }
    let mut findings = logs.iter().flat_map(|log| &log.findings);
    if findings.any(|finding| finding.severity == Severity::Violation && finding.known.is_none()) {
        return Verdict::Fail;
    }
    // What was not tested to the end is not shown to conform.
    if let Some((area, reason)) = ended {
        return Verdict::inconclusive(format!("{area} was not tested to the end: {reason}"));
    }
    match logs.iter().map(|log| log.undecided).sum() {
        0 => Verdict::Pass,
        undecided => Verdict::inconclusive(only_later(undecided)),
    }
}

/// What became of requests that were never decided.
fn only_later(undecided: u64) -> String {
    format!("{undecided} requests were only ever asked to try again later")
}

fn notes(run: &Run<'_>, logs: &[Log]) -> Vec<String> {
    let mut notes = Vec::new();
    for log in logs.iter().filter(|log| log.area.repeated_keys > 0) {
        let batches = log.area.repeated_keys;
        notes.push(format!(
            "{}: {batches} batches reuse keys: add more organisation data to the fixtures to avoid it",
            log.area.name
        ));
    }
    let resent: u64 = logs.iter().map(|log| log.resent).sum();
    if resent > 0 {
        let plural = if resent == 1 { "request was" } else { "requests were" };
        notes.push(format!("{resent} {plural} answered only when sent again: the connection broke before"));
    }
    let undecided: u64 = logs.iter().map(|log| log.undecided).sum();
    if undecided > 0 {
        notes.push(only_later(undecided));
    }
    notes.extend(Run::too_long(logs));
    if let Some(why) = run.unread.get() {
        notes.push(format!("stored records were not checked completely: {why}"));
    }
    if !run.config.token_is_real {
        notes.push("skipped the invalid-token check because TALLY_TOKEN is unset".to_owned());
    }
    let conditions = &run.subject.contract.file.service.errors.conditions;
    if run.config.verbs == OtherVerbs::ReadOnly
        && conditions.iter().any(|error| error.when == PlatformCondition::WrongVerb)
    {
        notes.push("PUT and DELETE were not tried: on a remote target they need --allow-verbs".to_owned());
    }
    notes
}
