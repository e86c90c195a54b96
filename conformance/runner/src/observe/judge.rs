//! What is kept, held against what must be.

use std::collections::BTreeMap;

use serde_json::Value;
use tally_spec::model::{Area, OverLimit};

use super::due::{Basis, Due, Slot, check};
use super::effects::{self, Delivery, Made, Rolled};
use super::foresee::{Named, Thing};
use super::key::Key;
use super::model::{Foreseen, Model, World};
use super::value::{at, identity, is_had, is_near, is_same, number, shown};
use super::{Kept, date};
use crate::check::{Breach, ids};

/// A question that was asked of what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The check.
    pub check: &'static str,
    /// The statements that the expectation rests on, the principal first.
    pub statements: Vec<String>,
    /// What is wrong; none where nothing is.
    pub breach: Option<Breach>,
}

/// Gathers questions.
#[derive(Debug, Default)]
struct Asked(Vec<Question>);

impl Asked {
    fn ask(&mut self, why: &Basis, keyword: &'static str, wrong: Option<String>) {
        let statements = why.statements.clone();
        let breach = wrong.map(|message| Breach::new(why.check, keyword, statements.clone(), message));
        self.0.push(Question { check: why.check, statements, breach });
    }
}

impl<'a> Model<'a> {
    /// Every question that what must be kept asks of what is.
    #[must_use]
    pub fn judge(&self, foreseen: &Foreseen<'a>, after: &World) -> Vec<Question> {
        let mut asked = Asked::default();
        let kept = after.of(foreseen.area);
        let mut new: Vec<&Kept> = kept.iter().filter(|kept| self.is_new(foreseen, kept)).collect();
        let mut made_one = None;
        let by_key = self.by_key(foreseen.area, kept);
        let by_id: BTreeMap<&str, &Kept> = kept.iter().map(|kept| (kept.id.as_str(), kept)).collect();
        for thing in &foreseen.things {
            match &thing.named {
                Named::Key(key) => {
                    let found = by_key.get(key).map_or(&[][..], Vec::as_slice);
                    self.found(foreseen.area, thing, found, &mut asked);
                }
                Named::Id(id) => {
                    let found: Vec<&Kept> = by_id.get(id.as_str()).copied().into_iter().collect();
                    self.found(foreseen.area, thing, &found, &mut asked);
                }
                Named::New => {
                    made_one = Some(thing);
                    let nearest =
                        (0..new.len()).min_by_key(|place| self.distance(foreseen.area, thing, new[*place]));
                    let found: Vec<&Kept> = nearest.map(|place| new.remove(place)).into_iter().collect();
                    self.found(foreseen.area, thing, &found, &mut asked);
                }
            }
        }
        if let (Some(thing), Some(more)) = (made_one, new.first()) {
            let what = shown(Some(&Value::Object(more.record.clone())));
            if foreseen.has_failed {
                let why = Basis::new(check::NOT_KEPT, self.failing(foreseen.area, false));
                asked.ask(&why, "kept", Some(format!("a record is kept that did not pass: {what}")));
            } else {
                let why = Basis::new(check::ONE, thing.why.statements.clone());
                asked.ask(&why, "twice", Some(format!("a record more is kept than was sent: {what}")));
            }
        }
        for rolled in &foreseen.rolled {
            self.rolled(foreseen.area, rolled, after, &mut asked);
        }
        for made in &foreseen.made {
            self.made(made, after, &mut asked);
        }
        asked.0
    }

    /// Whether the jobs of an area's requests end, where it has any.
    #[must_use]
    pub fn judge_end(&self, area: &Area, has_ended: bool) -> Option<Question> {
        let OverLimit::Acknowledges { statement, .. } = &area.limit.over else { return None };
        let why = Basis::new(check::ENDS, ids([statement]).into_iter().take(1).collect());
        let mut asked = Asked::default();
        let wrong = "the job of the request does not end: nothing of it is processed any more";
        asked.ask(&why, "end", (!has_ended).then(|| wrong.to_owned()));
        asked.0.pop()
    }

    /// What is kept, by its keys.
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

    /// Whether a record without a key was not there before.
    fn is_new(&self, foreseen: &Foreseen<'a>, kept: &Kept) -> bool {
        let keys = self.keys(foreseen.area);
        !foreseen.known.contains(&kept.id) && keys.of(&kept.record, &serde_json::Map::new()).is_none()
    }

    /// How many fields of a record are not what a thing's must be.
    fn distance(&self, area: &Area, thing: &Thing, kept: &Kept) -> usize {
        thing.slots.iter().filter(|(path, slot)| self.wrong(area, path, slot, kept).is_some()).count()
    }

