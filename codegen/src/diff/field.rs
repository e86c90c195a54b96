//! Changes of fields and rules.

use std::collections::BTreeSet;

use tally_spec::model::{Area, Condition, Constraint, Field, Rule};

use super::{Changes, Class};

/// Compares two lists of fields. The areas say which of them a rule requires.
pub(super) fn fields(old: (&[Field], &Area), new: (&[Field], &Area), changes: &mut Changes) {
    members(old.0, new.0, "", changes);
}

fn members(old: &[Field], new: &[Field], above: &str, changes: &mut Changes) {
    for was in old {
        let place = format!("{above}{}", was.name);
        match new.iter().find(|is| is.name == was.name) {
            Some(is) => one(was, is, &place, changes),
            None => changes.add(Class::FieldRemoved, &place, &types(was).join(" or "), ""),
        }
    }
    for is in new.iter().filter(|is| !old.iter().any(|was| was.name == is.name)) {
        changes.add(Class::FieldAdded, &format!("{above}{}", is.name), "", &types(is).join(" or "));
    }
}

fn one(was: &Field, is: &Field, place: &str, changes: &mut Changes) {
    let (before, after) = (types(was), types(is));
    let class =
        if before.iter().all(|one| after.contains(one)) { Class::TypeWidened } else { Class::TypeNarrowed };
    let sorted = |mut words: Vec<String>| {
        words.sort();
        words.join(" or ")
    };
    changes.note(class, place, &sorted(before), &sorted(after));
    values(was, is, place, changes);
    form(was, is, place, changes);
    let stands = |field: &Field| field.stands_in_for.clone().unwrap_or_default();
    changes.note(Class::DefaultChanged, &format!("{place} stands in for"), &stands(was), &stands(is));
    let zones = |field: &Field| field.zones.to_string();
    changes.note(Class::BehaviourChanged, &format!("{place} decides dates' zone"), &zones(was), &zones(is));
    let kind = |field: &Field| field.kind.clone().unwrap_or_default();
    changes.note(Class::KindChanged, place, &kind(was), &kind(is));
    let description = |field: &Field| field.description.clone().unwrap_or_default();
    changes.note(Class::Documentation, place, &description(was), &description(is));
    if was.examples != is.examples {
        changes.add(Class::Documentation, place, "", "other examples");
    }
    members(&was.properties, &is.properties, &format!("{place}/"), changes);
    members(&was.items, &is.items, &format!("{place}/"), changes);
}

fn types(field: &Field) -> Vec<String> {
    let word = |one: &tally_spec::model::JsonType| format!("{one:?}").to_lowercase();
    field.types().iter().map(word).collect()
}

/// Closed lists.
fn values(was: &Field, is: &Field, place: &str, changes: &mut Changes) {
    let words = |values: &[String]| values.join(", ");
    match (&was.closed, &is.closed) {
        (None, Some(values)) => changes.add(Class::ListClosed, place, "any", &words(values)),
        (Some(values), None) => changes.add(Class::ListOpened, place, &words(values), "any"),
        (Some(before), Some(after)) => {
            let gone: Vec<String> = before.iter().filter(|one| !after.contains(one)).cloned().collect();
            let come: Vec<String> = after.iter().filter(|one| !before.contains(one)).cloned().collect();
            changes.note(Class::ListNarrowed, place, &words(&gone), "");
            changes.note(Class::ListWidened, place, "", &words(&come));
        }
        (None, None) => {}
    }
}

/// What text or an object's further members must look like: each is looser the fewer it has.
fn form(was: &Field, is: &Field, place: &str, changes: &mut Changes) {
    let mut looser = |was: bool, is: bool, words: &str| match (was, is) {
        (false, true) => changes.add(Class::RuleTightened, place, "", words),
        (true, false) => changes.add(Class::RuleLoosened, place, words, ""),
        _ => {}
    };
    let date = |field: &Field| field.format == Some(tally_spec::model::TextFormat::Date);
    looser(date(was), date(is), "a calendar day");
    looser(was.numeric, is.numeric, "text that spells a number");
    looser(was.additional_properties.is_some(), is.additional_properties.is_some(), "scalar further members");
    let day_only = |field: &Field| date(field) && field.date_time.is_none();
    if date(was) && date(is) {
        looser(day_only(was), day_only(is), "no time with the date");
    }
}

/// Compares the rules, each known by its constraint's keyword and fields.
pub(super) fn rules(old: &Area, new: &Area, changes: &mut Changes) {
    let (before, after) = (parts(old), parts(new));
    let names: BTreeSet<&String> = before.iter().chain(&after).map(|part| &part.name).collect();
    for name in names {
        let was: Vec<&Part> = before.iter().filter(|part| part.name == *name).collect();
        let is: Vec<&Part> = after.iter().filter(|part| part.name == *name).collect();
        match (was.as_slice(), is.as_slice()) {
            ([], added) => added.iter().for_each(|part| changes.add(part.came, name, "", &part.words())),
            (gone, []) => gone.iter().for_each(|part| changes.add(part.went, name, &part.words(), "")),
            ([was], [is]) => differ(was, is, changes),
            (was, is) => several(name, was, is, changes),
        }
    }
}

