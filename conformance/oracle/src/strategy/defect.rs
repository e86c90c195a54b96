//! One named border of a record, and how a record is put on it.

use serde_json::Value;

use super::Rng;
use super::batch::Record;
use super::keep::{has_value, put, value_at};
use crate::oracle::Fate;

/// One named border of a record: a rule broken, or just kept, or a matter that the contract leaves open.
#[derive(Debug, Clone, PartialEq)]
pub struct Defect {
    /// `field/keyword/what`, and if it matters, under which condition: `score/maximum/above`.
    pub id: String,
    /// The statements that the fate rests on, the principal first.
    pub statements: Vec<String>,
    /// What becomes of an otherwise valid record.
    pub fate: Fate,
    /// The keyword of the rule in question.
    pub keyword: String,
    /// The field in question, as rules name it; empty for the record itself.
    pub field: String,
    /// Whether an endpoint may refuse the whole request for it.
    pub may_refuse: bool,
    pub(super) changes: Vec<Change>,
    /// Members that must be there before the changes.
    pub(super) needs: Vec<String>,
    /// Members with the value that they must have; `None` if they must not be there.
    pub(super) given: Vec<(String, Option<Value>)>,
    /// The request options that must be set; `None` if one must not be there.
    pub(super) envelope: Vec<(String, Option<Value>)>,
}

/// A change of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// The value at a path becomes one of these.
    Set(Path, Vec<Value>),
    /// The member at a path goes.
    Remove(Path),
    /// The text at a path becomes another, made from what it was.
    Rewrite(Path, Rewriting),
}

/// A way to make a text from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rewriting {
    /// The first characters only.
    First(usize),
    /// The text and these characters.
    With(String),
    /// The character at a place replaced.
    Replaced(usize, char),
    /// The text with blanks around it.
    Padded,
}

/// Where a change takes place: the record's member, and on from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) steps: Vec<Step>,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of an object.
    Member(String),
    /// The first element of a list.
    First,
    /// Every element of a list.
    Each,
}

impl Defect {
    /// Puts a record on the border. The members that it must have are added if it was built for the defect.
    pub fn apply(&self, record: &mut Record, rng: &mut Rng) {
        for (name, value) in &self.given {
            put(record, name, value.as_ref());
        }
        for change in &self.changes {
            match change {
                Change::Set(path, values) => {
                    if let Some(value) = rng.pick(values) {
                        set(record, &path.steps, Some(value));
                    }
                }
                Change::Remove(path) => set(record, &path.steps, None),
                Change::Rewrite(path, rewriting) => rewrite(record, &path.steps, rewriting),
            }
        }
    }

    /// Whether a record has what the defect needs and changes: on one that has not, it would do nothing.
    pub(super) fn has_hold(&self, record: &Record) -> bool {
        let is_there = |path: &String| value_at(record, path).is_some_and(has_value);
        self.needs.iter().all(is_there) && self.changes.iter().all(|change| change.has_hold(record))
    }

    /// Whether both change a member of the record.
    #[must_use]
    pub fn touches_same_field_as(&self, other: &Self) -> bool {
        let touched = other.touched();
        self.touched().iter().any(|name| touched.contains(name))
    }

    /// Whether both can stand in one batch: they ask for the same request options.
    #[must_use]
    pub fn is_compatible_with(&self, other: &Self) -> bool {
        self.envelope.iter().all(|(name, value)| {
            other.envelope.iter().filter(|(known, _)| known == name).all(|(_, known)| known == value)
        })
    }

    /// The record's members that matter to the defect.
    pub(super) fn touched(&self) -> Vec<String> {
        let changed = self.changes.iter().filter_map(|change| change.path().member().map(str::to_owned));
        let given = self.given.iter().map(|(path, _)| path);
        let named = given.chain(&self.needs).map(|path| top(path).to_owned());
        let mut touched: Vec<String> = changed.chain(named).collect();
        touched.sort();
        touched.dedup();
        touched
    }
}

impl Change {
    /// Where it takes place.
    pub(super) const fn path(&self) -> &Path {
        let (Self::Set(path, _) | Self::Remove(path) | Self::Rewrite(path, _)) = self;
        path
    }

