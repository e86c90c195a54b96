//! `areas/NAME.toml`: one batch call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire::DefaultTable;
use super::{Cites, Condition, Contract, Field, Rule, WorkedExample};

/// An area of a contract that was read: its file, with the examples' JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// The area's name: the stem of its file.
    pub name: String,
    /// What the file says.
    pub file: AreaFile,
    /// The examples, in the file's order.
    pub examples: Vec<WorkedExample>,
}

impl Area {
    /// The field of a record that a rule names: `field`, `object/member` or `array/member`.
    #[must_use]
    pub fn field_at(&self, path: &str) -> Option<&Field> {
        Field::at(&self.fields, path)
    }

    /// The request option that stands in for a record's field, if there is one.
    #[must_use]
    pub fn stand_in_for(&self, field: &str) -> Option<&Field> {
        self.envelope.iter().find(|option| option.stands_in_for.as_deref() == Some(field))
    }

    /// The records of a request's body: the list's elements, or the one object in its place. Empty if the
    /// body holds neither.
    #[must_use]
    pub fn records<'v>(&self, contract: &Contract, body: &'v Value) -> &'v [Value] {
        match contract.holder(body).and_then(|holder| holder.get(&self.list.name)) {
            Some(Value::Array(records)) => records,
            Some(one @ Value::Object(_)) => std::slice::from_ref(one),
            _ => &[],
        }
    }

    /// How much of what the limit counts these records hold: themselves, or the elements of the array that
    /// `limit.counts` names.
    pub fn counted<'v>(&self, records: impl IntoIterator<Item = &'v Value>) -> usize {
        let records = records.into_iter();
        match &self.limit.counts {
            None => records.count(),
            Some(array) => records.filter_map(|record| Some(record.get(array)?.as_array()?.len())).sum(),
        }
    }
}

impl std::ops::Deref for Area {
    type Target = AreaFile;

    #[inline]
    fn deref(&self) -> &AreaFile {
        &self.file
    }
}

/// One area: a batch call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AreaFile {
    /// What people call the area.
    pub title: String,
    /// The singular of what a record is, such as `usage record`: names the generated record type.
    pub record: String,
    /// What the call does, in our own words.
    pub description: String,
    /// The path below the service's root, with its first slash.
    pub path: String,
    /// Statements for the path and the list.
    pub statement: Cites,
    /// The list of records.
    pub list: List,
    /// The most records in one request, and what happens beyond.
    pub limit: Limit,
    /// The response shape: a key of the contract's `responses`.
    pub response: String,
    /// What a counting response says of the next request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_batch_size: Option<NextBatchSize>,
    /// The text of a failed record's error, if its rule has none of its own.
    pub message: String,
    /// Whether one record's failure undoes another's success.
    #[serde(default)]
    pub isolation: Isolation,
    /// The request options: members next to the list, as `[[envelope]]`.
    #[serde(default)]
    pub envelope: Vec<Field>,
    /// The fields of a record.
    pub fields: Vec<Field>,
    /// The rules of a record.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// What makes two records the same thing's.
    pub key: Key,
    /// What absent fields become.
    #[serde(default)]
    pub defaults: Vec<Default>,
    /// The members of a failed record's entry that repeat its values.
    #[serde(default)]
    pub echoes: Vec<Echo>,
    /// What the call does beyond writing its records.
    #[serde(default)]
    pub behaviours: Vec<Behaviour>,
    /// The document's own examples, mended.
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// The list of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct List {
    /// Its member name.
    pub name: String,
    /// Statements that one object is taken in place of a list. Absent if only a list is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_object: Option<Cites>,
    /// Statements that an empty list fails, if a whole response says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty_fails: Option<Cites>,
}

/// The most records in one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Limit {
    /// The most that a request may hold for its records to be processed at once.
    pub maximum: usize,
    /// The statements for the number.
    pub statement: Cites,
    /// The array field whose objects are counted, over all records of the request. Absent if the
    /// records of the list are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<String>,
    /// Statements for what is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts_statement: Option<Cites>,
    /// What becomes of a larger request.
    pub over: OverLimit,
}

/// What becomes of a request over the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", tag = "does")]
pub enum OverLimit {
    /// It is taken, and answered in the shape that `response` names; its records are processed later.
    Acknowledges {
        /// A key of the contract's `responses`.
        response: String,
        /// The statements that say so.
        statement: Cites,
    },
    /// It is refused whole, and nothing of it is written.
    #[serde(rename_all = "camelCase")]
    Refuses {
        /// The HTTP status.
        http_status: u16,
        /// The code in the platform's error body.
        code: String,
        /// The text in the body, as a mock words it.
        text: String,
        /// The statements that say so.
        statement: Cites,
    },
}

/// What a counting response says of the next request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NextBatchSize {
    /// Values that are right too, apart from the limit itself. A mock answers the limit.
    #[serde(default)]
    pub also: Vec<usize>,
    /// The statements that say so.
    pub statement: Cites,
}

/// Whether one record's failure undoes another's success.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, std::default::Default,
)]
#[serde(rename_all = "camelCase")]
pub enum Isolation {
    /// Each record passes or fails for itself.
    #[default]
    EachForItself,
    /// One failed record fails them all.
    AllOrNothing,
}

/// What makes two records the same thing's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Key {
    /// The parts, each a field. Two records with equal parts are one thing's.
    pub parts: Vec<KeyPart>,
    /// The statements for the key.
    pub statement: Cites,
    /// What a record without a value in any part is.
    #[serde(default)]
    pub unkeyed: Unkeyed,
    /// What becomes of records of one request with one key.
    pub repeated: Repeated,
    /// The statements that say so.
    pub repeated_statement: Cites,
}

