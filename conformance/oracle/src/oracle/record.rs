//! Judges one record: what is missing, then its fields, then the rules about values, in the spec's order.

use std::cmp::Ordering;

use serde_json::Value;
use tally_spec::model::{Area, Condition, Field, JsonType, Rule};

use super::finding::{Finding, Findings, Place, ids};
use super::request::{Beside, Members, StandIn, has_value, is_taken};
use super::{Fate, Oracle, Reason};

/// A record under judgement.
#[derive(Debug)]
pub(super) struct Judge<'j> {
    pub(super) oracle: &'j Oracle,
    pub(super) area: &'j Area,
    pub(super) beside: &'j Beside<'j>,
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
    /// Statements that the breach rests on beside the rule's.
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
    beside: &'j Beside<'j>,
    element: &'j Value,
    place: Place<'j>,
) -> Findings<'j> {
    let mut found = Findings::default();
    let Value::Object(members) = element else {
        let statements = ids([&oracle.contract.file.reading.wrong_type]);
        let (keyword, because) = ("type".to_owned(), "the record is no object".to_owned());
        let reason = Reason { statements, pointer: place.pointer(), keyword, because };
        found.add(Finding { reason, fate: Fate::Open, shape: true, may_refuse: true });
        return found;
    };
    let missing = Vec::new();
    let mut judge = Judge { oracle, area, beside, members, place, found, missing };
    judge.surroundings();
    judge.presence();
    judge.fields();
    judge.values();
    judge.found
}