    fn found(&self, area: &'a Area, thing: &Thing, found: &[&Kept], asked: &mut Asked) {
        let label = &thing.label;
        let (keyword, wrong) = match (thing.is_kept, found) {
            (true, []) => ("missing", Some(format!("{label} is not kept"))),
            (false, [kept, ..]) => {
                let what = shown(Some(&Value::Object(kept.record.clone())));
                ("kept", Some(format!("{label} is kept, though it did not pass: {what}")))
            }
            (true, _) => ("missing", None),
            (false, []) => ("kept", None),
        };
        asked.ask(&thing.why, keyword, wrong);
        if !thing.is_kept || found.is_empty() {
            return;
        }
        if let Named::Key(_) = thing.named {
            let why = Basis::new(check::ONE, ids([&area.key.statement]));
            let twice = (found.len() > 1).then(|| format!("{label} is kept {} times", found.len()));
            let is_one = twice.is_none();
            asked.ask(&why, "twice", twice);
            if !is_one {
                return;
            }
        }
        let kept = found[0];
        for (path, slot) in thing.slots.iter().filter(|(_, slot)| slot.due != Due::Any) {
            let wrong = self.wrong(area, path, slot, kept).map(|wrong| format!("of {label}, {wrong}"));
            asked.ask(&slot.why, "value", wrong);
        }
        shows(thing, kept, asked);
        self.days(thing, kept, asked);
        self.attached(area, thing, kept, asked);
        for delivery in &thing.deliveries {
            self.delivered(thing, delivery, kept, asked);
        }
    }

    /// What is wrong with a field.
    fn wrong(&self, area: &Area, path: &str, slot: &Slot, kept: &Kept) -> Option<String> {
        let folds = self.contract.file.reading.additional_names.is_some();
        let found = at(&kept.record, path, folds).filter(|value| is_had(Some(value)));
        let field = super::key::field_at(area, path);
        let is = |due: &Value| found.is_some_and(|found| is_same(self.contract, field, due, found));
        match &slot.due {
            Due::Any => None,
            Due::OneOf(values) => {
                let right = values.iter().any(|due| match due {
                    None => found.is_none(),
                    Some(due) => is(due),
                });
                let mut dues: Vec<String> = values.iter().map(|due| shown(due.as_ref())).collect();
                dues.dedup();
                (!right).then(|| {
                    format!("`{path}` is kept as {}, and {} is due", shown(found), dues.join(" or "))
                })
            }
            Due::Not(values) => {
                let is_one = values.iter().any(is);
                is_one.then(|| {
                    format!("`{path}` is kept as {}, from a record that does not count", shown(found))
                })
            }
        }
    }

    /// Each day begins where its zone has it.
    fn days(&self, thing: &Thing, kept: &Kept, asked: &mut Asked) {
        let Some(instants) = &kept.instants else { return };
        let utc = jiff::tz::TimeZone::UTC;
        for (field, day, in_zone, statements) in &thing.days {
            let zone = if *in_zone { &self.fixtures.time_zone } else { &utc };
            let Some((start, end)) = date::span(*day, zone) else { continue };
            let found = instants.get(field).copied();
            let label = &thing.label;
            let told = found.map_or_else(|| "no instant".to_owned(), |found| found.to_string());
            let is_of_the_day = found.is_some_and(|found| (start..end).contains(&found));
            let whose = if *in_zone { "the organisation's zone" } else { "UTC" };
            let wrong = (!is_of_the_day).then(|| {
                format!("of {label}, `{field}` is kept as {told}; {day} in {whose} is from {start} to {end}")
            });
            asked.ask(&Basis::new(check::ZONES, statements.clone()), "day", wrong);
            if let (Some(midnight), true) = (&self.contract.file.reading.midnight, is_of_the_day) {
                let wrong = (found != Some(start)).then(|| {
                    format!(
                        "of {label}, `{field}` is kept as {told}; midnight of {day} in {whose} is {start}"
                    )
                });
                let mut statements = statements.clone();
                crate::check::extend(&mut statements, &ids([midnight]));
                asked.ask(&Basis::new(check::ZONES, statements), "midnight", wrong);
            }
        }
    }

