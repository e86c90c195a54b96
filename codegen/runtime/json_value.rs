//! Values as they were read: checked to be JSON, and not yet converted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::escape::written_out;
use super::numeric::Written;
use super::reader::{Members, Read, Reader};
use super::{Scalar, TextOrNumber};

/// A member's value; `Absent` if the object has no such member.
///
/// `Object` is what an object was read into: its JSON, unless its members are needed.
// The tag takes a word, so that values are copied word by word: to read what was just written in pieces of other
// sizes takes several times as long.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(u64)]
pub enum JsonValue<'a, Object = &'a str> {
    /// There is no such member.
    #[default]
    Absent,
    /// Null.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number.
    Number(Number<'a>),
    /// Text.
    Text(Text<'a>),
    /// An object.
    Object(Object),
    /// A list.
    List(List<'a>),
}

impl<'a, O> JsonValue<'a, O> {
    /// Whether the member *has a value*: it is neither absent nor null nor empty text.
    #[inline]
    #[must_use]
    pub fn has_value(&self) -> bool {
        match self {
            Self::Absent | Self::Null => false,
            Self::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// Whether the value is that text.
    #[inline]
    #[must_use]
    pub fn is_text(&self, wanted: &str) -> bool {
        matches!(self, Self::Text(text) if text.is(|text| text == wanted))
    }

    /// Whether the value is that number.
    #[must_use]
    pub fn is_number(&self, wanted: f64) -> bool {
        match self {
            Self::Number(number) => Written::new(number.value(), number.raw.into()).compare(wanted).is_eq(),
            _ => false,
        }
    }

    /// Whether the value is `true` or `false`, whichever is wanted.
    #[must_use]
    pub fn is_boolean(&self, wanted: bool) -> bool {
        matches!(self, Self::Boolean(value) if *value == wanted)
    }

    /// The text of a member that has a value, or else the stand-in's, if that is usable.
    #[must_use]
    pub fn text_or(&self, stand_in: &JsonValue<'a>, usable: impl FnOnce(&str) -> bool) -> Option<Cow<'a, str>> {
        if self.has_value() {
            return self.text();
        }
        stand_in.text().filter(|text| usable(text))
    }

    /// The text, or `None` if the value is not text.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text.written_out()),
            _ => None,
        }
    }

    /// True or false, or `None` if the value is neither.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, or `None` if the value is not a number.
    #[must_use]
    pub fn number(&self) -> Option<serde_json::Number> {
        match self {
            Self::Number(number) => number.parsed(),
            _ => None,
        }
    }

    /// The text or the number, or `None` if the value is neither.
    #[must_use]
    pub fn text_or_number(&self) -> Option<TextOrNumber<'a>> {
        match self {
            Self::Text(text) => Some(TextOrNumber::Text(text.written_out())),
            Self::Number(number) => number.parsed().map(TextOrNumber::Number),
            _ => None,
        }
    }

    /// The same value, with an object converted by `make`.
    #[must_use]
    pub fn map_object<P>(self, make: impl FnOnce(O) -> P) -> JsonValue<'a, P> {
        match self {
            Self::Absent => JsonValue::Absent,
            Self::Null => JsonValue::Null,
            Self::Boolean(value) => JsonValue::Boolean(value),
            Self::Number(number) => JsonValue::Number(number),
            Self::Text(text) => JsonValue::Text(text),
            Self::Object(object) => JsonValue::Object(make(object)),
            Self::List(list) => JsonValue::List(list),
        }
    }

    /// The object as `build` converts it, or `None` if the value is not an object.
    pub fn object<T>(&self, build: impl FnOnce(&O) -> T) -> Option<T> {
        match self {
            Self::Object(object) => Some(build(object)),
            _ => None,
        }
    }

    /// The list's objects as `build` converts them, or `None` if the value is not a list.
    pub fn objects<E: Default, T>(
        &self,
        read: impl FnMut(&mut Members<'_, 'a>, &mut E) -> Read<()>,
        build: impl Fn(&E) -> T,
    ) -> Option<Vec<T>> {
        let Self::List(list) = self else { return None };
        let mut objects = Vec::with_capacity(list.length());
        list.each(read, |element| objects.extend(element.object(&build)));
        Some(objects)
    }

    /// The number of the list's elements; 0 if the value is not a list.
    #[must_use]
    pub fn length(&self) -> usize {
        match self {
            Self::List(list) => list.length(),
            _ => 0,
        }
    }

    /// The name of the JSON type.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Absent | Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Object(_) => "object",
            Self::List(_) => "array",
        }
    }
}

