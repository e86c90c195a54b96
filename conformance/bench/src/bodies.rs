//! Request bodies of a loader's nightly run, made from the spec by a seed.

use serde_json::{Value, json};
use tally_fixtures::Rng;
use tally_generated::runtime::{self, RequestVerdict};
use tally_spec::model::{Area, JsonType, TextFormat};

use crate::contestants::Typed;
use crate::contract::Contract;
use crate::records::{Pattern, Record, Records};

/// The seed of every body.
const SEED: u64 = 7;

/// One area's body, in the forms that are measured.
pub struct Body {
    /// The area.
    pub area: &'static runtime::Area,
    /// The number of records.
    pub records: usize,
    /// What differs: `valid` or `bad`, `compact` or `pretty`.
    pub form: &'static str,
    /// The body.
    pub bytes: Vec<u8>,
}

/// The name that stands for each area.
pub const EACH: &str = "all";

/// The areas that can be measured: those whose answer has a verdict on each record.
pub fn areas(contract: &Contract) -> impl Iterator<Item = &Area> {
    contract.spec.areas.iter().filter(|area| contract.spec.response(area).isolation().is_some())
}

/// The areas that differ most: the one with the largest limit, with the most numbers, with the most rules under a
/// condition, and with the smallest limit.
fn chosen(contract: &Contract) -> Vec<&Area> {
    let numbers =
        |area: &Area| area.fields.iter().filter(|field| field.types() == [JsonType::Number]).count();
    let conditions = |area: &Area| area.rules.iter().filter(|rule| rule.when.is_some()).count();
    let found = [
        areas(contract).max_by_key(|area| area.limit.maximum),
        areas(contract).max_by_key(|area| numbers(area)),
        areas(contract).max_by_key(|area| conditions(area)),
        areas(contract).min_by_key(|area| area.limit.maximum),
    ];
    let mut chosen: Vec<&Area> = Vec::new();
    for area in found.into_iter().flatten() {
        if chosen.iter().all(|known| known.name != area.name) {
            chosen.push(area);
        }
    }
    chosen
}

/// The bodies of an area, or of [`EACH`], or of those that differ most: at its limit, valid and with a tenth of the
/// records bad, compact and pretty-printed.
///
/// # Panics
///
/// If a record that is to be valid is not, which is a bug here.
#[must_use]
pub fn all(contract: &Contract, only: Option<&str>) -> Vec<Body> {
    let wanted = match only {
        None => chosen(contract),
        Some(EACH) => areas(contract).collect(),
        Some(name) => areas(contract).filter(|area| area.name == name).collect(),
    };
    wanted.into_iter().flat_map(|area| of_area(contract, area)).collect()
}

fn of_area(contract: &Contract, area: &Area) -> Vec<Body> {
    let Some(records) = Records::new(contract, area, Pattern::Fullest) else { return Vec::new() };
    let generated = contract.generated(area);
    let valid = batch(area, &records);
    let mut bad = valid.clone();
    let mut bodies = forms(contract, area, valid, ["valid, compact", "valid, pretty"]);
    let judgement = (generated.judge)(&bodies[0].bytes);
    assert!(judgement.is_valid(), "{}: {judgement}", area.name);
    // What breaks one record may be left alone by another, under another condition.
    for (nth, record) in bad.iter_mut().step_by(10).enumerate() {
        let Some(members) = record.as_object_mut() else { return bodies };
        let ways = breakages(contract, area, members);
        let Some((name, broken)) = ways.into_iter().cycle().nth(nth) else { return bodies };
        members.insert(name, broken);
    }
    bodies.extend(forms(contract, area, bad, ["bad, compact", "bad, pretty"]));
    bodies
}

/// As many records as the area's limit allows.
fn batch(area: &Area, records: &Records<'_>) -> Vec<Value> {
    let (mut rng, mut made, mut counted) = (Rng::new(SEED), Vec::new(), 0);
    while counted < area.limit.maximum {
        let record = Value::Object(records.random(&mut rng));
        counted += area.counted([&record]).max(1);
        made.push(record);
    }
    made
}

fn forms(contract: &Contract, area: &Area, made: Vec<Value>, forms: [&'static str; 2]) -> Vec<Body> {
    let records = made.len();
    let body = contract.body(area, made);
    let texts = [serde_json::to_vec(&body), serde_json::to_vec_pretty(&body)];
    let body = |(form, bytes): (&'static str, serde_json::Result<Vec<u8>>)| Body {
        area: contract.generated(area),
        records,
        form,
        bytes: bytes.expect("values are JSON"),
    };
    forms.into_iter().zip(texts).map(body).collect()
}

/// The ways to break one rule of a record by a value of the same type, so that a typed parse gets to its end as well:
/// a text without its last characters or without any, a day that no calendar has, a number too large.
fn breakages(contract: &Contract, area: &Area, record: &Record) -> Vec<(String, Value)> {
    let generated = contract.generated(area);
    let typed = Typed::of(contract, generated);
    let breaks = |name: &str, value: &Value| {
        let mut record = record.clone();
        record.insert(name.to_owned(), value.clone());
        let body = contract.body(area, vec![Value::Object(record)]).to_string();
        let judgement = (generated.judge)(body.as_bytes());
        let fails = judgement.request == RequestVerdict::Accept && !judgement.records.failed().is_empty();
        fails && (typed.parse)(body.as_bytes())
    };
    let mut found = Vec::new();
    for (name, value) in record {
        let is_date = area.field_at(name).is_some_and(|field| field.format == Some(TextFormat::Date));
        let candidates = match value {
            Value::String(_) if is_date => vec![json!("2015-02-29")],
            Value::String(text) => {
                vec![
                    text.chars().take(text.chars().count().saturating_sub(4)).collect::<String>().into(),
                    json!(""),
                ]
            }
            Value::Number(_) => vec![json!(1_000_000_007)],
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Vec::new(),
        };
        found.extend(
            candidates.into_iter().filter(|value| breaks(name, value)).map(|value| (name.clone(), value)),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn each_body_is_what_its_form_says() {
        let contract = Contract::of(&Options::of_this_process()).expect("a contract");
        let bodies = all(&contract, Some(EACH));
        assert_eq!(bodies.len(), 4 * areas(&contract).count());
        for Body { area, records, form, bytes } in bodies {
            let judgement = (area.judge)(&bytes);
            let failed = if form.starts_with("bad") { records.div_ceil(10) } else { 0 };
            assert_eq!(judgement.records.failed().len(), failed, "{}, {form}", area.name);
            assert_eq!(judgement.counted, area.limit, "{}, {form}", area.name);
            assert!((Typed::of(&contract, area).parse)(&bytes), "{}, {form}", area.name);
        }
    }
}