/// A part of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct KeyPart {
    /// The field, or `object/member`.
    pub field: String,
    /// The field that is taken if the record has no value for `field`. If both name a kind of thing,
    /// and the kinds are listed in the same tables of a fixtures file, either names the table's thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or: Option<String>,
    /// The part counts only if this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

impl KeyPart {
    /// The field, and the one that is taken if there is no value for it.
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.field).chain(&self.or)
    }
}

/// What a record without a value in any part of the key is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, std::default::Default,
)]
#[serde(rename_all = "camelCase")]
pub enum Unkeyed {
    /// One more thing with an empty key (a rule requires the parts, as a rule).
    #[default]
    Keyed,
    /// A new thing each time.
    New,
}

/// What becomes of records of one request with one key. Each passes, in either reading but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Repeated {
    /// Each is applied in turn, so that the later one stands.
    LaterStands,
    /// Only the last is applied, and the ones before it count as passed.
    LastCounts,
    /// The later ones fail.
    LaterFails,
}

/// What an absent field becomes when a record is created; `Reading::updates` says what an update leaves as
/// it is.
///
/// A file gives exactly one source: `default`, `from`, `today`, `weekdaysAfter`, `sessionUser` or `elsewhere`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "DefaultTable", into = "DefaultTable")]
pub struct Default {
    /// The field, or `object/member`, of a record or of the request options.
    pub field: String,
    /// What it becomes.
    pub source: DefaultSource,
    /// Whether the field becomes this even if the record has a value of its own, in updates too.
    pub always: bool,
    /// Statements that the default comes from.
    pub statement: Cites,
}

/// A date and so many weekdays: Saturdays and Sundays are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WeekdaysAfter {
    /// The date field that it starts from, its own default applied first.
    pub field: String,
    /// The number of weekdays.
    pub days: u32,
}

/// What a default is taken from.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultSource {
    /// This value.
    Value(Value),
    /// The value of that field.
    Field(String),
    /// Today's date.
    Today,
    /// A date and so many weekdays.
    WeekdaysAfter(WeekdaysAfter),
    /// The ID of the session's user.
    SessionUser,
    /// Something that the organisation keeps, described in our own words: no value that can be computed.
    Elsewhere(String),
}

/// A member of a failed record's entry that repeats a value of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Echo {
    /// The member's name.
    pub name: String,
    /// The record's field that it repeats.
    pub field: String,
    /// How.
    #[serde(default)]
    pub encoding: Encoding,
    /// For dates: the request option that, if true, puts them in the organisation's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The statements that say so.
    pub statement: Cites,
}

/// How an echo writes a value.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, std::default::Default,
)]
#[serde(rename_all = "camelCase")]
pub enum Encoding {
    /// As sent, or (for a number spelt as text) the number.
    #[default]
    AsSent,
    /// A date as milliseconds since 1970-01-01T00:00:00Z: an instant of that day.
    EpochMilliseconds,
}

/// What a call does beyond writing its records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", tag = "does")]
pub enum Behaviour {
    /// Takes several fields for ways to say one thing: of those that a record has a value for, the first in
    /// this list stands, and what an earlier record said by the others is gone.
    Alternatives {
        /// The fields, the one that stands before the others first.
        fields: Vec<String>,
        /// The statements that say so.
        statement: Cites,
    },
    /// Clears fields, so that they are shown as one text, if a condition holds. The field of the
    /// condition is an order to the call: it is not kept. A later value for one of the fields ends the reset.
    #[serde(rename_all = "camelCase")]
    Resets {
        /// The condition.
        when: Condition,
        /// The fields cleared, whatever the record says of them.
        clears: Vec<String>,
        /// The text that they are shown as.
        shown_as: String,
        /// The statements that say so.
        statement: Cites,
    },
    /// Computes a field of another area's thing anew, as the mean of this area's latest records.
    #[serde(rename_all = "camelCase")]
    RollsUp {
        /// The number whose mean is taken, or, if it has alternatives, what stands of them. Records in which
        /// that is no number are left out; without any record left nothing is computed.
        field: String,
        /// The field by which records belong together, of both areas.
        by: String,
        /// The other area.
        into_area: String,
        /// Its field.
        into_field: String,
        /// The organisation's setting without which it does not happen: a key of `switches`.
        switch: String,
        /// The statements that say so.
        statement: Cites,
        /// The statements for the mean.
        mean_statement: Cites,
    },
    /// Adds what belongs to the thing that a field names (such as a plan's tasks) to the record written.
    Attaches {
        /// The field.
        field: String,
        /// What is added, in our own words.
        what: String,
        /// The statements that say so.
        statement: Cites,
    },
    /// Has an effect outside the data, once for each thing that an array's member names.
    #[serde(rename_all = "camelCase")]
    Sends {
        /// What is sent, such as `mail`.
        what: String,
        /// The member, as `array/member`.
        to: String,
        /// The field that, if true, sends once more to those it was sent to: an order to the call, which
        /// is not kept.
        again: String,
        /// The statements that say so.
        statement: Cites,
        /// Statements that it is not sent twice.
        once_statement: Cites,
    },
}

impl Behaviour {
    /// Whether it reaches beyond the data, so that a careful runner asks before it calls the area.
    #[must_use]
    pub const fn is_outside_the_data(&self) -> bool {
        matches!(self, Self::Sends { .. })
    }
}

/// An example of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Example {
    /// Its name within the area, in lower case with hyphens.
    pub name: String,
    /// Whether it is a request or a response.
    pub kind: ExampleKind,
    /// The file below the contract's folder.
    pub file: String,
    /// What was mended in the document's text. Absent if nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended: Option<String>,
    /// The statements it shows.
    pub statement: Cites,
}

/// Whether an example is a request or a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExampleKind {
    /// A request's body, every record of which passes.
    Request,
    /// A response's body.
    Response,
}
