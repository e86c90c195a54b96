//! Compares what is stored with what must be.

use std::collections::BTreeMap;

use serde_json::Value;
use tally_spec::model::{Area, OverLimit};

use super::effects::{self, CreatedEntity, Delivery, Rolled};
use super::expected::{Basis, Expected, ExpectedField, check};
use super::key::Key;
use super::model::{Model, Prediction, World};
use super::predict::{ExpectedRecord, Named};
use super::value::{at, identity, is_had, is_near, is_same, number};
use super::{Kept, date};
use crate::check::{Breach, Keyword, ids, shown};

/// A check of what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The check.
    pub check: &'static str,
    /// The statements that the expectation depends on, the principal first.
    pub statements: Vec<String>,
    /// What is wrong; `None` if nothing is.
    pub breach: Option<Breach>,
}

/// Collects questions.
#[derive(Debug, Default)]
struct Asked(Vec<Question>);

impl Asked {
    fn ask(&mut self, basis: &Basis, keyword: Keyword, wrong: Option<String>) {
        let statements = basis.statements.clone();
        let breach = wrong.map(|message| Breach::new(basis.check, keyword, statements.clone(), message));
        self.0.push(Question { check: basis.check, statements, breach });
    }
}

impl<'a> Model<'a> {
    /// Compares what must be stored with what is.
    #[must_use]
    pub fn judge(&self, prediction: &Prediction<'a>, after: &World) -> Vec<Question> {
        let mut asked = Asked::default();
        let kept = after.of(prediction.area);
        let mut new: Vec<&Kept> = kept.iter().filter(|kept| self.is_new(prediction, kept)).collect();
        let mut made_one = None;
        let by_key = self.by_key(prediction.area, kept);
        let by_id: BTreeMap<&str, &Kept> = kept.iter().map(|kept| (kept.id.as_str(), kept)).collect();
        for record in &prediction.expected {
            match &record.named {
                Named::Key(key) => {
                    let found = by_key.get(key).map_or(&[][..], Vec::as_slice);
                    self.found(prediction.area, record, found, &mut asked);
                }
                Named::Id(id) => {
                    let found: Vec<&Kept> = by_id.get(id.as_str()).copied().into_iter().collect();
                    self.found(prediction.area, record, &found, &mut asked);
                }
                Named::New => {
                    made_one = Some(record);
                    let nearest = (0..new.len())
                        .min_by_key(|place| self.distance(prediction.area, record, new[*place]));
                    let found: Vec<&Kept> = nearest.map(|place| new.remove(place)).into_iter().collect();
                    self.found(prediction.area, record, &found, &mut asked);
                }
            }
        }
        if let (Some(record), Some(more)) = (made_one, new.first()) {
            let stored = shown(Some(&Value::Object(more.record.clone())));
            if prediction.has_failed {
                let basis = Basis::new(check::NOT_KEPT, self.failing(prediction.area, false));
                asked.ask(
                    &basis,
                    Keyword::Kept,
                    Some(format!("A record that did not pass was stored: {stored}")),
                );
            } else {
                let basis = Basis::new(check::ONE, record.basis.statements.clone());
                asked.ask(
                    &basis,
                    Keyword::Twice,
                    Some(format!("More records were stored than sent: {stored}")),
                );
            }
        }
        for rolled in &prediction.rolled {
            self.rolled(prediction.area, rolled, after, &mut asked);
        }
        for made in &prediction.made {
            self.made(made, after, &mut asked);
        }
        asked.0
    }

    /// Checks that the jobs of an area's requests end, if it has any.
    #[must_use]
    pub fn judge_end(&self, area: &Area, has_ended: bool) -> Option<Question> {
        let OverLimit::Acknowledges { statement, .. } = &area.limit.over else { return None };
        let basis = Basis::new(check::ENDS, ids([statement]).into_iter().take(1).collect());
        let mut asked = Asked::default();
        let wrong = "Expected the request's job to end: it has stopped processing records";
        asked.ask(&basis, Keyword::End, (!has_ended).then(|| wrong.to_owned()));
        asked.0.pop()
    }

