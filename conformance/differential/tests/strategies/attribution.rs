//! Which error entry is which record's: whatever stands in them, no record is done an injustice.

use serde_json::{Map, Value, json};
use tally_fixtures::Rng;
use tally_oracle::oracle::{Attribution, Echoes, Expected, Fate};
use tally_spec::model::{Area, Echo, Encoding};

use crate::support::{Subject, each_area};

const FATES: [Fate; 3] = [Fate::Fails, Fate::Open, Fate::Passes];

/// A request, what is expected of it, and entries of an answer.
struct Case {
    body: Value,
    records: Vec<Value>,
    expected: Vec<Expected>,
    entries: Vec<Value>,
}

impl Case {
    fn new(
        subject: &Subject,
        area: &Area,
        records: Vec<Value>,
        fates: Vec<Fate>,
        entries: Vec<Value>,
    ) -> Self {
        let list = json!({ &area.list.name: records });
        let wrapper = subject.contract.file.service.envelope.as_ref();
        let body = wrapper.map_or(list.clone(), |wrapper| json!({ wrapper: list }));
        let expect = |fate| Expected { fate, reasons: Vec::new(), may_refuse: false, premises: Vec::new() };
        Self { body, records, expected: fates.into_iter().map(expect).collect(), entries }
    }

    /// Few values for many records and entries, so that they are often alike.
    fn drawn(subject: &Subject, area: &Area, rng: &mut Rng) -> Self {
        let pool: Vec<Value> = (0..=rng.below(4)).map(|_| record(subject, area, rng)).collect();
        let mut pick = |most: usize| -> Vec<Value> {
            (0..rng.below(most)).map(|_| pool[rng.below(pool.len())].clone()).collect()
        };
        let (records, repeated) = (pick(9), pick(9));
        let fates = records.iter().map(|_| FATES[rng.below(FATES.len())]).collect();
        let entries = repeated.iter().map(|record| entry(subject, area, record, rng)).collect();
        Self::new(subject, area, records, fates, entries)
    }

    fn attribute(&self, echoes: &Echoes<'_>) -> Attribution {
        echoes.attribute(&self.body, &self.expected, &self.entries)
    }

    fn with(&self, fates: &[Fate]) -> Vec<usize> {
        (0..self.records.len()).filter(|record| fates.contains(&self.expected[*record].fate)).collect()
    }
}

/// A value that a field may hold, by what some endpoint takes for the same or for another.
fn value(subject: &Subject, echo: &Echo, area: &Area, rng: &mut Rng) -> Value {
    let kind = area.field_at(&echo.field).and_then(|field| field.kind.as_ref());
    let things = kind.and_then(|kind| subject.fixtures.things.get(kind)).map_or(&[][..], Vec::as_slice);
    if let Some(thing) = rng.pick(things).filter(|_| !rng.one_in(3)) {
        let padded = if rng.one_in(4) { format!("{} ", thing.name) } else { thing.name.clone() };
        return padded.into();
    }
    let values = match echo.encoding {
        Encoding::EpochMilliseconds => {
            json!([
                "2015-02-03",
                "2015-02-04",
                "9999-12-31",
                "0000-01-01",
                "soon",
                "",
                1_422_921_600_000_i64,
                null
            ])
        }
        Encoding::AsSent => json!([
            "a", " a", "A", "2", 2, 2.0, "2.0", "-0", 0, "\u{1}b", "", null, true, [1], { "b": 1 },
            "100000000000000200", 100_000_000_000_000_200_i64, "1e17",
        ]),
    };
    rng.pick(values.as_array().expect("it is a list")).cloned().unwrap_or_default()
}

fn record(subject: &Subject, area: &Area, rng: &mut Rng) -> Value {
    let mut record = Map::new();
    for echo in &area.echoes {
        if rng.one_in(6) {
            continue;
        }
        let value = value(subject, echo, area, rng);
        match echo.field.split_once('/') {
            None => record.insert(echo.field.clone(), value),
            Some((object, member)) => record.insert(object.to_owned(), json!({ member: value })),
        };
    }
    Value::Object(record)
}

fn sent(record: &Value, echo: &Echo) -> Value {
    record.pointer(&format!("/{}", echo.field)).cloned().unwrap_or_default()
}

/// An entry that repeats the record, now and then with something else.
fn entry(subject: &Subject, area: &Area, record: &Value, rng: &mut Rng) -> Value {
    let mut entry = Map::new();
    for echo in &area.echoes {
        let sent = sent(record, echo);
        let repeated = match (echo.encoding, sent.as_str()) {
            (Encoding::EpochMilliseconds, Some("2015-02-03")) => json!(1_422_921_600_000_i64),
            (Encoding::EpochMilliseconds, Some("2015-02-04")) => {
                json!(1_422_921_600_000_i64 + 30 * 3_600_000)
            }
            _ => sent,
        };
        let repeated = if rng.one_in(5) { value(subject, echo, area, rng) } else { repeated };
        entry.insert(echo.name.clone(), repeated);
    }
    Value::Object(entry)
}

