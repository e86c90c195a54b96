//! Whether what was rejected in one record is taken in another: then it is not the fixtures that are wrong.

use tally_fixtures::Fixtures;
use tally_oracle::oracle::{Fate, Oracle};
use tally_oracle::strategy::{Batch, Maker, Record};
use tally_spec::model::Area;

use super::claims::{Carrier, Claim};
use super::fixtures::Checked;
use super::told::{Said, Told, tells_apart, told};
use crate::run::Run;
use crate::run::session::Session;
use crate::run::settle::Purpose;

/// The requests for an area whose answers do not tell records apart.
const MOST_ALONE: usize = 2;
/// The valid records that show whether the target takes any.
const CONTROLS: usize = 6;
/// The records of a request.
const RECORDS: usize = 48;

/// An entry that the target denies.
pub(super) struct Doubted<'a> {
    pub(super) carrier: Carrier<'a>,
    pub(super) claim: Claim,
    pub(super) said: Said,
}

impl<'a> Run<'a> {
    /// Sends what is doubted in records that differ in what else they hold, and drops what the target takes in some.
    /// `sound` are the fixtures without what is doubted.
    pub(super) fn without_refuted(
        &self,
        mut found: Vec<Doubted<'a>>,
        sound: &Fixtures,
        (checked, mut left): (&mut Checked<'a>, u32),
    ) -> Vec<Doubted<'a>> {
        let mut areas: Vec<&'a Area> = Vec::new();
        for doubted in found.iter().filter(|doubted| doubted.claim.exists) {
            if !areas.iter().any(|area| area.name == doubted.carrier.area.name) {
                areas.push(doubted.carrier.area);
            }
        }
        let oracle = Oracle::new(self.subject.contract, sound);
        for area in areas {
            let others = self.otherwise(area, &found);
            let controls = self.controls(area, sound, &oracle);
            let mut session = self.session(area);
            let is_refuted = self.takes(&mut session, &others, &mut left) == Some(true)
                || self.takes(&mut session, &controls, &mut left) == Some(false);
            checked.logs.push(session.log);
            if !is_refuted {
                continue;
            }
            let references = self.maker(area).references();
            let is_named = |kind: &str| references.iter().any(|reference| reference.kind == kind);
            let (refuted, kept): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|doubted| is_named(doubted.carrier.reference.kind));
            found = kept;
            let mut kinds: Vec<&str> = refuted.iter().map(|doubted| doubted.carrier.reference.kind).collect();
            kinds.dedup();
            checked.notes.extend(kinds.into_iter().map(|kind| {
                format!(
                    "the fixtures were not checked for every {}: the target takes the same name in some records and \
                     rejects it in others",
                    self.title(kind)
                )
            }));
        }
        found
    }

    /// Records of an area that name what is doubted: each must pass if that exists.
    fn otherwise(&self, area: &'a Area, found: &[Doubted<'a>]) -> Batch {
        let maker = Maker::new(self.subject.contract, area, self.subject.fixtures, &self.mark());
        let is_of_area =
            |doubted: &&Doubted<'a>| doubted.claim.exists && doubted.carrier.area.name == area.name;
        let of_area: Vec<&Doubted<'a>> = found.iter().filter(is_of_area).collect();
        let each = (RECORDS.min(area.limit.maximum) / of_area.len().max(1)).max(1);
        let frame = maker.batch(self.config.seed, 1);
        let is = |record: &Record, fate: Fate| {
            let expectation = self.oracle.expect(area, &frame.with_records(vec![record.clone()]).body());
            matches!(expectation.expected(), [one] if one.fate == fate && !one.may_refuse)
        };
        let mut records: Vec<Record> = Vec::new();
        for (nth, Doubted { carrier, claim, .. }) in of_area.into_iter().enumerate() {
            let seed = self.config.seed.wrapping_add(nth as u64);
            let Some(made_up) = maker.made_up(carrier.reference.kind, seed, &claim.spelt) else { continue };
            let named = carrier.others(seed, &maker, each, &claim.spelt).records;
            let unnamed = carrier.others(seed, &maker, each, &made_up).records;
            // Every other record names what the rejected one named, and nothing else that could have been enough.
            let telling = named.into_iter().zip(&unnamed).enumerate().filter(|(place, (named, unnamed))| {
                is(named, Fate::Passes) && (place % 2 == 0 || is(unnamed, Fate::Fails))
            });
            records.extend(telling.map(|(_, (named, _))| named));
        }
        records.truncate(area.limit.maximum);
        frame.with_records(records)
    }

    /// Valid records that name nothing doubted: a target that takes none of them has other troubles. None if an answer
    /// does not tell records apart.
    fn controls(&self, area: &'a Area, sound: &Fixtures, oracle: &Oracle) -> Batch {
        let maker = Maker::new(self.subject.contract, area, sound, &self.mark());
        let can_tell = maker.lacks().is_empty() && tells_apart(self.subject.contract, area);
        let all = maker.batch(self.config.seed, CONTROLS.min(area.limit.maximum));
        let expectation = oracle.expect(area, &all.body());
        let expected = expectation.expected();
        let passes = |place: &usize| expected.get(*place).is_some_and(|record| record.fate == Fate::Passes);
        let places: Vec<usize> = (0..all.records.len()).filter(|place| can_tell && passes(place)).collect();
        all.select(&places)
    }

    /// Whether the target takes one of the records, if its answers say so.
    fn takes(&self, session: &mut Session<'a>, batch: &Batch, left: &mut u32) -> Option<bool> {
        let mut takes = None;
        let places: Vec<usize> = (0..batch.records.len()).collect();
        let together = if tells_apart(self.subject.contract, session.area) { places.len().max(1) } else { 1 };
        for places in places.chunks(together).take(MOST_ALONE) {
            session.check_budget();
            if *left == 0 || session.log.ended.is_some() {
                return None;
            }
            let before = session.log.area.requests;
            let sent = session.send(&batch.select(places), Purpose::Case);
            let cost = session.log.area.requests - before;
            *left = left.saturating_sub(u32::try_from(cost).unwrap_or(u32::MAX));
            match told(session, &sent, places.len()) {
                Told::Each(said) if said.contains(&Said::Accepted) => return Some(true),
                Told::Some => return Some(true),
                Told::Each(_) => takes = Some(false),
                Told::Nothing => {}
            }
        }
        takes
    }
}
