//! A record's members, and the rules that apply to them.
//!
//! A member *has a value* if it is neither absent nor null nor empty text.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::form::Form;
use super::inspect::Sink;
use super::json_value::{ExtraMembers, JsonValue, Text};
use super::numeric::Written;
use super::reader::{Members, Read};
use super::{Pointer, Violation, is_date, is_date_time};

/// The place of a value; written out as a pointer only if something is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'p> {
    /// The whole instance.
    Root,
    /// A member of the object there.
    Member(&'p Place<'p>, &'p str),
    /// An element of the list there.
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    pub(super) fn pointer(&self) -> Pointer {
        let mut pointer = Pointer::with_room();
        self.extend(&mut pointer);
        pointer
    }

    fn extend(&self, pointer: &mut Pointer) {
        match self {
            Self::Root => {}
            Self::Member(of, name) => {
                of.extend(pointer);
                pointer.push_member(name);
            }
            Self::Index(of, index) => {
                of.extend(pointer);
                pointer.push_index(*index);
            }
        }
    }
}

const NOT_A_DATE: &str = " is not a date (expected YYYY-MM-DD)";

/// A record, or an object in one, while it is validated.
#[derive(Debug)]
pub struct Record<'j> {
    at: Place<'j>,
    index: usize,
    violations: &'j mut dyn Sink,
}

/// A member while it is validated.
#[derive(Debug)]
pub struct Field<'f, 'j, 'a, Object> {
    record: &'f mut Record<'j>,
    name: &'static str,
    part: &'f JsonValue<'a, Object>,
    taken: bool,
    /// Whether text may spell a number with a fraction.
    fractions: bool,
}

/// The JSON types that a member may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// A bit for each of [`TYPES`].
    types: u8,
}

/// JSON Schema's names of the types.
const TYPES: [&str; 5] = ["string", "number", "boolean", "object", "array"];

impl Taken {
    /// Text.
    pub const TEXT: Self = Self { types: 1 };
    /// A number.
    pub const NUMBER: Self = Self { types: 2 };
    /// True or false.
    pub const BOOLEAN: Self = Self { types: 4 };
    /// An object.
    pub const OBJECT: Self = Self { types: 8 };
    /// A list.
    pub const LIST: Self = Self { types: 16 };
    /// Text or a number.
    pub const TEXT_OR_NUMBER: Self = Self::TEXT.or(Self::NUMBER);

    /// The types of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self { types: self.types | other.types }
    }

    /// Whether a value is of one of the types; null and an absent value always are.
    #[inline]
    pub(super) const fn takes<O>(self, part: &JsonValue<'_, O>) -> bool {
        let found = match part {
            JsonValue::Absent | JsonValue::Null => return true,
            JsonValue::Text(_) => Self::TEXT,
            JsonValue::Number(_) => Self::NUMBER,
            JsonValue::Boolean(_) => Self::BOOLEAN,
            JsonValue::Object(_) => Self::OBJECT,
            JsonValue::List(_) => Self::LIST,
        };
        self.types & found.types != 0
    }

    fn names(self) -> String {
        let taken = TYPES.iter().enumerate().filter(|(place, _)| self.types >> place & 1 == 1);
        taken.map(|(_, name)| article(name)).collect::<Vec<_>>().join(" or ")
    }
}

impl<'j> Record<'j> {
    pub(super) const fn new(at: Place<'j>, index: usize, violations: &'j mut dyn Sink) -> Self {
        Self { at, index, violations }
    }