    /// The stored records by their keys.
    fn by_key<'k>(&self, area: &'a Area, kept: &'k [Kept]) -> BTreeMap<Key, Vec<&'k Kept>> {
        let (keys, nothing) = (self.keys(area), serde_json::Map::new());
        let mut by_key: BTreeMap<Key, Vec<&Kept>> = BTreeMap::new();
        for one in kept {
            if let Some(key) = keys.of(&one.record, &nothing) {
                by_key.entry(key).or_default().push(one);
            }
        }
        by_key
    }

    /// Whether a stored record has no key and was not there before.
    fn is_new(&self, prediction: &Prediction<'a>, kept: &Kept) -> bool {
        let keys = self.keys(prediction.area);
        !prediction.known.contains(&kept.id) && keys.of(&kept.record, &serde_json::Map::new()).is_none()
    }

    /// How many fields of a stored record are not as expected.
    fn distance(&self, area: &Area, record: &ExpectedRecord, kept: &Kept) -> usize {
        record.fields.iter().filter(|(path, entry)| self.wrong(area, path, entry, kept).is_some()).count()
    }

    fn found(&self, area: &'a Area, record: &ExpectedRecord, found: &[&Kept], asked: &mut Asked) {
        let label = &record.label;
        let (keyword, wrong) = match (record.is_kept, found) {
            (true, []) => (Keyword::Missing, Some(format!("Expected {label} to be stored, found nothing"))),
            (false, [kept, ..]) => {
                let stored = shown(Some(&Value::Object(kept.record.clone())));
                (
                    Keyword::Kept,
                    Some(format!("Expected {label} not to be stored, as it did not pass: found {stored}")),
                )
            }
            (true, _) => (Keyword::Missing, None),
            (false, []) => (Keyword::Kept, None),
        };
        asked.ask(&record.basis, keyword, wrong);
        if !record.is_kept || found.is_empty() {
            return;
        }
        if let Named::Key(_) = record.named {
            let basis = Basis::new(check::ONE, self.one_key(area, found));
            let twice = (found.len() > 1)
                .then(|| format!("Expected {label} to be stored once, found it {} times", found.len()));
            let is_one = twice.is_none();
            asked.ask(&basis, Keyword::Twice, twice);
            if !is_one {
                return;
            }
        }
        let kept = found[0];
        for (path, entry) in record.fields.iter().filter(|(_, entry)| entry.expected != Expected::Any) {
            let wrong = self.wrong(area, path, entry, kept).map(|wrong| format!("{wrong} ({label})"));
            asked.ask(&entry.basis, Keyword::Value, wrong);
        }
        shows(record, kept, asked);
        self.days(record, kept, asked);
        self.attached(area, record, kept, asked);
        for delivery in &record.deliveries {
            self.delivered(record, delivery, kept, asked);
        }
    }

    /// The statements by which what was found is one thing: the key's, and those of each kind by which a part
    /// that is spelt in several ways is one.
    fn one_key(&self, area: &Area, found: &[&Kept]) -> Vec<String> {
        let mut statements = ids([&area.key.statement]);
        for path in area.key.parts.iter().flat_map(tally_spec::model::KeyPart::fields) {
            let mut spelt = found.iter().map(|kept| at(&kept.record, path, false));
            let first = spelt.next();
            let kind = super::key::field_at(area, path).and_then(|field| field.kind.as_ref());
            let kind = kind.and_then(|kind| self.contract.file.kinds.get(kind));
            if let Some(kind) = kind.filter(|_| spelt.any(|other| Some(other) != first)) {
                crate::check::extend(&mut statements, &ids([&kind.statement]));
            }
        }
        statements
    }

