//! Judges a record's values by the rules that speak of one field.

use serde_json::Value;
use tally_spec::model::{Field, JsonType, Rule, UnknownThing};

use super::finding::{Finding, Place, ids};
use super::record::{Broken, Holds, Judge};
use super::request::has_value;
use super::things::Standing;
use super::{Fate, Reason, numeral};

impl<'j> Judge<'j> {
    /// Every rule about the value of one field.
    pub(super) fn values(&mut self) {
        for rule in &self.area.rules {
            let Some(path) = rule.constraint.field() else { continue };
            let Some(field) = self.field_at(path) else { continue };
            let applies = self.applies(rule);
            let place = self.place;
            let (name, inner) = path.split_once('/').map_or((path, None), |(n, i)| (n, Some(i)));
            let Some(value) = self.own(name) else { continue };
            let at = place.member(name);
            match (inner, value) {
                (None, value) => self.by_rule(rule, applies, field, value, &at),
                (Some(inner), Value::Array(elements)) => {
                    for (index, element) in elements.iter().enumerate() {
                        if let Some(value) = element.get(inner).filter(|value| has_value(value)) {
                            let element = at.element(index);
                            self.by_rule(rule, applies, field, value, &element.member(inner));
                        }
                    }
                }
                (Some(inner), object) => {
                    if let Some(value) = object.get(inner).filter(|value| has_value(value)) {
                        self.by_rule(rule, applies, field, value, &at.member(inner));
                    }
                }
            }
        }
    }

    fn by_rule(
        &mut self,
        rule: &'j Rule,
        applies: Holds,
        field: &'j Field,
        value: &'j Value,
        place: &Place<'_>,
    ) {
        match value {
            Value::Number(number) if super::request::is_taken(field, value) => {
                self.number(rule, applies, number.as_f64().unwrap_or(f64::NAN), place);
            }
            Value::String(text) if field.numeric => self.numeric_text(rule, applies, text, place),
            Value::String(text) if field.takes(JsonType::String) => {
                self.text_by_rule(rule, applies, field, text, place);
            }
            Value::Array(elements) if !rule.constraint.contains().is_empty() => {
                self.contains(rule, applies, elements, place);
            }
            _ => {}
        }
    }

    fn number(&mut self, rule: &'j Rule, applies: Holds, number: f64, place: &Place<'_>) {
        let bounds = [rule.constraint.minimum(), rule.constraint.maximum()];
        if let Some((keyword, because)) = out_of_bounds(rule, number) {
            self.broken(breach(rule, applies, keyword, because), place);
        } else if bounds.into_iter().flatten().any(|bound| numeral::is_same(bound, number)) {
            self.found.rests_on_all(&rule.statement);
        } else if rule.constraint.multiple_of().is_some()
            && number.fract() == 0.0
            && self.is_written_with_fraction(place)
        {
            self.found.rests_on_all(&self.oracle.contract.file.reading.numeric_text);
        }
    }

    /// Whether the number there is written as `3.0`.
    fn is_written_with_fraction(&self, place: &Place<'_>) -> bool {
        match place {
            Place::Member(Place::Pointer(_) | Place::Listed(..), name) => {
                self.members.get(*name).is_some_and(serde_json::Value::is_f64)
            }
            _ => false,
        }
    }

    fn numeric_text(&mut self, rule: &'j Rule, applies: Holds, text: &str, place: &Place<'_>) {
        let Some(number) = numeral::generous(text.trim()) else { return };
        if let Some((_, because)) = out_of_bounds(rule, number) {
            // Of text that spells no number, the validators say only that.
            let shape = numeral::spelt(text).is_some();
            self.broken(Broken { shape, ..breach(rule, applies, "pattern", because) }, place);
        } else if [rule.constraint.minimum(), rule.constraint.maximum()]
            .into_iter()
            .flatten()
            .any(|bound| numeral::is_same(bound, number))
        {
            self.found.rests_on_all(&rule.statement);
        }
    }

    fn text_by_rule(
        &mut self,
        rule: &'j Rule,
        applies: Holds,
        field: &'j Field,
        text: &'j str,
        place: &Place<'_>,
    ) {
        if let Some(limit) = rule.constraint.max_length() {
            let length = text.chars().count();
            if length > limit {
                let because = format!("`{}` has {length} characters, above {limit}", place.name());
                self.broken(breach(rule, applies, "maxLength", because), place);
            }
        } else if rule.constraint.pattern().is_some() {
            self.pattern(rule, applies, text, place);
        } else if let (Some(unknown), Some(kind)) = (rule.constraint.exists(), &field.kind) {
            self.exists(rule, applies, unknown, kind, text, place);
        } else if let (Some(owner), Some(kind)) = (rule.constraint.member_of(), &field.kind) {
            self.member_of(rule, applies, owner, kind, text, place);
        }
    }

    fn pattern(&mut self, rule: &'j Rule, applies: Holds, text: &str, place: &Place<'_>) {
        let Some(pattern) = self.oracle.pattern(rule) else { return };
        if pattern.is_match(text) {
            return;
        }
        let trimmed = text.trim();
        let doubtful = trimmed.len() < text.len() && (trimmed.is_empty() || pattern.is_match(trimmed));
        let fate = if doubtful { Fate::Open } else { Fate::Fails };
        let because = format!("`{}` is {text:?}", place.name());
        self.broken(Broken { fate, ..breach(rule, applies, "pattern", because) }, place);
    }