fn differ(was: &Part, is: &Part, changes: &mut Changes) {
    if was.conditions != is.conditions {
        let class = match (was.conditions.is_empty(), is.conditions.is_empty()) {
            (true, false) => was.went,
            (false, true) => was.came,
            _ => Class::ConditionsChanged,
        };
        changes.add(class, &was.name, &was.words(), &is.words());
    } else if was.value != is.value {
        let class = if was.stricter(is) { Class::RuleTightened } else { Class::RuleLoosened };
        changes.add(class, &was.name, &was.words(), &is.words());
    }
    changes.note(Class::MessageChanged, &was.name, &was.message, &is.message);
}

fn several(name: &str, was: &[&Part], is: &[&Part], changes: &mut Changes) {
    let words = |parts: &[&Part]| {
        let mut words: Vec<String> = parts.iter().map(|part| part.words()).collect();
        words.sort();
        words.join("; ")
    };
    changes.note(Class::ConditionsChanged, name, &words(was), &words(is));
    let messages = |parts: &[&Part]| {
        let mut messages: Vec<&str> = parts.iter().map(|part| part.message.as_str()).collect();
        messages.sort_unstable();
        messages.join("; ")
    };
    changes.note(Class::MessageChanged, name, &messages(was), &messages(is));
}

/// A rule's part that is compared by itself: `required` is taken apart field by field, a range by its ends.
struct Part {
    name: String,
    value: String,
    /// The number, with the sign that makes a greater one the looser; `None` if any change is stricter.
    room: Option<f64>,
    conditions: String,
    message: String,
    came: Class,
    went: Class,
}

impl Part {
    fn words(&self) -> String {
        let parts = [self.value.as_str(), self.conditions.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    /// Whether the other may fail what this one lets through.
    fn stricter(&self, other: &Self) -> bool {
        match (self.room, other.room) {
            (Some(before), Some(after)) => after < before,
            _ => true,
        }
    }
}

fn parts(area: &Area) -> Vec<Part> {
    area.rules.iter().flat_map(rule_parts).collect()
}

fn rule_parts(rule: &Rule) -> Vec<Part> {
    let conditions = conditions(rule);
    let message = rule.message.clone().unwrap_or_default();
    let part = |name: String, value: String, room: Option<f64>| Part {
        name,
        value,
        room,
        conditions: conditions.clone(),
        message: message.clone(),
        came: Class::RuleTightened,
        went: Class::RuleLoosened,
    };
    let required = |name: &String| Part {
        came: Class::FieldRequired,
        went: Class::FieldOptional,
        ..part(name.clone(), "required".to_owned(), None)
    };
    match &rule.constraint {
        Constraint::Required(names) => names.iter().map(required).collect(),
        Constraint::AnyOf(names) => {
            #[expect(clippy::cast_precision_loss, reason = "a handful of names")]
            let room = names.len() as f64;
            vec![part("any of".to_owned(), names.join(", "), Some(room))]
        }
        Constraint::Range { field, minimum, maximum } => {
            let least = minimum.map(|end| part(format!("{field} minimum"), end.to_string(), Some(-end)));
            let most = maximum.map(|end| part(format!("{field} maximum"), end.to_string(), Some(end)));
            least.into_iter().chain(most).collect()
        }
        Constraint::MultipleOf { field, divisor } => {
            vec![part(format!("{field} multipleOf"), divisor.to_string(), None)]
        }
        Constraint::MaxLength { field, limit } => {
            #[expect(clippy::cast_precision_loss, reason = "a length in characters")]
            let room = *limit as f64;
            vec![part(format!("{field} maxLength"), limit.to_string(), Some(room))]
        }
        Constraint::Pattern { field, pattern } => {
            vec![part(format!("{field} pattern"), pattern.to_owned(), None)]
        }
        Constraint::Contains { field, members } => {
            vec![part(format!("{field} contains"), members.join(", "), None)]
        }
        Constraint::Exists { field, unknown } => {
            let room = match unknown {
                tally_spec::model::UnknownThing::Fails => 0.0,
                tally_spec::model::UnknownThing::Open => 1.0,
                tally_spec::model::UnknownThing::Creates => 2.0,
            };
            vec![part(
                format!("{field} exists"),
                format!("an unknown one: {unknown:?}").to_lowercase(),
                Some(room),
            )]
        }
        Constraint::MemberOf { field, of } => {
            vec![part(format!("{field} memberOf"), of.to_owned(), None)]
        }
    }
}

fn conditions(rule: &Rule) -> String {
    let when = rule.when.as_ref().map(|when| format!("if {}", condition(when)));
    let unless = rule.unless.as_ref().map(|unless| format!("unless {}", condition(unless)));
    when.into_iter().chain(unless).collect::<Vec<_>>().join(" ")
}

/// A condition in words.
pub(super) fn condition(condition: &Condition) -> String {
    match (&condition.constant, &condition.one_of) {
        (Some(value), _) => format!("{} is {value}", condition.field),
        (None, Some(values)) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            format!("{} is among {}", condition.field, values.join(", "))
        }
        (None, None) => format!("{} has a value", condition.field),
    }
}