impl<'a> JsonValue<'a> {
    /// Appends the JSON that the value was read from; nothing if there is no value.
    pub fn write(&self, json: &mut String) {
        match self {
            Self::Absent => {}
            Self::Null => json.push_str("null"),
            Self::Boolean(value) => json.push_str(if *value { "true" } else { "false" }),
            Self::Number(Number { raw: text }) | Self::Object(text) | Self::List(List { text, .. }) => {
                json.push_str(text);
            }
            Self::Text(text) => {
                json.push('"');
                json.push_str(text.raw);
                json.push('"');
            }
        }
    }

    /// The JSON that the value was read from, without the quotation marks of text. `None` for absent, null, true and
    /// false, whose variant says it all.
    #[inline]
    #[must_use]
    pub const fn raw(&self) -> Option<&'a str> {
        match self {
            Self::Absent | Self::Null | Self::Boolean(_) => None,
            Self::Number(Number { raw: text })
            | Self::Text(Text { raw: text, .. })
            | Self::Object(text)
            | Self::List(List { text, .. }) => Some(text),
        }
    }

    /// The JSON that the value was read from; empty if there is no value.
    #[must_use]
    pub fn to_json_text(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }

    /// The value as `serde_json` represents it, or `None` if it is absent or null.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Boolean(value) => Some((*value).into()),
            Self::Number(number) => number.parsed().map(serde_json::Value::Number),
            Self::Text(text) => Some(text.written_out().into()),
            Self::Object(text) | Self::List(List { text, .. }) => serde_json::from_str(text).ok(),
        }
    }
}

/// Text as it was read: with its escapes, which are known to be valid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    #[inline]
    pub(super) const fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// Whether it is empty.
    #[inline]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        // Every escape stands for a character.
        self.raw.is_empty()
    }

    /// The text without escapes, borrowed if it has none.
    #[inline]
    #[must_use]
    pub fn written_out(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(written_out(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    /// Whether the text without escapes satisfies a predicate.
    #[inline]
    pub fn is(self, question: impl FnOnce(&str) -> bool) -> bool {
        if self.escaped { question(&written_out(self.raw)) } else { question(self.raw) }
    }
}

/// A number as it was read: its digits, known to be finite as an `f64`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number<'a> {
    raw: &'a str,
}

impl<'a> Number<'a> {
    #[inline]
    pub(super) const fn new(raw: &'a str) -> Self {
        Self { raw }
    }

    pub(super) fn is_finite(self) -> bool {
        serde_json::from_str::<f64>(self.raw).is_ok()
    }

    /// The nearest `f64`.
    #[inline]
    #[must_use]
    pub fn value(self) -> f64 {
        match *self.raw.as_bytes() {
            [units] => f64::from(units - b'0'),
            [tens @ b'0'..=b'9', units @ b'0'..=b'9'] => f64::from((tens - b'0') * 10 + (units - b'0')),
            // Rounded correctly, which `serde_json` does only if asked to.
            _ => self.raw.parse().unwrap_or(f64::NAN),
        }
    }

    /// The number as it was written.
    pub(super) const fn raw(self) -> &'a str {
        self.raw
    }

    fn parsed(self) -> Option<serde_json::Number> {
        match *self.raw.as_bytes() {
            [units] => Some(u64::from(units - b'0').into()),
            _ => serde_json::from_str(self.raw).ok(),
        }
    }
}

/// A list as it was read: skipped and counted.
///
/// A later member of the same name may replace it, so its elements are visited only once its record has been read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct List<'a> {
    text: &'a str,
    length: usize,
}

impl<'a> List<'a> {
    pub(super) const fn new(text: &'a str, length: usize) -> Self {
        Self { text, length }
    }

