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

/// Runs a kept counterexample in its area.
pub(super) fn replay(course: &mut AreaRun<'_>, config: &Config, kept: &Counterexample) {
    let session = &mut course.session;
    match &kept.how {
        How::Alone => {
            let batch = batch_of(course, &kept.body);
            course.session.examine(&batch, &How::Alone, &alone);
        }
        How::Related { relation, added } => {
            let Some(relation) = Relation::ALL.into_iter().find(|known| known.check() == relation) else {
                return;
            };
            let batch = batch_of(course, &kept.body);
            let added = Some(added).filter(|added| !added.is_null()).map(|added| batch_of(course, added));
            if relations::applies(&course.session, &batch, relation) {
                let trial = |session: &mut Session<'_>, batch: &Batch, purpose: Purpose| {
                    relate(session, batch, relation, added.as_ref(), purpose)
                };
                course.session.examine(&batch, &kept.how, &trial);
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
fn batch_of(course: &AreaRun<'_>, body: &Value) -> Batch {
    let area = course.session.area;
    let beside = match &course.session.contract.file.service.envelope {
        Some(name) => body.get(name),
        None => Some(body),
    };
    let mut beside = beside.and_then(Value::as_object).cloned().unwrap_or_default();
    let list = beside.shift_remove(&area.list.name).unwrap_or_default();
    let object = |record: Value| match record {
        Value::Object(members) => members,
        _ => Record::new(),
    };
    let (records, one_object) = match list {
        Value::Array(records) => (records.into_iter().map(object).collect(), false),
        one => (vec![object(one)], true),
    };
    let mut batch = course.maker.batch(0, 0).with_records(records);
    batch.envelope = beside;
    batch.one_object = one_object;
    batch
}
