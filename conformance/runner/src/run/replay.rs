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
    }
}

/// The batch with that body.
fn batch_of(area_run: &AreaRun<'_>, body: &Value) -> Batch {
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