    /// The JSON that the list was read from.
    #[must_use]
    pub const fn text(self) -> &'a str {
        self.text
    }

    /// The number of elements.
    #[must_use]
    pub const fn length(self) -> usize {
        self.length
    }

    /// Visits each element, with objects read by `read`.
    pub(super) fn each<E: Default>(
        self,
        mut read: impl FnMut(&mut Members<'_, 'a>, &mut E) -> Read<()>,
        mut look: impl FnMut(&JsonValue<'a, E>),
    ) {
        let mut reader = Reader::new(self.text);
        let mut walk = || {
            let mut more = reader.open_list()?;
            while more {
                let mut element = JsonValue::Absent;
                reader.value_with(&mut element, &mut read)?;
                look(&element);
                more = reader.next_element()?;
            }
            Ok(())
        };
        let known: Read<()> = walk();
        debug_assert_eq!(known, Ok(()), "the list was read before");
    }
}

/// The members of an object that no field names.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ExtraMembers<'a> {
    /// The whole object's JSON.
    text: &'a str,
    /// Whether an object or a list was among them, even if a later member replaced it.
    nested: bool,
}

impl<'a> ExtraMembers<'a> {
    /// The extra members of an object that has been read to its end.
    #[must_use]
    pub fn new(members: &Members<'_, 'a>, nested: bool) -> Self {
        Self { text: members.text(), nested }
    }

    /// The JSON of the whole object.
    #[must_use]
    pub const fn object(&self) -> &'a str {
        self.text
    }

    /// Whether there may be extra members that are objects or lists.
    #[inline]
    pub(super) const fn may_be_nested(&self) -> bool {
        self.nested
    }

    /// Visits the extra members that are objects or lists, in the order of the text.
    ///
    /// It keeps a place for each member and no more: an object may have a member every few bytes.
    pub(super) fn each_nested(self, named: &[&str], mut look: impl FnMut(&str, &JsonValue<'a>)) {
        let mut places = Vec::new();
        self.each(|place, name, _| {
            if !named.contains(&name.as_ref()) {
                places.push(place);
            }
        });
        places.sort_unstable_by(|one, other| self.name_at(*one).cmp(&self.name_at(*other)).then(one.cmp(other)));
        // The last place of each name comes first.
        places.reverse();
        places.dedup_by(|one, other| self.name_at(*one) == self.name_at(*other));
        places.sort_unstable();
        for place in places {
            let (name, part) = self.member_at(place);
            if matches!(part, JsonValue::Object(_) | JsonValue::List(_)) {
                look(&name, &part);
            }
        }
    }

    fn name_at(self, place: usize) -> Cow<'a, str> {
        let mut reader = Reader::new(self.text);
        reader.back_to(place);
        reader.name().map(Text::written_out).unwrap_or_default()
    }

    fn member_at(self, place: usize) -> (Cow<'a, str>, JsonValue<'a>) {
        let mut reader = Reader::new(self.text);
        reader.back_to(place);
        let name = reader.name().map(Text::written_out).unwrap_or_default();
        let mut part = JsonValue::Absent;
        let known = reader.value(&mut part);
        debug_assert_eq!(known, Ok(()), "the object was read before");
        (name, part)
    }

    /// The extra members that are scalar values, by name.
    #[must_use]
    pub fn scalars(self, named: &[&str]) -> BTreeMap<String, Scalar> {
        let scalar = |part: &JsonValue<'_>| match part {
            JsonValue::Null => Some(Scalar::Null),
            JsonValue::Boolean(value) => Some(Scalar::Boolean(*value)),
            JsonValue::Number(number) => number.parsed().map(Scalar::Number),
            JsonValue::Text(text) => Some(Scalar::Text(text.written_out().into_owned())),
            JsonValue::Absent | JsonValue::Object(_) | JsonValue::List(_) => None,
        };
        let mut scalars = BTreeMap::new();
        self.each(|_, name, part| {
            if !named.contains(&name.as_ref()) {
                match scalar(&part) {
                    Some(scalar) => drop(scalars.insert(name.into_owned(), scalar)),
                    None => drop(scalars.remove(name.as_ref())),
                }
            }
        });
        scalars
    }

    /// Visits each member, with its place.
    fn each(self, mut look: impl FnMut(usize, Cow<'a, str>, JsonValue<'a>)) {
        let read = Reader::new(self.text).object(&mut (), |members, ()| {
            let mut place = members.place();
            while let Some(name) = members.name()? {
                let mut part = JsonValue::Absent;
                members.value(&mut part)?;
                look(place, name, part);
                place = members.place();
            }
            Ok(())
        });
        debug_assert!(read.is_ok() || self.text.is_empty(), "the object was read before");
    }
}
