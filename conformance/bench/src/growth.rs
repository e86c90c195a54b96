//! Bodies that want more time than they are worth.

use serde_json::Value;
use tally_spec::model::{Additional, Area, Field, JsonType, Rule};

use crate::contestants::Contestant;
use crate::contract::Contract;
use crate::samples::{median, seconds};

/// A kind of hostile body: its name, and how one of about so many bytes is made.
type Hostile = (&'static str, fn(&Frame, usize) -> Vec<u8>);

/// Every kind.
const ALL: [Hostile; 8] = [
    ("unknown names in one record", unknown_names),
    ("one name over and over", repeated_name),
    ("unknown names with lists in custom fields", nested_custom_fields),
    ("the list over and over", repeated_list),
    ("long digits", long_digits),
    ("escapes in one text", escapes),
    ("lists, 100 deep", deep),
    ("records that are none", no_records),
];

/// What one kind takes at two sizes. Unit: nanoseconds a byte.
pub struct Linear {
    /// The kind.
    pub name: &'static str,
    /// At 100 kB.
    pub small: f64,
    /// At 1 MB.
    pub large: f64,
}

impl Linear {
    /// What a byte of the large one takes, as a share of what one of the small one does: 1 where time is
    /// linear, 10 where it grows with the square.
    #[must_use]
    pub fn growth(&self) -> f64 {
        self.large / self.small
    }
}

/// Measures every kind, in the area with the most that must be kept in mind of a record until its end.
///
/// # Panics
///
/// If the contract has no area, which its linter refuses.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "bodies are far smaller than 2^52 bytes")]
pub fn measure(contract: &Contract) -> Vec<Linear> {
    let area = contract.spec.areas.iter().max_by_key(|area| burden(area)).expect("a contract has an area");
    let (judge, frame) = (contract.generated(area).judge, Frame::new(contract, area));
    let ours = Contestant { name: "ours", run: Box::new(move |body| judge(body).violations.len()) };
    let kind = |&(name, make): &Hostile| {
        let (small, large) = (make(&frame, 100_000), make(&frame, 1_000_000));
        let a_byte = |body: &[u8]| seconds(&ours, body) / body.len() as f64 * 1e9;
        let rounds: Vec<(f64, f64)> = (0..7).map(|_| (a_byte(&small), a_byte(&large))).collect();
        let (small, large) = rounds.into_iter().unzip();
        Linear { name, small: median(small), large: median(large) }
    };
    ALL.iter().map(kind).collect()
}

/// Whether an area has custom fields, and how many of its rules have conditions or its fields a stand-in.
fn burden(area: &Area) -> (bool, usize) {
    let conditional = area.rules.iter().filter(|rule| !rule.is_unconditional()).count();
    let stand_ins = area.envelope.iter().filter(|option| option.stands_in_for.is_some()).count();
    (custom_fields(area).is_some(), conditional + stand_ins)
}

/// The member that holds custom fields; `None` if the area has none.
fn custom_fields(area: &Area) -> Option<&str> {
    let open = |field: &&Field| field.additional_properties == Some(Additional::Scalar);
    area.fields.iter().find(open).map(|field| field.name.as_str())
}

/// The names that hostile bodies are made of.
struct Frame {
    envelope: Option<String>,
    list: String,
    /// The request options that stand in for a record's field, as members, each with a comma before it.
    options: String,
    /// A member that must be text.
    text: String,
    /// A member that holds custom fields.
    custom: String,
}

impl Frame {
    fn new(contract: &Contract, area: &Area) -> Self {
        let stand_ins = area.envelope.iter().filter_map(|option| {
            let field = area.field_at(option.stands_in_for.as_deref()?)?;
            // One on which conditions look, so that there is something to keep in mind.
            let named = area.rules.iter().flat_map(Rule::conditions);
            let named = named.filter(|condition| condition.field == field.name).last();
            let value = named.and_then(|condition| condition.constant.clone());
            let value = value.or_else(|| Some(field.closed.as_ref()?.first()?.as_str().into()))?;
            Some(format!(",{}:{value}", Value::from(option.name.as_str())))
        });
        let is_required = |field: &&Field| {
            let required = area.rules.iter().flat_map(|rule| rule.constraint.required());
            field.closed.is_none() && required.into_iter().any(|name| *name == field.name)
        };
        let mut texts = area.fields.iter().filter(|field| field.types() == [JsonType::String]);
        let text = texts.clone().find(is_required).or_else(|| texts.next());
        Self {
            envelope: contract.spec.file.service.envelope.clone(),
            list: area.list.name.clone(),
            options: stand_ins.collect(),
            text: text.map_or_else(|| "text".to_owned(), |field| field.name.clone()),
            custom: custom_fields(area).unwrap_or("custom").to_owned(),
        }
    }

    /// A body of these members.
    fn body(&self, members: &str) -> Vec<u8> {
        match &self.envelope {
            Some(envelope) => format!("{{\"{envelope}\":{{{members}}}}}"),
            None => format!("{{{members}}}"),
        }
        .into_bytes()
    }

    /// The list of records, as a member.
    fn list(&self, records: &str) -> String {
        format!(r#""{}":[{records}]"#, self.list)
    }

    /// A body with one record of these members.
    fn record(&self, members: &str) -> Vec<u8> {
        self.body(&(self.list(&format!("{{{members}}}")) + &self.options))
    }
}

fn many(size: usize, one: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(size + 64);
    let mut index = 0;
    while text.len() < size {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&one(index));
        index += 1;
    }
    text
}

fn unknown_names(frame: &Frame, size: usize) -> Vec<u8> {
    frame.record(&many(size, |index| format!(r#""unknown{index}":{index}"#)))
}

fn repeated_name(frame: &Frame, size: usize) -> Vec<u8> {
    frame.record(&many(size, |index| format!(r#""{}":"{index}""#, frame.text)))
}

fn nested_custom_fields(frame: &Frame, size: usize) -> Vec<u8> {
    let members = many(size, |index| format!(r#""f{}":[{index}]"#, index / 2));
    frame.record(&format!(r#""{}":{{{members}}}"#, frame.custom))
}

fn repeated_list(frame: &Frame, size: usize) -> Vec<u8> {
    let records = format!(r#"{{"{0}":3}},{{"{0}":4}}"#, frame.text);
    frame.body(&many(size, |_| frame.list(&records)))
}

fn long_digits(frame: &Frame, size: usize) -> Vec<u8> {
    frame.record(&format!(r#""{}":0.{}"#, frame.text, "1".repeat(size)))
}

fn escapes(frame: &Frame, size: usize) -> Vec<u8> {
    frame.record(&format!(r#""{}":"{}""#, frame.text, r"\u0041\n".repeat(size / 8)))
}

fn deep(frame: &Frame, size: usize) -> Vec<u8> {
    let one = format!("{}{}", "[".repeat(100), "]".repeat(100));
    frame.record(&many(size, |index| format!(r#""u{index}":{one}"#)))
}

fn no_records(frame: &Frame, size: usize) -> Vec<u8> {
    frame.body(&frame.list(&many(size, |_| "3".to_owned())))
}