    /// What is wrong with a field.
    fn wrong(&self, area: &Area, path: &str, entry: &ExpectedField, kept: &Kept) -> Option<String> {
        let folds = self.contract.file.reading.additional_names.is_some();
        let found = at(&kept.record, path, folds).filter(|value| is_had(Some(value)));
        let field = super::key::field_at(area, path);
        let is = |expected: &Value| found.is_some_and(|found| is_same(self.contract, field, expected, found));
        match &entry.expected {
            Expected::Any => None,
            Expected::OneOf(values) => {
                let right = values.iter().any(|expected| match expected {
                    None => found.is_none(),
                    Some(expected) => is(expected),
                });
                let mut expected_values: Vec<String> =
                    values.iter().map(|expected| shown(expected.as_ref())).collect();
                expected_values.dedup();
                (!right).then(|| {
                    format!("Expected `{path}` to be {}, got {}", expected_values.join(" or "), shown(found))
                })
            }
            Expected::Not(values) => {
                let is_one = values.iter().any(is);
                is_one.then(|| {
                    format!("Expected `{path}` not to come from a superseded record, got {}", shown(found))
                })
            }
        }
    }

    /// Checks that each date is stored as an instant of that day in its time zone.
    fn days(&self, record: &ExpectedRecord, kept: &Kept, asked: &mut Asked) {
        let Some(instants) = &kept.instants else { return };
        let utc = jiff::tz::TimeZone::UTC;
        for (field, day, in_zone, statements) in &record.days {
            let zone = if *in_zone { &self.fixtures.time_zone } else { &utc };
            let Some((start, end)) = date::span(*day, zone) else { continue };
            let found = instants.get(field).copied();
            let label = &record.label;
            let got = found.map_or_else(|| "no instant".to_owned(), instant);
            let is_of_the_day = found.is_some_and(|found| (start..end).contains(&found));
            let whose = if *in_zone { "the organisation's time zone" } else { "UTC" };
            let wrong = (!is_of_the_day).then(|| {
                let (start, end) = (instant(start), instant(end));
                format!("Expected `{field}` on {day} in {whose}, from {start} to {end}: got {got} ({label})")
            });
            asked.ask(&Basis::new(check::ZONES, statements.clone()), Keyword::Day, wrong);
            if let (Some(midnight), true) = (&self.contract.file.reading.midnight, is_of_the_day) {
                let wrong = (found != Some(start)).then(|| {
                    let start = instant(start);
                    format!(
                        "Expected `{field}` at {start}, midnight of {day} in {whose}: got {got} ({label})"
                    )
                });
                let mut statements = statements.clone();
                crate::check::extend(&mut statements, &ids([midnight]));
                asked.ask(&Basis::new(check::ZONES, statements), Keyword::Midnight, wrong);
            }
        }
    }

    fn attached(&self, area: &'a Area, record: &ExpectedRecord, kept: &Kept, asked: &mut Asked) {
        let Some(attached) = &kept.attached else { return };
        for (field, to, basis) in &record.attached {
            let keys = self.keys(area);
            let wanted = keys.identity_of(field, to);
            let is = |one: &super::Attached| {
                &one.field == field && keys.identity_of(field, &Value::from(one.to.as_str())) == wanted
            };
            let wrong = (!attached.iter().any(is)).then(|| {
                format!("Expected what `{field}` {to} names to be added to {}, found nothing", record.label)
            });
            asked.ask(basis, Keyword::Missing, wrong);
        }
    }

    fn delivered(&self, record: &ExpectedRecord, expected: &Delivery, kept: &Kept, asked: &mut Asked) {
        let Some(sent) = &kept.sent else { return };
        let Some(kind) = self.contract.file.kinds.get(&expected.kind) else { return };
        let to = sent.iter().filter(|one| identity(kind, &one.to) == identity(kind, &expected.to));
        let times: u64 = to.map(|one| one.times).sum();
        let keyword = if times > expected.times { Keyword::Again } else { Keyword::Missing };
        let wrong = (times != expected.times).then(|| {
            let (to, label) = (&expected.to, &record.label);
            format!("Expected {} messages to {to} for {label}, got {times}", expected.times)
        });
        let mut basis = expected.basis.clone();
        if sent
            .iter()
            .any(|one| one.to != expected.to && identity(kind, &one.to) == identity(kind, &expected.to))
        {
            crate::check::extend(&mut basis.statements, &ids([&kind.statement]));
        }
        asked.ask(&basis, keyword, wrong);
    }