    fn attached(&self, area: &'a Area, thing: &Thing, kept: &Kept, asked: &mut Asked) {
        let Some(attached) = &kept.attached else { return };
        for (field, to, why) in &thing.attached {
            let keys = self.keys(area);
            let wanted = keys.told(field, to);
            let is = |one: &super::Attached| {
                &one.field == field && keys.told(field, &Value::from(one.to.as_str())) == wanted
            };
            let wrong = (!attached.iter().any(is))
                .then(|| format!("nothing is added to {} for the {to} of `{field}`", thing.label));
            asked.ask(why, "missing", wrong);
        }
    }

    fn delivered(&self, thing: &Thing, due: &Delivery, kept: &Kept, asked: &mut Asked) {
        let Some(sent) = &kept.sent else { return };
        let Some(kind) = self.contract.file.kinds.get(&due.kind) else { return };
        let to = sent.iter().filter(|one| identity(kind, &one.to) == identity(kind, &due.to));
        let times: u64 = to.map(|one| one.times).sum();
        let keyword = if times > due.times { "again" } else { "missing" };
        let wrong = (times != due.times).then(|| {
            format!("for {}, {} was sent to {times} times, and {} are due", thing.label, due.to, due.times)
        });
        asked.ask(&due.why, keyword, wrong);
    }

    fn made(&self, made: &Made, after: &World, asked: &mut Asked) {
        let (Some(names), Some(kind)) =
            (after.created.get(&made.kind), self.contract.file.kinds.get(&made.kind))
        else {
            return;
        };
        let same = names.iter().filter(|name| identity(kind, name) == identity(kind, &made.name)).count();
        let (keyword, wrong) = match same {
            0 => ("missing", Some(format!("there is no {} {:?}", kind.title, made.name))),
            1 => ("missing", None),
            times => ("twice", Some(format!("there are {times} of {} {:?}", kind.title, made.name))),
        };
        asked.ask(&made.why, keyword, wrong);
    }

    fn rolled(&self, area: &'a Area, due: &Rolled<'a>, after: &World, asked: &mut Asked) {
        if !after.areas.contains_key(&due.into.name) {
            return;
        }
        let now = effects::numbers(self, area, (due.field, due.by), &due.value, after);
        let Some(now) = effects::plain_numbers(&now).filter(|now| !now.is_empty()) else { return };
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let mean = now.iter().map(|(_, number)| number).sum::<f64>() / now.len() as f64;
        let (into, field, value) = (&due.into.title, due.into_field, &due.value);
        let found = effects::together(self, due.into, due.by, &due.value, after).next();
        let computed = Basis::new(check::ROLLS_UP, due.computed.clone());
        let is_there = found.is_some_and(|found| effects::has(found, field));
        let missing = (!is_there).then(|| format!("in {into}, there is no `{field}` of {value}"));
        asked.ask(&computed, "missing", missing);
        let Some(found) = found.filter(|_| is_there) else { return };
        let told = found.record.get(field);
        let number = told.and_then(number);
        let is_mean = number.is_some_and(|number| is_near(number, mean));
        let wrong = (!is_mean).then(|| {
            format!(
                "in {into}, `{field}` of {value} is kept as {}; the mean of {} is {mean}",
                shown(told),
                count(&now)
            )
        });
        asked.ask(&Basis::new(check::ROLLS_UP, due.mean.clone()), "mean", wrong);
        // Whatever the formula: where every number that goes in went one way, what comes out is another.
        let before = effects::plain_numbers(&due.numbers).unwrap_or_default();
        if effects::all_moved(&before, &now)
            && let Some(was) = due.was.as_ref().filter(|was| was.is_number())
        {
            let is_stale = !is_mean && told == Some(was);
            let wrong = is_stale.then(|| {
                format!("in {into}, `{field}` of {value} is still {was}, though every number that it comes from changed")
            });
            asked.ask(&computed, "stale", wrong);
        }
        for (path, slot) in due.others.iter().filter(|(_, slot)| slot.due != Due::Any) {
            let wrong = self.wrong(due.into, path, slot, found);
            asked.ask(&slot.why, "value", wrong.map(|wrong| format!("in {into}, of {value}, {wrong}")));
        }
    }
}

fn count(numbers: &[(&str, f64)]) -> String {
    numbers.iter().map(|(_, number)| number.to_string()).collect::<Vec<_>>().join(", ")
}

/// One of the fields shows the text.
fn shows(thing: &Thing, kept: &Kept, asked: &mut Asked) {
    let Some((fields, text, why)) = &thing.shows else { return };
    let shows = fields.iter().any(|field| at(&kept.record, field, true) == Some(&Value::from(text.as_str())));
    let names = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
    let wrong = (!shows).then(|| format!("of {}, none of {names} is shown as {text:?}", thing.label));
    asked.ask(why, "shown", wrong);
}
