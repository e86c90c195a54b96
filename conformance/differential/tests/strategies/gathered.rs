//! What the validators hand over of a request, against what serde makes of it.

use serde_json::Value;
use tally_differential::Mutations;
use tally_generated::runtime::{Gather, JsonValue, Judgement, RequestVerdict};
use tally_oracle::strategy::{Maker, Rng};
use tally_spec::model::{Area, Field};

use crate::support::{Subject, each_area};

/// Everything that is handed over, as values of its own.
#[derive(Default)]
struct Gathered {
    is_list: Option<bool>,
    records: Vec<Record>,
    envelope: Vec<Option<Value>>,
}

/// A record's JSON, and its values if it is an object.
type Record = (String, Option<Vec<Option<Value>>>);

fn value(part: &JsonValue<'_>) -> Option<Value> {
    match part {
        JsonValue::Absent => None,
        JsonValue::Null => Some(Value::Null),
        part => {
            let value = part.json();
            assert_eq!(serde_json::from_str(&part.to_json_text()).ok(), value, "its own text says the same");
            value
        }
    }
}

impl<'a> Gather<'a> for Gathered {
    fn start(&mut self, is_list: bool) {
        self.is_list = Some(is_list);
        self.records.clear();
    }

    fn record(&mut self, json: &'a str, values: Option<&[&JsonValue<'a>]>) {
        let values = values.map(|values| values.iter().map(|part| value(part)).collect());
        self.records.push((json.to_owned(), values));
    }

    fn envelope(&mut self, values: &[JsonValue<'a>]) {
        self.envelope = values.iter().map(value).collect();
    }
}

/// The values of fields, as serde reads them.
fn read(fields: &[Field], object: &Value) -> Vec<Option<Value>> {
    fields.iter().map(|field| object.get(&field.name).cloned()).collect()
}

/// Compares what is handed over of a body with the body. Returns whether the body can be used.
fn agree(subject: &Subject, area: &Area, body: &str) -> bool {
    let (contract, generated) = (&subject.contract, subject.area(area));
    let mut gathered = Gathered::default();
    let judgement: Judgement = (generated.gather)(body.as_bytes(), &mut gathered);
    assert_eq!(judgement, (generated.judge)(body.as_bytes()), "{body}");
    if judgement.request == RequestVerdict::Reject {
        return false;
    }
    let whole: Value = serde_json::from_str(body).expect("what is accepted is JSON");
    let holder = contract.file.service.envelope.as_ref().map_or(&whole, |envelope| &whole[envelope]);
    assert_eq!(gathered.envelope, read(&area.envelope, holder), "{body}");
    let list = &holder[&area.list.name];
    assert_eq!(gathered.is_list, Some(list.is_array()), "{body}");
    let records = list.as_array().map_or(std::slice::from_ref(list), Vec::as_slice);
    assert_eq!(gathered.records.len(), records.len(), "{body}");
    for ((json, values), record) in gathered.records.iter().zip(records) {
        assert_eq!(serde_json::from_str(json).ok().as_ref(), Some(record), "{body}");
        assert_eq!(*values, record.is_object().then(|| read(&area.fields, record)), "{body}");
    }
    true
}

#[test]
fn every_value_is_handed_over() {
    each_area(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        let mutations = Mutations::new(&subject.contract, area);
        let mut used = 0;
        for seed in 1..200 {
            let mut rng = Rng::new(seed);
            let mut body = maker.batch(seed, area.limit.maximum.min(3)).body();
            for _ in 0..rng.below(5) {
                mutations.mutate(&mut body, &mut rng);
            }
            let text = if rng.one_in(2) { format!("{body:#}") } else { body.to_string() };
            used += u32::from(agree(subject, area, &text));
        }
        assert!(used > 50, "{}: {used} bodies of 199 can be used", area.name);
    });
}

#[test]
fn of_members_with_one_name_the_last_is_handed_over() {
    each_area(|subject, area| {
        let (list, field) = (Value::from(area.list.name.as_str()), Value::from(area.fields[0].name.as_str()));
        let records = format!("{list}:[1],{list}:[{{{field}:1,{field}:\"two\"}},{{}},null]");
        let body = match &subject.contract.file.service.envelope {
            Some(envelope) => {
                format!("{{{0}:{{{list}:[{{}}]}},{0}:{{{records}}}}}", Value::from(envelope.as_str()))
            }
            None => format!("{{{records}}}"),
        };
        assert!(agree(subject, area, &body), "{body}");
    });
}
