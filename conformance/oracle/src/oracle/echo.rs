//! Which records an error entry can belong to, by the values that it repeats.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use tally_spec::model::{Area, Cites, Contract, Echo, Encoding, Field, Response};

use super::alike::{Groups, Index};
use super::request::{Members, has_value, is_taken};
use super::things::Things;
use super::{date, numeral};
use tally_fixtures::Fixtures;

/// An echo that is not the record's value.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The echo's member.
    pub echo: String,
    /// The statements that the expectation rests on.
    pub statements: Vec<String>,
    /// What the record was sent with; null if it had no value.
    pub sent: Value,
    /// What the entry holds.
    pub echoed: Value,
}

/// What a member of an error entry may be for a record, if it is neither absent nor null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptable {
    /// Anything.
    Anything,
    /// One of these: numbers by their value, whether written as numbers or as text.
    OneOf(Vec<Value>),
    /// A whole number in one of these ranges, both ends included.
    Within(Vec<(i64, i64)>),
}

/// The echoes of an area's error entries.
#[derive(Debug)]
pub struct Echoes<'o> {
    pub(super) area: &'o Area,
    contract: &'o Contract,
    zone: &'o TimeZone,
    things: &'o Things,
    /// Each echo with the field that it repeats.
    repeated: Vec<(&'o Echo, Option<&'o Field>)>,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl<'o> Echoes<'o> {
    pub(super) fn new(
        contract: &'o Contract,
        area: &'o Area,
        fixtures: &'o Fixtures,
        things: &'o Things,
    ) -> Self {
        let repeated = area.echoes.iter().map(|echo| (echo, area.field_at(&echo.field))).collect();
        Self { area, contract, zone: &fixtures.time_zone, things, repeated }
    }

    pub(super) const fn contract(&self) -> &'o Contract {
        self.contract
    }

    /// Whether an entry can be a record's: each echo that is there and not null is the record's value.
    #[must_use]
    pub fn can_belong(&self, entry: &Value, record: &Value) -> bool {
        self.repeated.iter().all(|(echo, field)| match echoed(entry, echo) {
            None => true,
            Some(echoed) => self.repeats(echo, *field, sent(record, echo), echoed),
        })
    }

    /// What each member of an entry may be if the entry is this record's: the spellings that every reader should
    /// accept. [`Self::can_belong`] may accept more.
    #[must_use]
    pub fn acceptable(&self, record: &Value) -> Vec<(String, Acceptable)> {
        let each = self
            .repeated
            .iter()
            .map(|(echo, field)| (echo.name.clone(), self.acceptable_for(echo, *field, sent(record, echo))));
        each.collect()
    }

    fn acceptable_for(&self, echo: &Echo, field: Option<&Field>, sent: Option<&Value>) -> Acceptable {
        let Some(sent) = sent.filter(|sent| has_value(sent)) else {
            return Acceptable::OneOf(vec!["".into()].into_iter().chain(sent.cloned()).collect());
        };
        if field.is_some_and(|field| !is_taken(field, sent)) {
            return Acceptable::Anything;
        }
        match (echo.encoding, sent) {
            (Encoding::EpochMilliseconds, _) => self.instants(sent),
            (Encoding::AsSent, Value::String(text)) if is_lenient(text) => Acceptable::Anything,
            (Encoding::AsSent, Value::String(text)) => {
                let kind = field.and_then(|field| field.kind.as_deref());
                let mut spellings = vec![text.clone(), text.trim().to_owned()];
                if let Some(kind) = kind {
                    spellings.extend(self.things.spellings(kind, text));
                }
                spellings.dedup();
                Acceptable::OneOf(spellings.into_iter().map(Value::from).collect())
            }
            (Encoding::AsSent, _) => Acceptable::OneOf(vec![sent.clone()]),
        }
    }

    /// The instants of a day, in either time zone.
    fn instants(&self, sent: &Value) -> Acceptable {
        let Some(day) = sent.as_str().and_then(date::day) else { return Acceptable::Anything };
        let range = |zone: &TimeZone| {
            let starts = midnight(day, zone)?;
            let ends = day.tomorrow().ok().and_then(|next| midnight(next, zone)).unwrap_or(starts + DAY);
            Some((starts, ends - 1))
        };
        match [self.zone, &TimeZone::UTC].into_iter().map(range).collect::<Option<Vec<_>>>() {
            Some(ranges) => Acceptable::Within(ranges),
            None => Acceptable::Anything,
        }
    }

    /// The midnight that each date of a record is to be repeated as. Empty if the contract has no such reading.
    #[must_use]
    pub fn midnights(&self, record: &Value, envelope: &Value) -> Vec<(String, i64)> {
        let instant = |(echo, _): &(&'o Echo, Option<&'o Field>)| {
            let is_instant = echo.encoding == Encoding::EpochMilliseconds;
            let day = date::day(sent(record, echo).filter(|_| is_instant)?.as_str()?)?;
            Some((echo.name.clone(), midnight(day, &self.zone_of(echo, envelope))?))
        };
        let has_reading = self.contract.file.reading.midnight.is_some();
        self.repeated.iter().filter(|_| has_reading).filter_map(instant).collect()
    }

    /// The time zone of an echo: the organisation's, if the flag among the request options says so.
    fn zone_of(&self, echo: &Echo, envelope: &Value) -> TimeZone {
        let flag = echo.zone.as_ref().and_then(|flag| envelope.get(flag));
        if flag == Some(&Value::Bool(true)) { self.zone.clone() } else { TimeZone::UTC }
    }

    /// The echoes of an entry that are not a record's values.
    #[must_use]
    pub fn differences(&self, entry: &Value, record: &Value) -> Vec<Difference> {
        let differing = |(echo, field): &(&'o Echo, Option<&'o Field>)| {
            let (echoed, sent) = (echoed(entry, echo)?, sent(record, echo));
            if self.repeats(echo, *field, sent, echoed) {
                return None;
            }
            let mut statements = Cites::ids([&echo.statement]);
            if self.differ_in_blanks(*field, sent, echoed) {
                statements.extend(Cites::ids(&self.contract.file.reading.text_unchanged));
            }
            if let Response::Counting(shape) = self.contract.response(self.area) {
                let absent = sent.is_none_or(|sent| !has_value(sent));
                let more = Cites::ids(
                    [&shape.entry.statement].into_iter().chain(absent.then_some(&shape.entry.null_statement)),
                );
                statements.extend(more);
            }
            Some(Difference {
                echo: echo.name.clone(),
                statements,
                sent: sent.cloned().unwrap_or_default(),
                echoed: echoed.clone(),
            })
        };
        self.repeated.iter().filter_map(differing).collect()
    }

    /// Whether an echo is the text sent, but for the blanks around it: that these come back is a reading.
    fn differ_in_blanks(&self, field: Option<&Field>, sent: Option<&Value>, echoed: &Value) -> bool {
        let (Some(Value::String(sent)), Value::String(echoed)) = (sent, echoed) else { return false };
        let (sent, echoed) = (sent.trim(), echoed.trim());
        let kind = field.and_then(|field| field.kind.as_deref());
        sent == echoed || kind.is_some_and(|kind| self.things.is_same(kind, sent, echoed))
    }

    /// The first echo that more of the entries hold as null than there are records without a value to repeat in it, with
    /// the place of the first such entry. What an endpoint cannot read need not come back.
    #[must_use]
    pub fn withheld(&self, entries: &[Value], records: &[&Value]) -> Option<(usize, &'o Echo)> {
        self.repeated.iter().find_map(|(echo, field)| {
            let is_null = |entry: &&Value| entry.get(&echo.name).is_some_and(Value::is_null);
            let comes_back = |record: &&&Value| self.comes_back(echo, *field, sent(record, echo));
            let without = records.len() - records.iter().filter(comes_back).count();
            let place = entries.iter().position(|entry| is_null(&entry))?;
            (entries.iter().filter(is_null).count() > without).then_some((place, *echo))
        })
    }

    /// Whether a record's value is one that an endpoint can read, so that null does not repeat it.
    fn comes_back(&self, echo: &Echo, field: Option<&Field>, sent: Option<&Value>) -> bool {
        let Some(value) = sent.filter(|sent| has_value(sent)) else { return false };
        let is_number = |text: &str| numeral::generous(text.trim()).is_some();
        let is_readable = field.is_none_or(|field| !field.numeric || value.as_str().is_none_or(is_number));
        is_readable && self.acceptable_for(echo, field, sent) != Acceptable::Anything
    }

    /// The dates of an entry that are an instant of the record's day and yet not its midnight, in UTC or,
    /// if the flag among the request options says so, in the organisation's time zone.
    ///
    /// `envelope` is the object that holds the list. Empty if the contract has no such reading.
    #[must_use]
    pub fn not_midnight(&self, entry: &Value, record: &Value, envelope: &Value) -> Vec<Difference> {
        let Some(reading) = &self.contract.file.reading.midnight else { return Vec::new() };
        let late = |(echo, _): &(&'o Echo, Option<&'o Field>)| {
            let milliseconds =
                integer(echoed(entry, echo).filter(|_| echo.encoding == Encoding::EpochMilliseconds)?)?;
            let sent = sent(record, echo)?;
            let day = date::day(sent.as_str()?)?;
            let flag = echo.zone.as_ref().and_then(|flag| envelope.get(flag));
            let zone = self.zone_of(echo, envelope);
            let ignored =
                flag == Some(&Value::Bool(true)) && Some(milliseconds) == midnight(day, &TimeZone::UTC);
            let of_flag = self.area.envelope.iter().find(|field| Some(&field.name) == echo.zone.as_ref());
            let of_flag = of_flag.filter(|_| ignored).map(|field| &field.statement);
            (milliseconds != midnight(day, &zone)?).then(|| Difference {
                echo: echo.name.clone(),
                statements: Cites::ids(of_flag.into_iter().chain([reading, &echo.statement])),
                sent: sent.clone(),
                echoed: milliseconds.into(),
            })
        };
        self.repeated.iter().filter_map(late).collect()
    }

    /// Sorts groups of records by what their entries must have.
    pub(super) fn index(&self, records: &Groups<'_>) -> Index<'o> {
        Index::new(&self.repeated, self.things, records)
    }

    /// What decides which entries a record can have.
    pub(super) fn of_record<'v>(&self, record: &'v Value) -> Vec<Option<&'v Value>> {
        self.repeated.iter().map(|(echo, _)| sent(record, echo)).collect()
    }

    /// What decides which records an entry can be of.
    pub(super) fn of_entry<'v>(&self, entry: &'v Value) -> Vec<Option<&'v Value>> {
        self.repeated.iter().map(|(echo, _)| echoed(entry, echo)).collect()
    }

    fn repeats(&self, echo: &Echo, field: Option<&Field>, sent: Option<&Value>, echoed: &Value) -> bool {
        let Some(sent) = sent.filter(|sent| has_value(sent)) else {
            return echoed == "" || sent == Some(echoed);
        };
        // What an endpoint makes of a value that it could not read is its own affair.
        if field.is_some_and(|field| !is_taken(field, sent)) {
            return true;
        }
        match echo.encoding {
            Encoding::EpochMilliseconds => self.is_instant_of(sent, echoed),
            Encoding::AsSent => self.is_as_sent(field, sent, echoed),
        }
    }

    fn is_as_sent(&self, field: Option<&Field>, sent: &Value, echoed: &Value) -> bool {
        if super::numeral::equal(sent, echoed) {
            return true;
        }
        let kind = field.and_then(|field| field.kind.as_deref());
        match (sent, echoed) {
            (Value::String(sent), Value::String(echoed)) => {
                is_lenient(sent)
                    || kind.is_some_and(|kind| self.things.is_same(kind, sent, echoed))
                    || field.is_some_and(|field| field.numeric && same_number(sent, echoed))
            }
            (Value::String(text), Value::Number(number)) | (Value::Number(number), Value::String(text)) => {
                number.as_f64().is_some_and(|number| numeral::generous(text.trim()) == Some(number))
            }
            _ => false,
        }
    }

    fn is_instant_of(&self, sent: &Value, echoed: &Value) -> bool {
        let Some(day) = sent.as_str().and_then(date::day) else { return true };
        let Some(milliseconds) = integer(echoed) else { return false };
        [self.zone, &TimeZone::UTC].into_iter().any(|zone| {
            let starts = midnight(day, zone);
            let ends = day.tomorrow().ok().and_then(|next| midnight(next, zone));
            match (starts, ends) {
                (Some(starts), Some(ends)) => (starts..ends).contains(&milliseconds),
                (Some(starts), None) => (starts..starts + DAY).contains(&milliseconds),
                _ => true,
            }
        })
    }
}

