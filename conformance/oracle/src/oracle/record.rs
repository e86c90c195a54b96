//! Judges one record: what is missing, then its fields, then the rules about values, in the spec's order.

use serde_json::Value;
use tally_spec::model::{Area, Cites, Rule};

use super::finding::{Finding, Findings, Place};
use super::request::{Envelope, Members, StandIn, has_value};
use super::{Fate, Oracle, Reason};

/// A record under judgement.
#[derive(Debug)]
pub(super) struct Judge<'j> {
    pub(super) oracle: &'j Oracle,
    pub(super) area: &'j Area,
    pub(super) envelope: &'j Envelope<'j>,
    pub(super) members: &'j Members,
    pub(super) place: Place<'j>,
    pub(super) found: Findings<'j>,
    /// The required fields without a value.
    pub(super) missing: Vec<&'j str>,
}

/// Whether something holds: by the plain reading, and whether every reading agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holds {
    pub(super) plainly: bool,
    pub(super) surely: bool,
}

/// A rule that a record breaks.
#[derive(Debug)]
pub(super) struct Broken<'j> {
    pub(super) rule: &'j Rule,
    /// Whether the rule applies to the record.
    pub(super) applies: Holds,
    pub(super) keyword: &'j str,
    /// Statements that the breach rests on, apart from the rule's.
    pub(super) premises: Vec<String>,
    /// The fate of a record that breaks the rule for sure.
    pub(super) fate: Fate,
    /// Whether it is a rule of shape, which validators and schemas know.
    pub(super) shape: bool,
    pub(super) because: String,
}

/// Judges an element of the list.
pub(super) fn judge<'j>(
    oracle: &'j Oracle,
    area: &'j Area,
    envelope: &'j Envelope<'j>,
    element: &'j Value,
    place: Place<'j>,
) -> Findings<'j> {
    let mut found = Findings::default();
    let Value::Object(members) = element else {
        let statements = Cites::ids([&oracle.contract.file.reading.wrong_type]);
        let (keyword, because) = ("type".to_owned(), "the record is no object".to_owned());
        let reason = Reason { statements, pointer: place.pointer(), keyword, because };
        found.add(Finding { reason, fate: Fate::Open, shape: true, may_refuse: true });
        return found;
    };
    let missing = Vec::new();
    let mut judge = Judge { oracle, area, envelope, members, place, found, missing };
    judge.surroundings();
    judge.presence();
    judge.fields();
    judge.values();
    judge.found
}

impl<'j> Judge<'j> {
    /// The request options, as far as it touches this record.
    fn surroundings(&mut self) {
        for reason in &self.envelope.open {
            let reason = reason.clone();
            self.found.add(Finding { reason, fate: Fate::Open, shape: false, may_refuse: false });
        }
        for premise in &self.envelope.premises {
            self.found.rests_on(premise);
        }
        for stand_in in &self.envelope.stand_ins {
            let own = self.own(stand_in.stands_in_for);
            if own.is_none() && stand_in.doubtful {
                let because = "it depends on how the request option is read".to_owned();
                self.found.open(Cites::ids([stand_in.cites]), &self.place, because);
            } else if stand_in.given.is_some() && own != stand_in.given {
                self.found.rests_on_all(stand_in.cites);
            }
        }
    }

    /// A top-level member that has a value.
    pub(super) fn own(&self, name: &str) -> Option<&'j Value> {
        self.members.get(name).filter(|value| has_value(value))
    }

    /// The member of that name, or `object/member`, that has a value, else what stands in for it.
    pub(super) fn effective(&self, path: &str) -> Option<&'j Value> {
        let own = self.member_at(path).filter(|value| has_value(value));
        own.or_else(|| self.stand_in(path).and_then(|stand_in| stand_in.usable))
    }

    /// The member of that name, or at that path within objects, whatever its value is.
    pub(super) fn member_at(&self, path: &str) -> Option<&'j Value> {
        let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let outer = self.members.get(name)?;
        rest.into_iter().flat_map(|rest| rest.split('/')).try_fold(outer, |value, name| value.get(name))
    }

    /// What could stand in for a field.
    fn stand_in(&self, name: &str) -> Option<&'j StandIn<'j>> {
        self.envelope.stand_ins.iter().find(|stand_in| stand_in.stands_in_for == name)
    }

    /// Notes a broken rule: as it applies, as a breach, as an open matter, or as what the passing rests on.
    pub(super) fn broken(&mut self, broken: Broken<'j>, place: &Place<'_>) {
        if !broken.applies.plainly && broken.applies.surely {
            return self.found.rests_on_all(&broken.rule.statement);
        }
        let mut statements = Cites::ids([&broken.rule.statement]);
        statements.extend(broken.premises);
        for condition in broken.rule.conditions() {
            self.add_stand_in(&condition.field, &mut statements);
            self.add_reading(&condition.field, &mut statements);
        }
        let fate = if broken.applies.plainly && broken.applies.surely { broken.fate } else { Fate::Open };
        let (keyword, because) = (broken.keyword.to_owned(), broken.because);
        let reason = Reason { statements, pointer: place.pointer(), keyword, because };
        let shape = broken.shape && broken.applies.plainly;
        self.found.add(Finding { reason, fate, shape, may_refuse: false });
    }

    /// Adds the statements that say whether a field's own value counts or the one in the envelope, if the two
    /// are not the same.
    pub(super) fn add_stand_in(&self, name: &str, statements: &mut Vec<String>) {
        let own = self.own(name);
        let differs = |stand_in: &&StandIn<'j>| stand_in.given.is_some() && own != stand_in.given;
        if let Some(stand_in) = self.stand_in(name).filter(differs) {
            add(stand_in.cites, statements);
        }
    }

    /// Adds the reading by which a field that a condition names is without a value, if it is null or empty.
    fn add_reading(&self, path: &str, statements: &mut Vec<String>) {
        let reading = &self.oracle.contract.file.reading;
        match self.member_at(path) {
            Some(Value::Null) => add(&reading.null_is_absent, statements),
            Some(Value::String(text)) if text.is_empty() => add(&reading.empty_is_missing, statements),
            _ => {}
        }
    }

    /// The record's fields, and members that no field names.
    fn fields(&mut self) {
        let place = self.place;
        let mut known = 0;
        for field in &self.area.fields {
            let value = self.members.get(&field.name);
            if let Some(value) = value {
                known += 1;
                self.value(field, value, &place.member(&field.name));
            }
            if let (None, Some(cites)) = (value.filter(|value| has_value(value)), &field.optional_statement) {
                self.found.rests_on_all(cites);
            }
        }
        if self.members.len() > known {
            let is_known = |name: &&String| self.area.fields.iter().any(|field| &&field.name == name);
            for name in self.members.keys().filter(|name| !is_known(name)) {
                let because = format!("`{name}` is an unknown member");
                self.found.open(Cites::ids([&self.area.statement]), &place.member(name), because);
            }
        }
    }
}

/// Adds the statements cited that are not yet there.
fn add(cites: &Cites, statements: &mut Vec<String>) {
    for id in cites.iter() {
        if !statements.iter().any(|known| known == id) {
            statements.push(id.to_owned());
        }
    }
}
