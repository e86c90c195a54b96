//! From a breach to a finding: examine → confirm → shrink → log.

use std::sync::atomic::Ordering;

use serde_json::Value;

use super::confirm;
use super::log::{self, Found};
use super::outage;
use super::session::{Sent, Session};
use super::shrink;
use super::take_back::Refused;
use crate::check::{Breach, Keyword, assertions};
use crate::client::Exchange;
use crate::outcome::{Counterexample, How, Rate, Severity, ShownRequest};
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::Batch;

/// How often a breach is looked for again before it is shrunk.
const BEFORE: u32 = 1;
/// How often it is looked for again after that.
const AFTER: u32 = 2;

/// Why a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is a case of the run: its checks count as cases.
    Case,
    /// It confirms or shrinks a finding, whose allowance it spends.
    Search,
}

/// A breach with the exchange that shows it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) breach: Breach,
    pub(super) exchange: Exchange,
    pub(super) records: usize,
    /// The requests before it that belong to what it shows.
    pub(super) before: Vec<ShownRequest>,
}

impl Shown {
    /// Whether both breach the same check in the same way, by a common premise.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.breach.keys().any(|key| other.breach.keys().any(|other| other == key))
    }
}

/// What a finding has besides its breach and exchange.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// How often it shows, if it does not every time.
    pub(super) rate: Option<Rate>,
    /// The requests that must come first.
    pub(super) before: Vec<ShownRequest>,
    /// The body that shows it and how that is used, if one body is enough.
    pub(super) how: Option<(How, Value)>,
}