    fn contains(&mut self, rule: &'j Rule, applies: Holds, elements: &'j [Value], place: &Place<'_>) {
        let complete = |element: &&Value| {
            rule.constraint.contains().iter().all(|name| element.get(name).is_some_and(has_value))
        };
        let count = elements.iter().filter(complete).count();
        if count == 0 {
            let any_empty = elements.iter().any(|element| {
                rule.constraint
                    .contains()
                    .iter()
                    .any(|name| element.get(name).is_some_and(|value| value == ""))
            });
            let reading = &self.oracle.contract.file.reading.empty_is_missing;
            let premises = if any_empty { ids([reading]) } else { Vec::new() };
            let odd = elements.iter().any(|element| !element.is_object());
            let fate = if odd { Fate::Open } else { Fate::Fails };
            let because = format!("no element has a value in `{}`", rule.constraint.contains().join("`, `"));
            let broken = Broken { premises, fate, ..breach(rule, applies, "contains", because) };
            self.broken(broken, place);
        } else if count < elements.len() {
            let because =
                format!("some elements have no value in `{}`", rule.constraint.contains().join("`, `"));
            self.found.open(ids([&rule.statement]), place, because);
        }
    }

    fn exists(
        &mut self,
        rule: &'j Rule,
        applies: Holds,
        unknown: UnknownThing,
        kind: &'j str,
        text: &str,
        place: &Place<'_>,
    ) {
        let standing = self.oracle.things.standing(kind, text);
        let statement = self.oracle.things.kind(kind).map(|kind| &kind.statement);
        if standing == Standing::Listed {
            return;
        }
        if standing == Standing::Same {
            return statement.into_iter().for_each(|cites| self.found.rests_on_all(cites));
        }
        let off = !applies.plainly && applies.surely;
        if unknown == UnknownThing::Creates || off {
            return self.found.rests_on_all(&rule.statement);
        }
        let certain = matches!(standing, Standing::Unknown | Standing::Malformed);
        if unknown == UnknownThing::Fails && certain {
            let because = format!("{text:?} names nothing that exists");
            let broken = Broken { shape: false, ..breach(rule, applies, "exists", because) };
            return self.broken(broken, place);
        }
        if unknown == UnknownThing::Fails && standing == Standing::OtherCase {
            let because = format!("{text:?} names nothing: IDs are compared with their case");
            let premises = ids(statement);
            let broken = Broken { premises, shape: false, ..breach(rule, applies, "exists", because) };
            return self.broken(broken, place);
        }
        let because = match standing {
            Standing::Unsaid => format!("the fixtures do not say whether {text:?} exists"),
            Standing::Padded => format!("{text:?} has blanks around it"),
            _ => format!("{text:?} names nothing, which is left open"),
        };
        self.left_open(rule, "exists", because, place);
    }

    fn left_open(&mut self, rule: &Rule, keyword: &str, because: String, place: &Place<'_>) {
        let (statements, keyword) = (ids([&rule.statement]), keyword.to_owned());
        let reason = Reason { statements, pointer: place.pointer(), keyword, because };
        self.found.add(Finding { reason, fate: Fate::Open, shape: false, may_refuse: false });
    }

    fn member_of(
        &mut self,
        rule: &'j Rule,
        applies: Holds,
        owner: &str,
        kind: &'j str,
        text: &str,
        place: &Place<'_>,
    ) {
        let things = &self.oracle.things;
        let owner_kind = self.field_at(owner).and_then(|field| field.kind.as_deref());
        let owner_name = self.effective(owner).and_then(Value::as_str);
        let (Some(owner_kind), Some(owner_name)) = (owner_kind, owner_name) else { return };
        let Some(thing) = things.find(owner_kind, owner_name) else { return };
        let listing = things.kind(owner_kind).and_then(|kinds| {
            let mut listings = kinds.members.iter();
            listings.find(|(_, members)| *members == kind).map(|(listing, _)| listing)
        });
        // A thing without a list owns all of the kind: whether it exists is another rule's.
        let Some(members) = listing.and_then(|listing| thing.members.get(listing)) else { return };
        let known_as = things.identity(kind, text);
        if members.iter().any(|member| things.identity(kind, member) == known_as) {
            return;
        }
        if things.standing(kind, text) == Standing::Padded {
            let because = format!("{text:?} has blanks around it");
            return self.left_open(rule, "memberOf", because, place);
        }
        let because = format!("{text:?} is not among the members of {owner_name:?}");
        self.broken(Broken { shape: false, ..breach(rule, applies, "memberOf", because) }, place);
    }
}

/// The breach of a rule of shape, which makes a record fail.
fn breach<'j>(rule: &'j Rule, applies: Holds, keyword: &'j str, because: String) -> Broken<'j> {
    Broken { rule, applies, keyword, premises: Vec::new(), fate: Fate::Fails, shape: true, because }
}

/// The keyword of the bound that a number breaks, and why.
fn out_of_bounds(rule: &Rule, number: f64) -> Option<(&'static str, String)> {
    if let Some(minimum) = rule.constraint.minimum().filter(|minimum| number < *minimum) {
        return Some(("minimum", format!("{number} is below {minimum}")));
    }
    if let Some(maximum) = rule.constraint.maximum().filter(|maximum| number > *maximum) {
        return Some(("maximum", format!("{number} is above {maximum}")));
    }
    let divisor = rule.constraint.multiple_of().filter(|divisor| !numeral::is_multiple(number, *divisor))?;
    Some(("multipleOf", format!("{number} is no multiple of {divisor}")))
}