/// An entry's echo; `None` if it is absent or null.
pub(super) fn echoed<'e>(entry: &'e Value, echo: &Echo) -> Option<&'e Value> {
    entry.get(&echo.name).filter(|value| !value.is_null())
}

/// The value that a record was sent with.
pub(super) fn sent<'r>(record: &'r Value, echo: &Echo) -> Option<&'r Value> {
    let members: &Members = record.as_object()?;
    match echo.field.split_once('/') {
        None => members.get(&echo.field),
        Some((object, member)) => members.get(object)?.get(member),
    }
}

/// Milliseconds since 1970 at which a day begins in a zone.
fn midnight(day: Date, zone: &TimeZone) -> Option<i64> {
    let start = day.to_zoned_datetime(zone.clone()).ok()?.start_of_day().ok()?;
    Some(start.timestamp().as_millisecond())
}

/// A whole number, whether written as `3` or as `3.0`.
pub(super) fn integer(value: &Value) -> Option<i64> {
    if let Some(integer) = value.as_i64() {
        return Some(integer);
    }
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
    format!("{number:.0}").parse().ok()
}

fn same_number(left: &str, right: &str) -> bool {
    let (left, right) = (numeral::generous(left.trim()), numeral::generous(right.trim()));
    left.is_some() && left == right
}

/// Whether text is such that an endpoint may not be able to repeat it.
pub(super) fn is_lenient(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}
