//! What a body takes in memory, by its bytes or by one reading that keeps nothing of it.

use memchr::memchr_iter;
use tally_generated::runtime::{Gather, JsonValue, Keeping, RequestVerdict};
use tally_spec::model::Repeated;

use super::growth::Growth;
use super::{KEPT, Processor};
use crate::plan::{Plan, place};

/// What a record takes while it is judged, apart from its values, and a failed record's entry in an answer.
const ROW: usize = 1300;

/// What one value of a record takes, and one broken rule.
const VALUE: usize = 64;
const VIOLATION: usize = 400;

/// What a record's key takes while it is compared with others, apart from its text.
const KEY: usize = 64;

/// What the JSON values of a list, an object, a further value and a member take, as `serde_json` holds them.
const TREE: [(u8, usize); 4] = [(b'[', 300), (b'{', 600), (b',', 220), (b':', 100)];

/// What one reading of a body shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Whether the body can be used at all.
    pub(crate) is_usable: bool,
    pub(crate) records: usize,
    /// The records that break no rule of shape.
    pub(crate) passed: usize,
    /// The most bytes that they add to what is stored.
    pub(crate) bytes: usize,
    /// How many rules of shape the records break.
    pub(crate) broken: usize,
    /// The bytes of the largest record's JSON, and of all values that an answer may repeat.
    pub(crate) largest: usize,
    pub(crate) echoed: usize,
    /// What the area's limit counts.
    pub(crate) counted: usize,
    /// The bytes of the request options' values.
    pub(crate) options: usize,
}

impl Processor {
    /// What it takes to answer a body of an area at most, as far as that can be said without reading it.
    pub(crate) fn cost(plan: &Plan, body: &[u8]) -> usize {
        let objects = memchr_iter(b'{', body).count();
        cost(plan, body.len().saturating_mul(3), objects, objects)
    }

    /// What it takes to answer a body of these sizes within its limit.
    pub(crate) fn cost_of(&self, plan: &Plan, body: &[u8], sizes: Sizes) -> usize {
        // A record is written before it is stored; a pointer may contain a name from the body.
        let names = if sizes.broken > 0 { body.len() } else { 0 };
        let texts = sizes.echoed.saturating_mul(3).saturating_add(2 * sizes.largest).saturating_add(names);
        let cost = cost(plan, texts, sizes.records, sizes.records - sizes.passed);
        cost.saturating_add(self.cost_to_rejudge(body, sizes))
    }

    /// What it takes to judge the records of a job, piece by piece.
    pub(crate) fn cost_of_job(&self, plan: &Plan, body: &[u8], sizes: Sizes) -> usize {
        let keys = match plan.key.repeated {
            Repeated::LaterStands => 0,
            Repeated::LastCounts | Repeated::LaterFails => {
                sizes.passed.saturating_mul(KEY + sizes.options).saturating_add(sizes.bytes)
            }
        };
        keys.saturating_add(sizes.records / 2).saturating_add(self.cost_to_rejudge(body, sizes))
    }

    /// What it takes to change a judgement: every broken rule, and the body's values.
    fn cost_to_rejudge(&self, body: &[u8], sizes: Sizes) -> usize {
        if self.hooks.rejudges() {
            sizes.broken.saturating_mul(VIOLATION).saturating_add(cost_of_values(body))
        } else {
            0
        }
    }

    /// Reads a body and keeps nothing. `None` if nothing was generated for the area.
    pub(crate) fn sizes(&self, plan: &Plan, body: &[u8]) -> Option<Sizes> {
        let mut head = Head::new(plan, 0);
        let judgement = (self.generated.area(&plan.name)?.gather)(body, &mut head);
        // What changes judgements may let any record pass.
        let all = (head.records, body.len().saturating_mul(4));
        let (passed, bytes) = if self.hooks.rejudges() { all } else { (head.passed, head.bytes) };
        Some(Sizes {
            is_usable: judgement.request == RequestVerdict::Accept,
            records: head.records,
            passed,
            bytes,
            broken: head.broken,
            largest: head.largest,
            echoed: head.echoed,
            counted: judgement.counted,
            options: head.options.iter().filter_map(JsonValue::raw).map(str::len).sum(),
        })
    }
}

/// What so many records take, with texts of so many bytes in all.
fn cost(plan: &Plan, texts: usize, records: usize, failed: usize) -> usize {
    let values = records.saturating_mul(plan.fields.len() * VALUE);
    let rows = failed.saturating_mul(ROW).saturating_add((records - failed).saturating_mul(ROW / 8));
    let violations = failed.min(KEPT) * VIOLATION;
    texts.saturating_add(values).saturating_add(rows).saturating_add(violations)
}

/// What a body takes as JSON values: a fault may need them.
pub(crate) fn cost_of_values(body: &[u8]) -> usize {
    let each = TREE.iter().map(|(byte, takes)| memchr_iter(*byte, body).count().saturating_mul(*takes));
    each.fold(body.len(), usize::saturating_add)
}

/// What is read of a body first: everything but its records.
pub(super) struct Head<'a, 'p> {
    plan: &'p Plan,
    /// How often records began; those that began last stand.
    pub(super) starts: usize,
    pub(super) is_list: bool,
    pub(super) records: usize,
    passed: usize,
    /// The most bytes that those that pass add to what is stored, and what the record adds that was read last.
    bytes: usize,
    last: usize,
    broken: usize,
    largest: usize,
    /// The places of the fields that answers repeat, and the bytes of their values.
    echoes: Vec<usize>,
    echoed: usize,
    pub(super) options: Vec<JsonValue<'a>>,
    most: usize,
}

impl<'p> Head<'_, 'p> {
    /// Has the judgement keep the first so many broken rules.
    pub(super) fn new(plan: &'p Plan, most: usize) -> Self {
        let repeats = plan.echoes.iter().filter_map(|echo| place(&plan.fields, &echo.field)).collect();
        let (passed, bytes, last, broken, largest, echoed) = (0, 0, 0, 0, 0, 0);
        let (starts, is_list, records, options) = (0, true, 0, Vec::new());
        Self {
            plan,
            starts,
            is_list,
            records,
            passed,
            bytes,
            last,
            broken,
            largest,
            echoes: repeats,
            echoed,
            options,
            most,
        }
    }
}

impl<'a> Gather<'a> for Head<'a, '_> {
    fn start(&mut self, is_list: bool) {
        self.starts += 1;
        (self.is_list, self.records) = (is_list, 0);
        (self.passed, self.bytes, self.broken) = (0, 0, 0);
        (self.largest, self.echoed) = (0, 0);
    }

    fn record(&mut self, json: &'a str, values: Option<&[&JsonValue<'a>]>) {
        let values = values.unwrap_or_default();
        let at = |place: usize| values.get(place).copied().unwrap_or(&JsonValue::Absent);
        self.last = Growth::of_record(self.plan, json, at);
        self.largest = self.largest.max(json.len());
        let echoed = self.echoes.iter().filter_map(|place| at(*place).raw());
        self.echoed += echoed.map(str::len).sum::<usize>();
    }

    fn verdict(&mut self, broken: usize) {
        self.records += 1;
        if broken == 0 {
            self.passed += 1;
            self.bytes += self.last;
        }
        self.broken += broken;
    }

    fn envelope(&mut self, values: &[JsonValue<'a>]) {
        self.options = values.to_vec();
    }

    fn keeping(&self) -> Keeping {
        Keeping::Violations(self.most)
    }
}