    /// Whether it changes anything: a list has an element to be changed, and a text is another when rewritten.
    fn has_hold(&self, record: &Record) -> bool {
        let steps = &self.path().steps;
        match self {
            Self::Set(..) | Self::Remove(_) => {
                let within = steps.iter().position(|step| matches!(step, Step::First | Step::Each));
                within.is_none_or(|place| {
                    let list = find(record, &steps[..place]).and_then(Value::as_array);
                    list.is_some_and(|elements| !elements.is_empty())
                })
            }
            Self::Rewrite(_, rewriting) => {
                let text = find(record, steps).and_then(Value::as_str);
                text.is_some_and(|text| rewriting.of(text) != text)
            }
        }
    }
}

impl Rewriting {
    /// What becomes of a text.
    fn of(&self, text: &str) -> String {
        match self {
            Self::First(count) => text.chars().take(*count).collect(),
            Self::With(more) => format!("{text}{more}"),
            Self::Replaced(place, with) => {
                text.chars().enumerate().map(|(at, c)| if at == *place { *with } else { c }).collect()
            }
            Self::Padded => format!(" {text} "),
        }
    }
}

impl Path {
    /// The record's own member on the way.
    pub(super) fn member(&self) -> Option<&str> {
        match self.steps.first() {
            Some(Step::Member(name)) => Some(name),
            Some(Step::First | Step::Each) | None => None,
        }
    }

    /// The path of a field as rules name it, `array/member` meaning the first element's.
    pub(super) fn to(path: &str, is_array: bool) -> Self {
        let mut steps = Vec::new();
        for (depth, name) in path.split('/').enumerate() {
            if depth == 1 && is_array {
                steps.push(Step::First);
            }
            steps.push(Step::Member(name.to_owned()));
        }
        Self { steps }
    }

    /// The same for every element.
    pub(super) fn each(path: &str) -> Self {
        let mut steps = Self::to(path, true).steps;
        steps.iter_mut().filter(|step| **step == Step::First).for_each(|step| *step = Step::Each);
        Self { steps }
    }
}

/// The record's own member on a path.
pub(super) fn top(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

fn set(record: &mut Record, steps: &[Step], value: Option<&Value>) {
    let [Step::Member(name), rest @ ..] = steps else { return };
    match (rest, value) {
        ([], Some(value)) => {
            record.insert(name.clone(), value.clone());
        }
        ([], None) => {
            record.remove(name);
        }
        (rest, value) => {
            if let Some(inner) = record.get_mut(name) {
                set_within(inner, rest, value);
            }
        }
    }
}

fn set_within(found: &mut Value, steps: &[Step], value: Option<&Value>) {
    match (found, steps) {
        (Value::Object(members), steps @ [Step::Member(_), ..]) => set(members, steps, value),
        (Value::Array(elements), [Step::First]) => {
            if let (Some(first), Some(value)) = (elements.first_mut(), value) {
                *first = value.clone();
            }
        }
        (Value::Array(elements), [step, rest @ ..]) => {
            let count = if *step == Step::First { 1 } else { elements.len() };
            elements.iter_mut().take(count).for_each(|element| set_within(element, rest, value));
        }
        _ => {}
    }
}

fn rewrite(record: &mut Record, steps: &[Step], rewriting: &Rewriting) {
    let Some((Step::Member(name), rest)) = steps.split_first() else { return };
    let mut found = record.get_mut(name);
    for step in rest {
        found = found.and_then(|value| match step {
            Step::Member(name) => value.get_mut(name),
            Step::First | Step::Each => value.get_mut(0),
        });
    }
    if let Some(Value::String(text)) = found {
        *text = rewriting.of(text);
    }
}

/// The value at a path, of a list the first element's.
fn find<'v>(record: &'v Record, steps: &[Step]) -> Option<&'v Value> {
    let Some((Step::Member(name), rest)) = steps.split_first() else { return None };
    rest.iter().try_fold(record.get(name)?, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::First | Step::Each => value.get(0),
    })
}