impl<'j> Judge<'j> {
    /// What stands beside the list, as far as it touches this record.
    fn surroundings(&mut self) {
        for reason in &self.beside.open {
            let reason = reason.clone();
            self.found.add(Finding { reason, fate: Fate::Open, shape: false, may_refuse: false });
        }
        for premise in &self.beside.premises {
            self.found.rests_on(premise);
        }
        for stand_in in &self.beside.stand_ins {
            let own = self.own(stand_in.stands_in_for);
            if own.is_none() && stand_in.doubtful {
                let because = "it depends on how the value beside the list is read".to_owned();
                self.found.open(ids([stand_in.cites]), &self.place, because);
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
        let own = match path.split_once('/') {
            None => self.own(path),
            Some((object, member)) => {
                self.own(object).and_then(|object| object.get(member)).filter(|value| has_value(value))
            }
        };
        own.or_else(|| self.stand_in(path).and_then(|stand_in| stand_in.usable))
    }

    /// What could stand in for a field.
    fn stand_in(&self, name: &str) -> Option<&'j StandIn<'j>> {
        self.beside.stand_ins.iter().find(|stand_in| stand_in.stands_in_for == name)
    }

    /// The field of that path.
    pub(super) fn field_at(&self, path: &str) -> Option<&'j Field> {
        field_at(&self.area.fields, path)
    }

    /// Whether a rule applies.
    pub(super) fn applies(&self, rule: &Rule) -> Holds {
        let sure = |plainly| Holds { plainly, surely: true };
        let when = rule.when.as_ref().map_or(sure(true), |condition| self.holds(condition));
        let unless = rule.unless.as_ref().map_or(sure(false), |condition| self.holds(condition));
        let plainly = when.plainly && !unless.plainly;
        let surely = if plainly {
            when.surely && unless.surely
        } else {
            (when.surely && !when.plainly) || (unless.surely && unless.plainly)
        };
        Holds { plainly, surely }
    }

    /// Whether a condition holds. A value of a wrong type, or one with blanks around it, may be read otherwise.
    pub(super) fn holds(&self, condition: &Condition) -> Holds {
        let Some(value) = self.effective(&condition.field) else {
            return Holds { plainly: false, surely: true };
        };
        let field = self.field_at(&condition.field);
        let padded = value.as_str().is_some_and(|text| text.trim().len() != text.len());
        let surely = !padded && field.is_none_or(|field| is_taken(field, value));
        let mut wanted = condition.constant.iter().chain(condition.one_of.iter().flatten()).peekable();
        let plainly = wanted.peek().is_none() || wanted.any(|wanted| equal(wanted, value));
        Holds { plainly, surely }
    }

    /// Notes a broken rule: as it applies, as a breach, as an open matter, or as what the passing rests on.
    pub(super) fn broken(&mut self, broken: Broken<'j>, place: &Place<'_>) {
        if !broken.applies.plainly && broken.applies.surely {
            return self.found.rests_on_all(&broken.rule.statement);
        }
        let mut statements = ids([&broken.rule.statement]);
        statements.extend(broken.premises);
        for condition in broken.rule.when.iter().chain(&broken.rule.unless) {
            self.add_stand_in(&condition.field, &mut statements);
        }
        let fate = if broken.applies.plainly && broken.applies.surely { broken.fate } else { Fate::Open };
        let (keyword, because) = (broken.keyword.to_owned(), broken.because);
        let reason = Reason { statements, pointer: place.pointer(), keyword, because };
        let shape = broken.shape && broken.applies.plainly;
        self.found.add(Finding { reason, fate, shape, may_refuse: false });
    }

    /// Adds the statements of what stood in for a field.
    pub(super) fn add_stand_in(&self, name: &str, statements: &mut Vec<String>) {
        if self.own(name).is_none()
            && let Some(stand_in) = self.stand_in(name).filter(|stand_in| stand_in.given.is_some())
        {
            let cited = stand_in.cites.iter().filter(|id| !statements.iter().any(|known| known == id));
            let cited: Vec<String> = cited.map(str::to_owned).collect();
            statements.extend(cited);
        }
    }

    /// Rules about which fields have a value.
    fn presence(&mut self) {
        for rule in &self.area.rules {
            if rule.constraint.required().is_empty() && rule.constraint.any_of().is_empty() {
                continue;
            }
            let applies = self.applies(rule);
            for name in rule.constraint.required() {
                self.required(rule, applies, name);
            }
            let given = rule.constraint.any_of().iter().filter(|name| self.effective(name).is_some()).count();
            if given == 0 && !rule.constraint.any_of().is_empty() {
                self.none_of(rule, applies);
            } else if given < rule.constraint.any_of().len() && applies.plainly {
                // That some are enough is what the rule says first.
                self.found.rests_on(rule.statement.principal());
            }
        }
    }

    fn required(&mut self, rule: &'j Rule, applies: Holds, name: &'j str) {
        if self.effective(name).is_some() {
            return;
        }
        if !applies.plainly && applies.surely {
            return self.found.rests_on_all(&rule.statement);
        }
        if self.missing.contains(&name) {
            return;
        }
        if applies.plainly {
            self.missing.push(name);
        }
        let (object, member) = name.rsplit_once('/').unwrap_or(("", name));
        let holder =
            if object.is_empty() { Some(self.members) } else { self.own(object).and_then(Value::as_object) };
        let above = self.place;
        let parent = if object.is_empty() { above } else { above.member(object) };
        let place = parent.member(member);
        let mut premises = Vec::new();
        self.add_stand_in(name, &mut premises);
        let (mut fate, mut shape) = (Fate::Fails, true);
        let (keyword, place, how) = match holder.and_then(|members| members.get(member)) {
            None => ("required", &parent, "missing"),
            Some(Value::Null) => ("type", &place, "null"),
            Some(_) => {
                premises.extend(ids([&self.oracle.contract.file.reading.empty_is_missing]));
                let takes_text = self.field_at(name).is_none_or(|field| field.takes(JsonType::String));
                fate = if takes_text { Fate::Fails } else { Fate::Open };
                // Of a field that takes no text the type is wrong, and that is all a schema says.
                shape = takes_text;
                ("minLength", &place, "empty")
            }
        };
        let because = format!("`{name}` is {how} and is required");
        self.broken(Broken { rule, applies, keyword, premises, fate, shape, because }, place);
    }

    fn none_of(&mut self, rule: &'j Rule, applies: Holds) {
        let is_empty = |name: &String| self.members.get(name).is_some_and(|value| value == "");
        let empty = rule.constraint.any_of().iter().any(is_empty);
        let premises =
            if empty { ids([&self.oracle.contract.file.reading.empty_is_missing]) } else { Vec::new() };
        let wrong =
            |name: &String| is_empty(name) && self.field_at(name).is_some_and(|f| !f.takes(JsonType::String));
        let fate = if rule.constraint.any_of().iter().any(wrong) { Fate::Open } else { Fate::Fails };
        let because = format!("none of `{}` has a value", rule.constraint.any_of().join("`, `"));
        let place = self.place;
        self.broken(Broken { rule, applies, keyword: "anyOf", premises, fate, shape: true, because }, &place);
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
                self.found.open(ids([&self.area.statement]), &place.member(name), because);
            }
        }
    }
}

/// The field of that path among these.
pub(super) fn field_at<'f>(fields: &'f [Field], path: &str) -> Option<&'f Field> {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let field = fields.iter().find(|field| field.name == name)?;
    match rest {
        None => Some(field),
        Some(rest) => field_at(&field.properties, rest).or_else(|| field_at(&field.items, rest)),
    }
}

/// JSON equality: numbers by their value.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.partial_cmp(&right) == Some(Ordering::Equal),
        _ => left == right,
    }
}