    /// Checks a member's type: keyword `type`.
    #[inline]
    pub fn field<'f, 'a, O>(
        &'f mut self,
        name: &'static str,
        part: &'f JsonValue<'a, O>,
        taken: Taken,
        statement: &'static str,
    ) -> Field<'f, 'j, 'a, O> {
        let right = taken.takes(part);
        if !right {
            self.wrong_type(name, part.type_name(), taken, statement);
        }
        Field { record: self, name, part, taken: right, fractions: false }
    }

    /// Requires a member: keyword `required` if it is absent, `type` if it is null.
    #[inline]
    pub fn require<O>(&mut self, name: &'static str, part: &JsonValue<'_, O>, statement: &'static str) {
        if matches!(part, JsonValue::Absent | JsonValue::Null) {
            self.missing(name, part.type_name(), matches!(part, JsonValue::Absent), statement);
        }
    }

    /// Requires a member that is not empty text: as [`Record::require`], and keyword `minLength` if it is empty.
    #[inline]
    pub fn require_text<O>(&mut self, name: &'static str, part: &JsonValue<'_, O>, statement: &'static str) {
        if !part.has_value() {
            self.missing(name, part.type_name(), matches!(part, JsonValue::Absent), statement);
        }
    }

    /// Requires a value in at least one of the members: keyword `anyOf`.
    #[inline]
    pub fn require_any(&mut self, names: &[&'static str], any: bool, statement: &'static str) {
        if !any && !self.violations.only_counts() {
            let message = format!("`{}` is required", names.join("` or `"));
            self.report(self.at.pointer(), "anyOf", statement, message);
        }
    }

    /// Validates the members of an object in the record. Does nothing if the value is not an object, which
    /// [`Record::field`] reports.
    #[inline]
    pub fn within<O>(
        &mut self,
        name: &'static str,
        part: &JsonValue<'_, O>,
        judge: impl FnOnce(&mut Record<'_>, &O),
    ) {
        if let JsonValue::Object(object) = part {
            let at = Place::Member(&self.at, name);
            judge(&mut Record::new(at, self.index, self.violations), object);
        }
    }

    /// Requires that extra members are scalar values: keyword `type`.
    #[inline]
    pub fn scalars_beyond(&mut self, extra: &ExtraMembers<'_>, named: &[&str], statement: &'static str) {
        if extra.may_be_nested() {
            self.nested_extra(extra, named, statement);
        }
    }

    #[cold]
    fn nested_extra(&mut self, extra: &ExtraMembers<'_>, named: &[&str], statement: &'static str) {
        extra.each_nested(named, |name, part| {
            if self.violations.only_counts() {
                return;
            }
            let mut message = String::from("`");
            message.extend(name.chars().take(SHOWN));
            message.extend(["` must be a scalar value, is ", &article(part.type_name())]);
            self.report(Place::Member(&self.at, name).pointer(), "type", statement, message);
        });
    }

    #[cold]
    fn wrong_type(&mut self, name: &str, found: &str, taken: Taken, statement: &'static str) {
        if self.violations.only_counts() {
            return;
        }
        let message = ["`", name, "` must be ", &taken.names(), ", is ", &article(found)].concat();
        self.report(Place::Member(&self.at, name).pointer(), "type", statement, message);
    }

    #[cold]
    fn wrong_text(
        &mut self,
        name: &str,
        text: Text<'_>,
        keyword: &'static str,
        statement: &'static str,
        wrong: impl FnOnce(&mut String),
    ) {
        if self.violations.only_counts() {
            return;
        }
        let text = text.written_out();
        let mut message = String::with_capacity(text.len().min(SHOWN) + 80);
        push_quoted(&mut message, &text);
        wrong(&mut message);
        self.report(Place::Member(&self.at, name).pointer(), keyword, statement, message);
    }

    #[cold]
    fn missing(&mut self, name: &str, found: &str, absent: bool, statement: &'static str) {
        if self.violations.only_counts() {
            return;
        }
        if absent {
            let message = ["`", name, "` is missing"].concat();
            return self.report(self.at.pointer(), "required", statement, message);
        }
        let (keyword, what) = if found == "null" { ("type", "null") } else { ("minLength", "empty") };
        let message = ["`", name, "` must not be ", what].concat();
        self.report(Place::Member(&self.at, name).pointer(), keyword, statement, message);
    }

    #[cold]
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
impl<'a, O> Field<'_, '_, 'a, O> {
    /// Text is one of a closed list: keyword `enum`.
    #[inline]
    pub fn one_of(self, values: &[&str], statement: &'static str) -> Self {
        let wrong = |message: &mut String| message.extend([" must be one of ", &values.join(", ")]);
        self.text_is("enum", statement, |text| values.contains(&text), wrong)
    }

    /// Text has the form: keyword `pattern`.
    #[inline]
    pub fn matches(self, form: &Form, statement: &'static str) -> Self {
        self.satisfies(form.pattern, |text| form.is_match(text), statement)
    }

    /// Text matches the regular expression, as `is_match` decides: keyword `pattern`.
    #[inline]
    pub fn satisfies(self, pattern: &str, is_match: impl FnOnce(&str) -> bool, statement: &'static str) -> Self {
        let wrong = |message: &mut String| message.extend([" does not match ", pattern]);
        self.text_is("pattern", statement, is_match, wrong)
    }

    /// Text has at most `limit` characters: keyword `maxLength`.
    #[inline]
    pub fn at_most(self, limit: usize, statement: &'static str) -> Self {
        let fits = |text: &str| text.len() <= limit || text.chars().nth(limit).is_none();
        let wrong =
            |message: &mut String| message.extend([" is longer than ", &limit.to_string(), " characters"]);
        self.text_is("maxLength", statement, fits, wrong)
    }

    /// Text is a day of the calendar, `YYYY-MM-DD`: keyword `format`.
    #[inline]
    pub fn date(self, statement: &'static str) -> Self {
        self.text_is("format", statement, is_date, |message| message.push_str(NOT_A_DATE))
    }

    /// Text is a day of the calendar, perhaps with a time of day: keyword `format`.
    #[inline]
    pub fn date_or_date_time(self, statement: &'static str) -> Self {
        let is_either = |text: &str| is_date(text) || is_date_time(text);
        self.text_is("format", statement, is_either, |message| message.push_str(NOT_A_DATE))
    }

    /// Text contains a whole number: keyword `pattern`.
    #[inline]
    pub fn numeric(self, statement: &'static str) -> Self {
        let spells = |text: &str| Written::spelt(text.into(), false).is_some();
        self.text_is("pattern", statement, spells, |message| message.push_str(" is not a whole number"))
    }

    /// Text contains a number, perhaps with a fraction, which a rule about multiples reports: keyword `pattern`.
    #[inline]
    pub fn decimal(mut self, statement: &'static str) -> Self {
        self.fractions = true;
        let spells = |text: &str| Written::spelt(text.into(), true).is_some();
        self.text_is("pattern", statement, spells, |message| message.push_str(" is not a whole number"))
    }

    /// The number, or the one in text, is within inclusive bounds: keyword `minimum` or `maximum`, for text
    /// `pattern`.
    #[inline]
    pub fn between(self, minimum: f64, maximum: f64, statement: &'static str) -> Self {
        let Some(number) = self.number() else { return self };
        let (keyword, bound) = if number.compare(minimum).is_lt() {
            ("minimum", ("least", minimum))
        } else if number.compare(maximum).is_gt() {
            ("maximum", ("most", maximum))
        } else {
            return self;
        };
        self.number_report(keyword, statement, &format!("must be at {} {}", bound.0, bound.1), &number)
    }

    /// The number, or the one in text, is a multiple: keyword `multipleOf`, for text `pattern`.
    #[inline]
    pub fn multiple_of(self, divisor: f64, statement: &'static str) -> Self {
        match self.number().filter(|number| !number.is_multiple(divisor)) {
            None => self,
            Some(number) => {
                let multiple = format!("must be a multiple of {divisor}");
                let is_one = divisor.to_bits() == 1_f64.to_bits();
                let expected = if is_one { "must be a whole number" } else { &multiple };
                self.number_report("multipleOf", statement, expected, &number)
            }
        }
    }

    /// At least one object of the list has a value in each of the members, as `complete` decides: keyword
    /// `contains`.
    pub fn contains<E: Default>(
        self,
        read: impl FnMut(&mut Members<'_, 'a>, &mut E) -> Read<()>,
        complete: impl Fn(&E) -> bool,
        members: &[&str],
        statement: &'static str,
    ) -> Self {
        let JsonValue::List(list) = self.part else { return self };
        let mut found = false;
        if self.taken {
            list.each(read, |element| {
                found |= matches!(element, JsonValue::Object(object) if complete(object));
            });
        }
        if self.taken && !found && !self.record.violations.only_counts() {
            let message = format!("no element has a value in `{}`", members.join("`, `"));
            self.record.report(
                Place::Member(&self.record.at, self.name).pointer(),
                "contains",
                statement,
                message,
            );
        }
        self
    }

    /// Checks a rule if it applies to the record.
    #[inline]
    pub fn given(self, applies: bool, rule: impl FnOnce(Self) -> Self) -> Self {
        if applies { rule(self) } else { self }
    }

    /// Validates the object's members.
    #[inline]
    pub fn members(self, judge: impl FnOnce(&mut Record<'_>, &O)) -> Self {
        if let (true, JsonValue::Object(object)) = (self.taken, self.part) {
            let at = Place::Member(&self.record.at, self.name);
            judge(&mut Record::new(at, self.record.index, self.record.violations), object);
        }
        self
    }

    /// Validates each object of the list; any other element breaks keyword `type`.
    pub fn each<E: Default>(
        self,
        statement: &'static str,
        read: impl FnMut(&mut Members<'_, 'a>, &mut E) -> Read<()>,
        mut judge: impl FnMut(&mut Record<'_>, &E),
    ) -> Self {
        let (true, JsonValue::List(list)) = (self.taken, self.part) else { return self };
        let at = Place::Member(&self.record.at, self.name);
        let (record, violations) = (self.record.index, &mut *self.record.violations);
        let mut place = 0;
        list.each(read, |element| {
            let mut under = Record::new(Place::Index(&at, place), record, violations);
            match element {
                JsonValue::Object(object) => judge(&mut under, object),
                _ if under.violations.only_counts() => {}
                other => {
                    let message =
                        format!("the element must be an object, is {}", article(other.type_name()));
                    under.report(under.at.pointer(), "type", statement, message);
                }
            }
            place += 1;
        });
        self
    }

    /// The member's text, or `None` if it has no value or its type is wrong.
    #[inline]
    fn text(&self) -> Option<Text<'a>> {
        match self.part {
            JsonValue::Text(text) if self.taken && !text.is_empty() => Some(*text),
            _ => None,
        }
    }

    #[inline]
    fn number(&self) -> Option<Written<'a>> {
        match self.part {
            JsonValue::Number(number) if self.taken => {
                Some(Written::new(number.value(), Cow::Borrowed(number.raw())))
            }
            JsonValue::Text(text) if self.taken => Written::spelt(text.written_out(), self.fractions),
            _ => None,
        }
    }

    #[inline]
    fn text_is(
        self,
        keyword: &'static str,
        statement: &'static str,
        right: impl FnOnce(&str) -> bool,
        wrong: impl FnOnce(&mut String),
    ) -> Self {
        if let Some(text) = self.text().filter(|text| !text.is(right)) {
            self.record.wrong_text(self.name, text, keyword, statement, wrong);
        }
        self
    }

    #[cold]
    fn number_report(
        self,
        keyword: &'static str,
        statement: &'static str,
        expected: &str,
        number: &Written<'_>,
    ) -> Self {
        if self.record.violations.only_counts() {
            return self;
        }
        let keyword = if matches!(self.part, JsonValue::Text(_)) { "pattern" } else { keyword };
        let at = Place::Member(&self.record.at, self.name).pointer();
        self.record.report(at, keyword, statement, format!("{expected}, is {}", number.shown()));
        self
    }
}

/// The name of a JSON type, with its article.
fn article(name: &str) -> String {
    let article = if name.starts_with(['a', 'o']) { "an " } else { "a " };
    [article, name].concat()
}

/// More of a text is not shown. Unit: characters.
const SHOWN: usize = 120;

/// Appends text in quotes, with unseen characters as escapes; long text is cut.
fn push_quoted(message: &mut String, text: &str) {
    let end = text.char_indices().nth(SHOWN).map_or(text.len(), |(end, _)| end);
    let (shown, rest) = text.split_at(end);
    if shown.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) {
        message.extend(["\"", shown, "\""]);
    } else {
        // Writing to a string does not fail.
        let _ = write!(message, "{shown:?}");
    }
    if !rest.is_empty() {
        let _ = write!(message, "… ({} bytes)", text.len());
    }
}
