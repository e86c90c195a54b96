//! A record's members, and the rules that they are held to.
//!
//! A member *has a value* where it is neither absent nor null nor empty text.

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::{Pointer, Violation, is_date, is_date_time, numeric};

/// The members of a record, or of an object in one, under judgement.
#[derive(Debug)]
pub struct Record<'v, 'j> {
    members: &'v Map<String, Value>,
    at: Pointer,
    index: usize,
    violations: &'j mut Vec<Violation>,
}

/// A member of a record, with its value where it has one of a type that is taken.
#[derive(Debug)]
pub struct Field<'v, 'j, 'r> {
    record: &'r mut Record<'v, 'j>,
    name: &'static str,
    value: Option<&'v Value>,
}

/// JSON types that a member may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    types: &'static [&'static str],
}

impl Taken {
    /// Text.
    pub const TEXT: Self = Self { types: &["string"] };
    /// A number.
    pub const NUMBER: Self = Self { types: &["number"] };
    /// True or false.
    pub const BOOLEAN: Self = Self { types: &["boolean"] };
    /// An object.
    pub const OBJECT: Self = Self { types: &["object"] };
    /// A list.
    pub const LIST: Self = Self { types: &["array"] };
    /// Text or a number.
    pub const TEXT_OR_NUMBER: Self = Self { types: &["string", "number"] };

    /// Any of these, by JSON Schema's names.
    #[must_use]
    pub const fn any(types: &'static [&'static str]) -> Self {
        Self { types }
    }

    fn takes(self, value: &Value) -> bool {
        self.types.contains(&type_name(value))
    }
}

impl<'v, 'j> Record<'v, 'j> {
    pub(super) fn new(
        members: &'v Map<String, Value>,
        at: Pointer,
        index: usize,
        violations: &'j mut Vec<Violation>,
    ) -> Self {
        Self { members, at, index, violations }
    }

    /// A member, held to the types that are taken: keyword `type`, by the field's statement.
    pub fn field(&mut self, name: &'static str, taken: Taken, statement: &'static str) -> Field<'v, 'j, '_> {
        let found = self.members.get(name).filter(|value| !value.is_null());
        let value = found.filter(|value| taken.takes(value));
        if let (Some(wrong), None) = (found, value) {
            let message =
                format!("`{name}` is {} where {} is wanted", article(wrong), taken.types.join(" or "));
            self.report(self.at.member(name), "type", statement, message);
        }
        Field { record: self, name, value: value.filter(|value| value.as_str() != Some("")) }
    }

    /// The value of a member that has one.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&'v Value> {
        self.members.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// The text of a member that has a value.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'v str> {
        self.value(name)?.as_str()
    }

    /// The text of a member that has a value, or else what stands in for it.
    #[must_use]
    pub fn text_or<'t>(&self, name: &str, stand_in: Option<&'t str>) -> Option<&'t str>
    where
        'v: 't,
    {
        match self.value(name) {
            Some(value) => value.as_str(),
            None => stand_in,
        }
    }

    /// Holds the record to having that member: keyword `required` where it is absent, `type` where it is
    /// null.
    pub fn require(&mut self, name: &'static str, statement: &'static str) {
        match self.members.get(name) {
            None => {
                let message = format!("`{name}` is missing");
                self.report(self.at.clone(), "required", statement, message);
            }
            Some(Value::Null) => {
                let message = format!("`{name}` is null and is required");
                self.report(self.at.member(name), "type", statement, message);
            }
            Some(_) => {}
        }
    }

    /// Holds the record to having text in that member: as [`Record::require`], and keyword `minLength`
    /// where it is empty.
    pub fn require_text(&mut self, name: &'static str, statement: &'static str) {
        self.require(name, statement);
        if self.members.get(name).and_then(Value::as_str) == Some("") {
            let message = format!("`{name}` is empty and is required");
            self.report(self.at.member(name), "minLength", statement, message);
        }
    }

    /// Holds the record to having a value in at least one of the members: keyword `anyOf`.
    pub fn require_any(&mut self, names: &[&'static str], statement: &'static str) {
        if names.iter().all(|name| self.value(name).is_none()) {
            let message = format!("none of `{}` has a value", names.join("`, `"));
            self.report(self.at.clone(), "anyOf", statement, message);
        }
    }

    /// Holds the members beyond the named ones to scalar values: keyword `type`.
    fn scalars_beyond(&mut self, named: &[&str], statement: &'static str) {
        for (name, value) in self.members {
            if !named.contains(&name.as_str()) && (value.is_object() || value.is_array()) {
                let message = format!("`{name}` is {} where a scalar value is wanted", article(value));
                self.report(self.at.member(name), "type", statement, message);
            }
        }
    }

    fn report(&mut self, at: Pointer, keyword: &'static str, statement: &'static str, message: String) {
        let record = Some(self.index);
        self.violations.push(Violation { pointer: at, keyword, statement, record, message });
    }
}

#[expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "each call reports what it finds; its value only lets the next one follow"
)]
impl<'v> Field<'v, '_, '_> {
    /// Text is one of a closed list: keyword `enum`.
    pub fn one_of(self, values: &[&str], statement: &'static str) -> Self {
        let wrong = self.text().filter(|text| !values.contains(text));
        self.report_if(wrong, "enum", statement, |text| format!("{text:?} is none of {}", values.join(", ")))
    }

