//! Smaller batches that may still show what a batch has shown.

use serde_json::Value;

use super::Batch;

/// A way to make a batch smaller.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Only the records at these places.
    Keep(Vec<usize>),
    /// Without that request option.
    WithoutOption(String),
    /// Without that member in any record that can do without it.
    Without(String),
    /// Without every member that records can do without.
    Bare,
    /// With the plainest value of that member.
    Plain(String),
    /// With one element in that array, or half of them.
    Fewer(String, usize),
    /// As a list in place of one object.
    AsList,
    /// Off the border that a record stands on and passes, as far as that member goes.
    Undo(String),
}

/// The batches that are one step smaller, the boldest steps first.
///
/// What a record's defects touch stays, and so do the members that rules need. Whether a candidate still
/// has the fates of the batch that it comes from is for the caller to ask the oracle.
pub fn candidates(batch: &Batch) -> impl Iterator<Item = Batch> + use<> {
    let batch = batch.clone();
    steps(&batch).into_iter().filter_map(move |step| take(&batch, &step))
}

impl Batch {
    /// The batch with every member gone that its records can do without; `None` if it can do without none.
    #[must_use]
    pub fn bare(&self) -> Option<Self> {
        take(self, &Step::Bare)
    }
}

fn steps(batch: &Batch) -> Vec<Step> {
    let mut steps = Vec::new();
    let (bold, fine) = fewer_records(batch);
    steps.extend(bold);
    if batch.one_object {
        steps.push(Step::AsList);
    }
    // Before the finer parts: at a limit's border no record can go, but what they hold can.
    steps.push(Step::Bare);
    steps.extend(batch.envelope.keys().cloned().map(Step::WithoutOption));
    steps.extend(fine);
    let mut names: Vec<&String> = batch.records.iter().flat_map(|record| record.keys()).collect();
    names.sort();
    names.dedup();
    steps.extend(names.iter().map(|name| Step::Without((*name).clone())));
    for name in &names {
        let longest = |record: &super::Record| record.get(*name).and_then(Value::as_array).map(Vec::len);
        let longest = batch.records.iter().filter_map(longest).max().unwrap_or(0);
        if longest > 1 {
            steps.push(Step::Fewer((*name).clone(), 1));
            steps.push(Step::Fewer((*name).clone(), longest.div_ceil(2)));
        }
    }
    steps.extend(names.into_iter().map(|name| Step::Plain(name.clone())));
    let passing = batch.origins.iter().filter(|origin| !origin.rests_on.is_empty());
    let mut held: Vec<&String> = passing.flat_map(|origin| &origin.kept).collect();
    held.sort();
    held.dedup();
    steps.extend(held.into_iter().map(|name| Step::Undo(name.clone())));
    steps
}

/// Steps to fewer records, the bold ones and the fine ones: those with defects alone, each of them, halves;
/// then without ever smaller parts.
fn fewer_records(batch: &Batch) -> (Vec<Step>, Vec<Step>) {
    let (mut bold, mut fine) = (Vec::new(), Vec::new());
    let count = batch.records.len();
    if count < 2 {
        return (bold, fine);
    }
    let places = batch.origins.iter().enumerate();
    let broken: Vec<usize> =
        places.filter(|(_, origin)| !origin.defects.is_empty()).map(|(place, _)| place).collect();
    if !broken.is_empty() && broken.len() < count {
        bold.push(Step::Keep(broken.clone()));
    }
    if broken.len() > 1 {
        bold.extend(broken.iter().map(|place| Step::Keep(vec![*place])));
    }
    let mut part = count.div_ceil(2);
    let halves = part;
    loop {
        for start in (0..count).step_by(part) {
            let kept: Vec<usize> =
                (0..count).filter(|place| !(start..start + part).contains(place)).collect();
            let keeps_a_defect = broken.is_empty() || kept.iter().any(|place| broken.contains(place));
            if keeps_a_defect && !kept.is_empty() {
                if part == halves { &mut bold } else { &mut fine }.push(Step::Keep(kept));
            }
        }
        // One by one is for small batches: a caller has some tens of tries.
        if part == 1 || (part <= count / 16) {
            return (bold, fine);
        }
        part = part.div_ceil(2);
    }
}

/// The smaller batch; `None` if the step changes nothing.
fn take(batch: &Batch, step: &Step) -> Option<Batch> {
    match step {
        Step::Keep(places) => Some(batch.select(places)),
        Step::Undo(name) => undo(batch, name),
        Step::AsList => Some(Batch { one_object: false, ..batch.clone() }),
        Step::WithoutOption(name) => {
            let mut smaller = batch.clone();
            smaller.envelope.remove(name);
            Some(smaller)
        }
        Step::Without(name) => change(batch, |record, kept| {
            let droppable = !kept.contains(name) && !batch.layout.needed.contains(name);
            droppable && record.remove(name).is_some()
        }),
        Step::Bare => change(batch, |record, kept| {
            let before = record.len();
            record.retain(|name, _| kept.contains(name) || batch.layout.needed.contains(name));
            record.len() < before
        }),
        Step::Plain(name) => {
            let plain = batch.layout.plain.get(name)?;
            change(batch, |record, kept| match record.get_mut(name) {
                Some(value) if !kept.contains(name) && value != plain => {
                    *value = plain.clone();
                    true
                }
                _ => false,
            })
        }
        Step::Fewer(name, length) => change(batch, |record, kept| match record.get_mut(name) {
            Some(Value::Array(elements)) if !kept.contains(name) && elements.len() > *length => {
                elements.truncate(*length);
                true
            }
            _ => false,
        }),
    }
}

/// The batch with a member of records that stand on a border and pass made plain, or gone; what is left of a
/// border is no border any more.
fn undo(batch: &Batch, name: &String) -> Option<Batch> {
    let mut smaller = batch.clone();
    let mut changed = false;
    for (record, origin) in smaller.records.iter_mut().zip(&mut smaller.origins) {
        if origin.rests_on.is_empty() || !origin.kept.contains(name) {
            continue;
        }
        changed |= match batch.layout.plain.get(name) {
            Some(plain) => record.insert(name.clone(), plain.clone()).as_ref() != Some(plain),
            None => !batch.layout.needed.contains(name) && record.remove(name).is_some(),
        };
        origin.kept.retain(|kept| kept != name);
        if origin.kept.is_empty() {
            origin.rests_on.clear();
        }
    }
    changed.then_some(smaller)
}

/// The batch with each record changed that a change applies to; `None` if it applies to none.
fn change(batch: &Batch, mut apply: impl FnMut(&mut super::Record, &[String]) -> bool) -> Option<Batch> {
    let mut smaller = batch.clone();
    let mut changed = false;
    for (place, record) in smaller.records.iter_mut().enumerate() {
        let kept = batch.origins.get(place).map_or(&[][..], |origin| origin.kept.as_slice());
        changed |= apply(record, kept);
    }
    changed.then_some(smaller)
}
