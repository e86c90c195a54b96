//! The most that records add to what is stored, counted before they are.

use tally_generated::runtime::JsonValue;
use tally_spec::model::{Behaviour, DefaultSource};

use super::Sizes;
use crate::plan::{Named, Plan, Source};
use crate::records::{ENTRY, RECORD};

/// What an allocator adds to a text at most.
const TEXT: usize = 24;

/// The most that records add to what is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Growth {
    pub(crate) records: usize,
    /// Unit: bytes.
    pub(crate) bytes: usize,
}

impl Growth {
    /// What records of an area add, whose own values take so many bytes in all, under request options of so many
    /// bytes.
    pub(crate) fn of(plan: &Plan, records: usize, bytes: usize, options: usize) -> Self {
        let (mut own, mut of_other) = (RECORD + TEXT + 8 * plan.rolled_by.len(), 0);
        for default in &plan.area().defaults {
            own += default.field.len() + 4;
            match &default.source {
                DefaultSource::Value(value) => own += value.to_string().len(),
                DefaultSource::Today | DefaultSource::WeekdaysAfter(_) => own += 16,
                // A user's ID; what is copied from a field is counted for each record.
                DefaultSource::SessionUser => own += 128,
                DefaultSource::Field(_) | DefaultSource::Elsewhere(_) => {}
            }
        }
        for behaviour in &plan.behaviours {
            match behaviour {
                // A record of the other area, too.
                Behaviour::RollsUp { .. } => (own, of_other) = (own + 2 * RECORD + 512, of_other + records),
                Behaviour::Resets { clears, shown_as, .. } => own += clears.len() * (shown_as.len() + 16),
                Behaviour::Attaches { .. } | Behaviour::Sends { .. } => own += ENTRY + 2 * TEXT,
                Behaviour::Alternatives { .. } => {}
            }
        }
        // An option may stand in a record's key as well.
        let options = if plan.stand_ins.is_empty() { 0 } else { options.saturating_mul(2) };
        let of_each = records.saturating_mul(own.saturating_add(options));
        Self { records: records + of_other, bytes: bytes.saturating_add(of_each) }
    }

    /// What the records of a body add that pass.
    pub(crate) fn of_body(plan: &Plan, sizes: Sizes) -> Self {
        Self::of(plan, sizes.passed, sizes.bytes, sizes.options)
    }

    /// The bytes that a record's own values add: its JSON, its key, and what is copied from it.
    pub(crate) fn of_record<'v, 'a: 'v>(
        plan: &Plan,
        json: &str,
        at: impl Fn(usize) -> &'v JsonValue<'a>,
    ) -> usize {
        let length = |place: usize| at(place).raw().map_or(8, str::len);
        // Names in a list each take a place of their own.
        let names =
            |named: &Named, each: usize| at(named.place).length().max(1) * each + 3 * length(named.place);
        let mut bytes = json.len();
        for field in plan.key_parts.iter().flat_map(|part| &part.fields) {
            bytes += length(field.place) + 16;
        }
        for default in &plan.planned_defaults {
            if let Source::Field(place) = default.source {
                bytes += length(place);
            }
        }
        bytes += plan.rolled_by.iter().map(|named| length(named.place)).sum::<usize>();
        bytes += plan.attaches.iter().map(|(_, named)| length(named.place)).sum::<usize>();
        bytes += plan.sends.iter().map(|sends| names(&sends.to, ENTRY + 2 * TEXT)).sum::<usize>();
        bytes + plan.creates.iter().map(|(named, _)| names(named, 128)).sum::<usize>()
    }
}