    /// Text matches: keyword `pattern`.
    pub fn matches(self, pattern: &Regex, statement: &'static str) -> Self {
        let wrong = self.text().filter(|text| !pattern.is_match(text));
        self.report_if(wrong, "pattern", statement, |text| format!("{text:?} is not of the form {pattern}"))
    }

    /// Text has at most so many characters: keyword `maxLength`.
    pub fn at_most(self, limit: usize, statement: &'static str) -> Self {
        let wrong = self.text().filter(|text| text.chars().count() > limit);
        self.report_if(wrong, "maxLength", statement, |_| {
            format!("the text has more than {limit} characters")
        })
    }

    /// Text is a day of the calendar, `YYYY-MM-DD`: keyword `format`.
    pub fn date(self, statement: &'static str) -> Self {
        let wrong = self.text().filter(|text| !is_date(text));
        self.report_if(wrong, "format", statement, |text| format!("{text:?} is no date, YYYY-MM-DD"))
    }

    /// Text is a day of the calendar, perhaps with a time of day: keyword `format`.
    pub fn date_or_date_time(self, statement: &'static str) -> Self {
        let wrong = self.text().filter(|text| !is_date(text) && !is_date_time(text));
        self.report_if(wrong, "format", statement, |text| format!("{text:?} is no date, YYYY-MM-DD"))
    }

    /// Text spells a whole number: keyword `pattern`.
    pub fn numeric(self, statement: &'static str) -> Self {
        let wrong = self.text().filter(|text| numeric::spelt(text).is_none());
        self.report_if(wrong, "pattern", statement, |text| format!("{text:?} spells no number"))
    }

    /// The number, or the one that text spells, lies within bounds, both included: keyword `minimum` or
    /// `maximum`, for text `pattern`.
    pub fn between(self, minimum: f64, maximum: f64, statement: &'static str) -> Self {
        let Some(number) = self.number().filter(|number| !(minimum..=maximum).contains(number)) else {
            return self;
        };
        let (keyword, bound) = if number < minimum { ("minimum", minimum) } else { ("maximum", maximum) };
        let keyword = if self.text().is_some() { "pattern" } else { keyword };
        let than = if number < minimum { "below the least" } else { "above the greatest" };
        self.report_if(Some(number), keyword, statement, |number| {
            format!("{number} is {than} value, {bound}")
        })
    }

    /// The number, or the one that text spells, is a whole multiple: keyword `multipleOf`, for text `pattern`.
    pub fn multiple_of(self, divisor: f64, statement: &'static str) -> Self {
        let wrong = self.number().filter(|number| (number / divisor).fract() != 0.0);
        let keyword = if self.text().is_some() { "pattern" } else { "multipleOf" };
        self.report_if(wrong, keyword, statement, |number| format!("{number} is no multiple of {divisor}"))
    }

    /// At least one object of the list has a value in each member: keyword `contains`.
    pub fn contains(self, members: &[&str], statement: &'static str) -> Self {
        let complete = |element: &Value| {
            members.iter().all(|name| {
                element.get(name).is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
            })
        };
        let wrong = self.value.filter(|list| !list.as_array().is_some_and(|list| list.iter().any(complete)));
        self.report_if(wrong, "contains", statement, |_| {
            format!("no element has a value in `{}`", members.join("`, `"))
        })
    }

    /// Judges the object's members.
    pub fn members(self, judge: impl FnOnce(&mut Record<'v, '_>)) -> Self {
        if let Some(Value::Object(members)) = self.value {
            let at = self.record.at.member(self.name);
            judge(&mut Record::new(members, at, self.record.index, self.record.violations));
        }
        self
    }

    /// Holds the object's members beyond the named ones to scalar values: keyword `type`.
    pub fn scalars_beyond(self, named: &[&str], statement: &'static str) -> Self {
        self.members(|object| object.scalars_beyond(named, statement))
    }

    /// Judges each object of the list; an element that is none has keyword `type`.
    pub fn each(self, statement: &'static str, mut judge: impl FnMut(&mut Record<'v, '_>)) -> Self {
        let at = self.record.at.member(self.name);
        for (place, element) in self.value.and_then(Value::as_array).into_iter().flatten().enumerate() {
            let at = at.index(place);
            if let Value::Object(members) = element {
                judge(&mut Record::new(members, at, self.record.index, self.record.violations));
            } else {
                let message = format!("the element is {} where object is wanted", article(element));
                self.record.report(at, "type", statement, message);
            }
        }
        self
    }

    fn text(&self) -> Option<&'v str> {
        self.value?.as_str()
    }

    fn number(&self) -> Option<f64> {
        match self.value? {
            Value::String(text) => numeric::spelt(text),
            number => number.as_f64(),
        }
    }

    fn report_if<T>(
        self,
        wrong: Option<T>,
        keyword: &'static str,
        statement: &'static str,
        message: impl FnOnce(T) -> String,
    ) -> Self {
        if let Some(wrong) = wrong {
            self.record.report(self.record.at.member(self.name), keyword, statement, message(wrong));
        }
        self
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn article(value: &Value) -> String {
    let name = type_name(value);
    let article = if name.starts_with(['a', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}
