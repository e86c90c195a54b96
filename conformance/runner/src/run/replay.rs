//! Replays saved counterexamples.

use serde_json::Value;

use super::Config;
use super::area::AreaRun;
use super::platform;
use super::relations::{self, relate};
use super::session::Session;
use super::settle::{Purpose, alone};
use crate::check::relation::Relation;
use crate::outcome::{Counterexample, How};
use tally_oracle::strategy::{Batch, Record};

/// How often a counterexample is sent to see whether it still shows its finding.
const TRIES: u32 = 3;
/// How often one is sent that did not show its finding every time.
const TRIES_IF_INTERMITTENT: u32 = 20;

/// How often a counterexample is sent at most. In a run of other cases once: they come after it.
pub(super) fn tries(config: &Config, kept: &Counterexample) -> u32 {
    match kept.rate {
        _ if !config.only_counterexamples => 1,
        None => TRIES,
        Some(_) => TRIES_IF_INTERMITTENT,
    }
}

/// Replays a saved counterexample in its area.
pub(super) fn replay(area_run: &mut AreaRun<'_>, config: &Config, kept: &Counterexample) {
    let session = &mut area_run.session;
    match &kept.how {
        How::Alone => {
            let batch = batch_of(area_run, &kept.body);
            area_run.session.examine(&batch, &How::Alone, &alone);
        }
        How::Related { relation, added } => {
            let Some(relation) = Relation::ALL.into_iter().find(|known| known.check() == relation) else {
                return;
            };
            let batch = batch_of(area_run, &kept.body);
            let added = Some(added).filter(|added| !added.is_null()).map(|added| batch_of(area_run, added));
            if relations::applies(&area_run.session, &batch, relation) {
                let trial = |session: &mut Session<'_>, batch: &Batch, purpose: Purpose| {
                    relate(session, batch, relation, added.as_ref(), purpose)
                };
                area_run.session.examine(&batch, &kept.how, &trial);
            }
        }
        How::Probe(what) => {
            let bytes = kept.body.to_string().into_bytes();
            let good = session.request(bytes);
            platform::probe_named(session, &good, config.allowed(), what);
        }
        How::Parameters => {
            let batch = batch_of(area_run, &kept.body);
            platform::parameters(&mut area_run.session, &batch);
        }
        How::UnknownMembers => {
            let batch = batch_of(area_run, &kept.body);
            platform::unknown_members(&mut area_run.session, &batch);
        }
        How::OddBody(what) => {
            let batch = batch_of(area_run, &kept.body);
            platform::odd_bodies(&mut area_run.session, &batch, Some(what));
        }
        // They take several areas, or stored records: their turn comes later.
        How::After { .. } | How::Scenario { .. } => {}
    }
}

/// The batch with that body.
pub(super) fn batch_of(area_run: &AreaRun<'_>, body: &Value) -> Batch {
    let area = area_run.session.area;
    let envelope = match &area_run.session.contract.file.service.envelope {
        Some(name) => body.get(name),
        None => Some(body),
    };
    let mut envelope = envelope.and_then(Value::as_object).cloned().unwrap_or_default();
    let list = envelope.shift_remove(&area.list.name).unwrap_or_default();
    let object = |record: Value| match record {
        Value::Object(members) => members,
        _ => Record::new(),
    };
    let (records, one_object) = match list {
        Value::Array(records) => (records.into_iter().map(object).collect(), false),
        one => (vec![object(one)], true),
    };
    let mut batch = area_run.maker.batch(0, 0).with_records(records);
    batch.envelope = envelope;
    batch.one_object = one_object;
    batch
}