/// How many of these records can have an entry each, by trying one after the other.
fn most_with_entry(records: &[usize], entries: usize, can: &dyn Fn(usize, usize) -> bool) -> usize {
    fn find(
        record: usize,
        owners: &mut [Option<usize>],
        tried: &mut [bool],
        can: &dyn Fn(usize, usize) -> bool,
    ) -> bool {
        for entry in 0..owners.len() {
            if tried[entry] || !can(entry, record) {
                continue;
            }
            tried[entry] = true;
            if owners[entry].is_none_or(|owner| find(owner, owners, tried, can)) {
                owners[entry] = Some(record);
                return true;
            }
        }
        false
    }
    let mut owners = vec![None; entries];
    let finds = |record: &&usize| find(**record, &mut owners, &mut vec![false; entries], can);
    records.iter().filter(finds).count()
}

fn assert_just(case: &Case, echoes: &Echoes<'_>, told: &Attribution) {
    let (entries, records) = (&case.entries, &case.records);
    let can = |entry: usize, record: usize| echoes.can_belong(&entries[entry], &records[record]);
    let failing = case.with(&[Fate::Fails]);
    let failable: Vec<usize> = failing.iter().copied().chain(case.with(&[Fate::Open])).collect();
    // An entry is foreign if it can be no failing record's; then the nearest record is named.
    let foreign: Vec<usize> =
        (0..entries.len()).filter(|entry| !failable.iter().any(|record| can(*entry, *record))).collect();
    assert_eq!(told.foreign.iter().map(|foreign| foreign.entry).collect::<Vec<_>>(), foreign);
    for foreign in &told.foreign {
        let passing = case.with(&[Fate::Passes]).into_iter().find(|record| can(foreign.entry, *record));
        assert_eq!(foreign.passing, passing);
        let differences = |record: &usize| echoes.differences(&entries[foreign.entry], &records[*record]);
        let nearest = failable.iter().min_by_key(|record| differences(record).len());
        assert_eq!(foreign.nearest, nearest.map(|record| (*record, differences(record))));
    }
    // An entry has one record, which may fail and has no other.
    let mut with_entry: Vec<usize> = told.belongs_to.iter().flatten().copied().collect();
    for (entry, record) in told.belongs_to.iter().enumerate() {
        assert!(record.is_none_or(|record| failable.contains(&record) && can(entry, record)));
        let left = record.is_none() && !foreign.contains(&entry);
        assert_eq!(told.surplus.contains(&entry), left);
    }
    with_entry.sort_unstable();
    with_entry.dedup();
    assert_eq!(with_entry.len(), told.belongs_to.iter().flatten().count());
    // As many as can have one: of those that must fail, then of all; and the first of them rather than the last.
    let without: Vec<usize> = failing.iter().copied().filter(|record| !with_entry.contains(record)).collect();
    assert_eq!(told.without_entry, without);
    assert_eq!(with_entry.len(), most_with_entry(&failable, entries.len(), &can));
    for first in 0..=failing.len() {
        let of_them = failing[..first].iter().filter(|record| with_entry.contains(record)).count();
        assert_eq!(of_them, most_with_entry(&failing[..first], entries.len(), &can));
    }
}

#[test]
fn no_entry_is_denied_a_record_and_no_record_its_entry() {
    each_area(|subject, area| {
        let echoes = subject.oracle.echoes(area);
        for seed in 0..500 {
            let case = Case::drawn(subject, area, &mut Rng::new(seed));
            assert_just(&case, &echoes, &case.attribute(&echoes));
        }
    });
}

/// Compared pair by pair, these would take many minutes.
#[test]
fn very_many_alike_are_told_apart_by_their_number() {
    const COUNT: usize = 4_000;
    each_area(|subject, area| {
        let echoes = subject.oracle.echoes(area);
        let record = record(subject, area, &mut Rng::new(1));
        let honest = honest(area, &record);
        for (fate, entries, without) in [
            (Fate::Fails, COUNT, 0),
            (Fate::Fails, COUNT - 1, 1),
            (Fate::Fails, COUNT / 2, COUNT / 2),
            (Fate::Open, COUNT, 0),
        ] {
            let entries = vec![honest.clone(); entries];
            let case = Case::new(subject, area, vec![record.clone(); COUNT], vec![fate; COUNT], entries);
            let told = case.attribute(&echoes);
            assert!(told.foreign.is_empty() && told.surplus.is_empty(), "{}", area.name);
            assert_eq!(told.without_entry, (COUNT - without..COUNT).collect::<Vec<_>>(), "{}", area.name);
        }
    });
}

fn honest(area: &Area, record: &Value) -> Value {
    let repeat = |echo: &Echo| match echo.encoding {
        Encoding::AsSent => (echo.name.clone(), sent(record, echo)),
        Encoding::EpochMilliseconds => (echo.name.clone(), Value::Null),
    };
    Value::Object(area.echoes.iter().map(repeat).collect())
}