    fn made(&self, made: &CreatedEntity, after: &World, asked: &mut Asked) {
        let (Some(names), Some(kind)) =
            (after.created.get(&made.kind), self.contract.file.kinds.get(&made.kind))
        else {
            return;
        };
        let is_same = |name: &&String| identity(kind, name) == identity(kind, &made.name);
        let same = names.iter().filter(is_same).count();
        let mut basis = made.basis.clone();
        if names.iter().filter(is_same).any(|name| *name != made.name) {
            crate::check::extend(&mut basis.statements, &ids([&kind.statement]));
        }
        let (keyword, wrong) = match same {
            0 => (
                Keyword::Missing,
                Some(format!("Expected {} {:?} to be created, found none", kind.title, made.name)),
            ),
            1 => (Keyword::Missing, None),
            times => {
                (Keyword::Twice, Some(format!("Expected one {} {:?}, found {times}", kind.title, made.name)))
            }
        };
        asked.ask(&basis, keyword, wrong);
    }

    fn rolled(&self, area: &'a Area, expected: &Rolled<'a>, after: &World, asked: &mut Asked) {
        if !after.areas.contains_key(&expected.into.name) {
            return;
        }
        let now = effects::numbers(self, area, (expected.field, expected.by), &expected.value, after);
        let Some(now) = effects::plain_numbers(&now).filter(|now| !now.is_empty()) else { return };
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let mean = now.iter().map(|(_, number)| number).sum::<f64>() / now.len() as f64;
        let (into, field, value) = (&expected.into.title, expected.into_field, &expected.value);
        let found = effects::together(self, expected.into, expected.by, &expected.value, after).next();
        let computed = Basis::new(check::ROLLS_UP, expected.computed.clone());
        let is_there = found.is_some_and(|found| effects::has(found, field));
        let missing = (!is_there).then(|| format!("Expected `{field}` for {value} in {into}, found none"));
        asked.ask(&computed, Keyword::Missing, missing);
        let Some(found) = found.filter(|_| is_there) else { return };
        let found_value = found.record.get(field);
        let number = found_value.and_then(number);
        let is_mean = number.is_some_and(|number| is_near(number, mean));
        let wrong = (!is_mean).then(|| {
            format!(
                "Expected `{field}` for {value} in {into} to be {mean}, the mean of {}: got {}",
                listed(&now),
                shown(found_value)
            )
        });
        asked.ask(&Basis::new(check::ROLLS_UP, expected.mean.clone()), Keyword::Mean, wrong);
        // Whatever the formula: if every number that goes in went up, or every one down, the result changes.
        let before = effects::plain_numbers(&expected.numbers).unwrap_or_default();
        if effects::all_moved(&before, &now)
            && let Some(was) = expected.was.as_ref().filter(|was| was.is_number())
        {
            let is_stale = !is_mean && found_value == Some(was);
            let wrong = is_stale.then(|| {
                format!("Expected `{field}` for {value} in {into} to follow its records: it is still {was}")
            });
            asked.ask(&computed, Keyword::Stale, wrong);
        }
        for (path, entry) in expected.others.iter().filter(|(_, entry)| entry.expected != Expected::Any) {
            let wrong = self.wrong(expected.into, path, entry, found);
            asked.ask(
                &entry.basis,
                Keyword::Value,
                wrong.map(|wrong| format!("{wrong} (for {value} in {into})")),
            );
        }
    }
}

/// An instant with its date.
fn instant(millis: i64) -> String {
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(instant) => format!("{millis} ({instant})"),
        Err(_) => millis.to_string(),
    }
}

fn listed(numbers: &[(&str, f64)]) -> String {
    numbers.iter().map(|(_, number)| number.to_string()).collect::<Vec<_>>().join(", ")
}

/// Checks that one of the fields shows the text.
fn shows(record: &ExpectedRecord, kept: &Kept, asked: &mut Asked) {
    let Some((fields, text, basis)) = &record.shows else { return };
    let shows = fields.iter().any(|field| at(&kept.record, field, true) == Some(&Value::from(text.as_str())));
    let names = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
    let wrong =
        (!shows).then(|| format!("Expected {text:?} in one of {names}, found it in none ({})", record.label));
    asked.ask(basis, Keyword::Shown, wrong);
}