/// Sends what is made of a batch, and returns what is wrong with the answers.
pub(super) type Trial<'t> = &'t dyn Fn(&mut Session<'_>, &Batch, Purpose) -> Vec<Shown>;

/// Sends the batch as it is and runs every check.
pub(super) fn alone(session: &mut Session<'_>, batch: &Batch, purpose: Purpose) -> Vec<Shown> {
    let sent = session.send(batch, purpose);
    let breaches = session.check(&sent, purpose);
    shown(breaches, &sent)
}

/// One breach with its exchange.
pub(super) fn one(breach: Breach, exchange: Exchange, records: usize) -> Shown {
    Shown { breach, exchange, records, before: Vec::new() }
}

/// The breaches, each with the exchange.
pub(super) fn shown(breaches: Vec<Breach>, sent: &Sent) -> Vec<Shown> {
    let show =
        |breach| Shown { breach, exchange: sent.exchange.clone(), records: sent.records, before: Vec::new() };
    breaches.into_iter().map(show).collect()
}

impl Session<'_> {
    /// Runs a trial of a batch as a case, and settles what it shows.
    pub(super) fn examine(&mut self, batch: &Batch, how: &How, trial: Trial<'_>) {
        if self.log.ended.is_some() {
            return;
        }
        let shown = trial(self, batch, Purpose::Case);
        self.settle(batch, shown, how, trial);
    }

    /// Logs what a trial of a batch has shown. New findings are confirmed, and shrunk if they show again.
    pub(super) fn settle(&mut self, batch: &Batch, shown: Vec<Shown>, how: &How, trial: Trial<'_>) {
        for shown in shown {
            let apart = self.without_company(batch, &shown, trial);
            let (batch, shown) = apart.unwrap_or_else(|| (batch.clone(), shown));
            self.settle_one(shown, |session, shown| session.confirm_and_shrink(&batch, shown, how, trial));
            self.spent = 0;
        }
    }

    /// Of valid records that failed beside bad ones: the valid ones alone, if they fail then, too. Then it is not the
    /// bad ones that fail them.
    fn without_company(&mut self, batch: &Batch, shown: &Shown, trial: Trial<'_>) -> Option<(Batch, Shown)> {
        if shown.breach.keyword != Keyword::OthersFail || self.known(&shown.breach).is_some() {
            return None;
        }
        let expectation = self.oracle.expect(self.area, &batch.body());
        let expected = expectation.expected();
        let passing = |place: &usize| expected.get(*place).is_some_and(|record| record.fate == Fate::Passes);
        let places: Vec<usize> = (0..batch.records.len()).filter(passing).collect();
        if places.is_empty() || self.left_to_shrink < shrink::MOST_FOR_TRY || self.log.ended.is_some() {
            return None;
        }
        let alone = batch.select(&places);
        let before = self.spent;
        let found = trial(self, &alone, Purpose::Search);
        self.left_to_shrink = self.left_to_shrink.saturating_sub(self.spent - before);
        let is_failure = |found: &Shown| matches!(found.breach.keyword, Keyword::TooMany | Keyword::Failed);
        Some((alone, found.into_iter().find(is_failure)?))
    }

    /// Logs what a single request has shown. It is confirmed by `again`, but not shrunk.
    pub(super) fn settle_as_sent(
        &mut self,
        shown: Shown,
        how: Option<(How, Value)>,
        again: &dyn Fn(&mut Session<'_>) -> Vec<Shown>,
    ) {
        self.settle_one(shown, |session, shown| {
            let previous = session.sent_before(&shown.exchange.request);
            let rate = confirm::rate(session, &shown, again, BEFORE + AFTER);
            let after = confirm::after(session, &shown, (rate, previous), again, how.as_ref());
            (shown, after.unwrap_or(Evidence { rate, how, ..Evidence::default() }))
        });
    }

    /// Logs a breach. If it is new, `search` finds the exchange and the evidence that its finding is kept with.
    pub(super) fn settle_one(
        &mut self,
        shown: Shown,
        search: impl FnOnce(&mut Self, Shown) -> (Shown, Evidence),
    ) {
        let requests = self.sent.load(Ordering::Relaxed);
        self.note_first();
        let original = shown.breach.clone();
        let refused =
            outage::refusal(self.contract, &shown.exchange).map(|_| self.sent.load(Ordering::Relaxed));
        let mut new = None;
        let severity = self.known(&original).unwrap_or_else(|| {
            let (smallest, evidence) = search(self, shown);
            self.known(&smallest.breach).unwrap_or_else(|| {
                new = Some(smallest.breach.clone());
                self.keep(smallest, evidence, requests)
            })
        });
        self.log.breach(self.contract, &original, severity);
        if let Some(request) = refused {
            self.log.refused.push(Refused { request, check: original.check, severity, new });
        }
    }

    fn confirm_and_shrink(
        &mut self,
        batch: &Batch,
        shown: Shown,
        how: &How,
        trial: Trial<'_>,
    ) -> (Shown, Evidence) {
        let again = |session: &mut Session<'_>| trial(session, batch, Purpose::Search);
        let before = self.spent;
        let previous = self.sent_before(&shown.exchange.request);
        let rate = confirm::rate(self, &shown, &again, BEFORE);
        if rate.is_some() {
            let how = Some((how.clone(), batch.body()));
            let after = confirm::after(self, &shown, (rate, previous), &again, how.as_ref());
            return (shown, after.unwrap_or(Evidence { rate, how, ..Evidence::default() }));
        }
        if shown.breach.keyword == Keyword::Timeout {
            let how = Some((how.clone(), batch.body()));
            return (shown, Evidence { how, ..Evidence::default() });
        }
        let cost = (self.spent - before).div_ceil(u64::from(BEFORE)).max(shrink::MOST_FOR_TRY);
        let kept = cost * u64::from(AFTER);
        let (batch, mut smallest) = shrink::shrink(self, batch, shown, trial, (cost, kept));
        // A value that is still at a boundary shows the breach because of the boundary.
        for origin in &batch.origins {
            smallest.breach.blame(&origin.rests_on);
        }
        let again = |session: &mut Session<'_>| trial(session, &batch, Purpose::Search);
        let rate = confirm::rate(self, &smallest, &again, AFTER);
        (smallest, Evidence { rate, how: Some((how.clone(), batch.body())), ..Evidence::default() })
    }

    /// The severity of the finding that a breach belongs to, if there is one already.
    pub(super) fn known(&self, breach: &Breach) -> Option<Severity> {
        self.log.known(self.contract, breach).map(|known| known.severity)
    }

    /// Keeps a finding that first showed after so many requests, and returns its severity.
    fn keep(&mut self, shown: Shown, evidence: Evidence, requests: u64) -> Severity {
        let Shown { mut breach, exchange, records, before: related } = shown;
        let Evidence { rate, before, how } = evidence;
        let before = if before.is_empty() { related } else { before };
        if breach.assertions.is_empty() {
            breach.assertions = assertions::of_any(breach.check);
        }
        let counterexample = how.map(|(how, body)| Counterexample {
            contract: self.contract.file.name.clone(),
            area: self.area.name.clone(),
            check: breach.check.to_owned(),
            statement: breach.principal().to_owned(),
            keyword: breach.keyword.as_str().to_owned(),
            severity: log::severity(self.contract, &breach, self.strict),
            message: self.client.redact_start(breach.message.as_bytes(), log::LONGEST_MESSAGE),
            seed: self.seed,
            rate,
            how,
            body,
        });
        let shrink_requests = std::mem::take(&mut self.spent);
        let found =
            Found { breach, exchange: &exchange, records, rate, before, shrink_requests, counterexample };
        let severity = self.log.find(self.contract, self.client, self.strict, found);
        if let Some(finding) = self.log.findings.last() {
            self.observer.found(finding, requests);
        }
        severity
    }
}
