//! A pull parser of JSON (RFC 8259) over text in memory.
//!
//! It stops at the first error. Parsers differ in these cases; this one decides:
//!
//! | in the text | decision |
//! | --- | --- |
//! | bytes that are not UTF-8, anywhere | not JSON |
//! | a byte order mark, or anything but blanks after the value | not JSON |
//! | a lone surrogate as an escape, in names too | not JSON |
//! | a control character in text | not JSON |
//! | a number too large for an `f64`, such as `1e400` | not JSON; one too small for it is 0 |
//! | objects and lists more than 127 deep | not JSON |
//! | one name twice in an object | the later value stands, whatever the earlier one was |
//!
//! Time is linear in the text. Recursion is no deeper than the spec's own objects: members that no field names are
//! skipped by a loop.

use std::borrow::Cow;
use std::fmt;

use super::escape::end_of_escape;
use super::json_value::{List, Number, JsonValue, Text};
use super::scan;

/// The result of reading.
pub type Read<T> = Result<T, NotJson>;

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotJson {
    /// It ends too early.
    End,
    /// Expected a value.
    Value,
    /// Expected a member's name.
    Name,
    /// Expected a colon.
    Colon,
    /// Expected a comma or the end of the object or list.
    Comma,
    /// A number is malformed.
    Digits,
    /// A number is too large for an `f64`.
    TooLarge,
    /// Text contains a control character.
    Control,
    /// An escape is malformed.
    Escape,
    /// A surrogate is not part of a pair.
    LoneSurrogate,
    /// Objects and lists are nested more than 127 deep.
    TooDeep,
    /// Something follows the value.
    Trailing,
    /// The bytes are not UTF-8.
    NotUtf8,
}

impl fmt::Display for NotJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::End => "it ends too early",
            Self::Value => "expected a value",
            Self::Name => "expected a member's name",
            Self::Colon => "expected a colon",
            Self::Comma => "expected a comma or the end of the object or list",
            Self::Digits => "malformed number",
            Self::TooLarge => "number too large",
            Self::Control => "control character in text",
            Self::Escape => "malformed escape",
            Self::LoneSurrogate => "lone surrogate",
            Self::TooDeep => "nested too deep",
            Self::Trailing => "unexpected text after the end",
            Self::NotUtf8 => "not UTF-8",
        })
    }
}

/// The depth that objects and lists may not reach.
const TOO_DEEP: u32 = 128;

/// Longer numbers, and those with exponents, may be too large for an `f64`.
const SURELY_FINITE: usize = 300;

/// A position in a text that is read as JSON.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Starts at the beginning of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The number of bytes read so far.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// Goes back to the start of a value.
    pub(super) fn back_to(&mut self, place: usize) {
        self.at = place;
    }

    /// The text from an offset up to here.
    pub(super) fn since(&self, place: usize) -> &'a str {
        self.text.get(place..self.at).unwrap_or_default()
    }

    /// The byte that starts the next token, if there is one.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.at = scan::end_of_blanks(self.text.as_bytes(), self.at);
        self.text.as_bytes().get(self.at).copied()
    }

    /// Requires that the rest of the text is blank.
    pub(super) fn end(&mut self) -> Read<()> {
        if self.peek().is_none() { Ok(()) } else { Err(NotJson::Trailing) }
    }

    /// Reads a value of any type into `part`; an object's members are skipped.
    #[inline]
    pub(super) fn value(&mut self, part: &mut JsonValue<'a>) -> Read<()> {
        match self.peek() {
            Some(b'"') => {
                *part = JsonValue::Text(self.text_here()?);
                Ok(())
            }
            next => self.no_text(next, part),
        }
    }

    fn no_text(&mut self, next: Option<u8>, part: &mut JsonValue<'a>) -> Read<()> {
        let start = self.at;
        match next {
            Some(b'{') => {
                self.skip_nested()?;
                *part = JsonValue::Object(self.since(start));
                Ok(())
            }
            next => self.other(next, part),
        }
    }

    /// Reads a value of any type into `part`; an object is read by `read`.
    #[inline]
    pub(super) fn value_with<O: Default>(
        &mut self,
        part: &mut JsonValue<'a, O>,
        read: impl FnOnce(&mut Members<'_, 'a>, &mut O) -> Read<()>,
    ) -> Read<()> {
        match self.peek() {
            Some(b'{') => {
                *part = JsonValue::Object(O::default());
                match part {
                    JsonValue::Object(object) => self.object(object, read),
                    _ => Ok(()),
                }
            }
            next => self.other(next, part),
        }
    }

    /// Reads a value that is not an object into `part`.
    fn other<O>(&mut self, next: Option<u8>, part: &mut JsonValue<'a, O>) -> Read<()> {
        *part = match next {
            Some(b'"') => JsonValue::Text(self.text_here()?),
            Some(b'-' | b'0'..=b'9') => JsonValue::Number(self.number()?),
            Some(b't') => self.literal("true", JsonValue::Boolean(true))?,
            Some(b'f') => self.literal("false", JsonValue::Boolean(false))?,
            Some(b'n') => self.literal("null", JsonValue::Null)?,
            Some(b'[') => JsonValue::List(self.list()?),
            Some(_) => return Err(NotJson::Value),
            None => return Err(NotJson::End),
        };
        Ok(())
    }

    /// Reads the object that starts here.
    #[inline]
    pub(super) fn object<O>(
        &mut self,
        object: &mut O,
        read: impl FnOnce(&mut Members<'_, 'a>, &mut O) -> Read<()>,
    ) -> Read<()> {
        let mut members = Members::open(self)?;
        read(&mut members, object)
    }

    /// Reads the list that starts here; its elements are skipped and counted.
    fn list(&mut self) -> Read<List<'a>> {
        let start = self.at;
        let mut length = 0;
        let mut more = self.open_list()?;
        while more {
            self.skip()?;
            length += 1;
            more = self.next_element()?;
        }
        Ok(List::new(self.since(start), length))
    }

    /// Enters the list that starts here. Returns whether it has an element.
    pub(super) fn open_list(&mut self) -> Read<bool> {
        self.enter()?;
        if self.peek() == Some(b']') {
            self.leave();
            return Ok(false);
        }
        Ok(true)
    }

    /// Moves past an element of a list. Returns whether there is another.
    #[inline]
    pub(super) fn next_element(&mut self) -> Read<bool> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b']') => {
                self.leave();
                Ok(false)
            }
            Some(_) => Err(NotJson::Comma),
            None => Err(NotJson::End),
        }
    }

    #[inline]
    fn enter(&mut self) -> Read<()> {
        self.at += 1;
        self.depth += 1;
        if self.depth < TOO_DEEP { Ok(()) } else { Err(NotJson::TooDeep) }
    }

    #[inline]
    fn leave(&mut self) {
        self.at += 1;
        self.depth -= 1;
    }

    /// Reads the text whose opening quote is here.
    #[inline]
    fn text_here(&mut self) -> Read<Text<'a>> {
        let start = self.at + 1;
        let escaped = self.skip_text()?;
        Ok(Text::new(self.text.get(start..self.at - 1).unwrap_or_default(), escaped))
    }

    /// Skips the text whose opening quote is here. Returns whether it has escapes.
    #[inline]
    fn skip_text(&mut self) -> Read<bool> {
        let end = scan::end_of_plain_text(self.text.as_bytes(), self.at + 1);
        if self.text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(false);
        }
        self.skip_escapes(end)?;
        Ok(true)
    }

    /// Skips the rest of a text, from its first byte that is not plain.
    #[cold]
    fn skip_escapes(&mut self, first: usize) -> Read<()> {
        let bytes = self.text.as_bytes();
        self.at = first;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => self.at = scan::end_of_plain_text(bytes, end_of_escape(bytes, self.at)?),
                Some(_) => return Err(NotJson::Control),
                None => return Err(NotJson::End),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn literal<O>(&mut self, word: &str, part: JsonValue<'a, O>) -> Read<JsonValue<'a, O>> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(part)
        } else {
            Err(NotJson::Value)
        }
    }

    /// Reads the number that starts here.
    #[inline]
    fn number(&mut self) -> Read<Number<'a>> {
        let (start, bytes) = (self.at, self.text.as_bytes());
        // Most are whole and short.
        if let Some(b'1'..=b'9') = bytes.get(start) {
            let mut at = start + 1;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            if !matches!(bytes.get(at), Some(b'.' | b'e' | b'E')) && at - start <= SURELY_FINITE {
                self.at = at;
                return Ok(Number::new(self.since(start)));
            }
        }
        self.any_number()
    }

    fn any_number(&mut self) -> Read<Number<'a>> {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
        at = match bytes.get(at) {
            Some(b'0') => at + 1,
            _ => digits(bytes, at)?,
        };
        if bytes.get(at) == Some(&b'.') {
            at = digits(bytes, at + 1)?;
        }
        let exponent = matches!(bytes.get(at), Some(b'e' | b'E'));
        if exponent {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            at = digits(bytes, at + 1 + sign)?;
        }
        self.at = at;
        let number = Number::new(self.since(start));
        if (exponent || at - start > SURELY_FINITE) && !number.is_finite() {
            return Err(NotJson::TooLarge);
        }
        Ok(number)
    }

    /// Skips a value, however deep. Returns whether it was neither an object nor a list.
    #[inline]
    pub(super) fn skip(&mut self) -> Read<bool> {
        match self.peek() {
            Some(b'"') => self.skip_text().map(|_| true),
            Some(b'{' | b'[') => self.skip_nested().map(|()| false),
            next => self.bare(next).map(|()| true),
        }
    }

    /// Skips an object or a list.
    fn skip_nested(&mut self) -> Read<()> {
        let outside = self.depth;
        // The objects (1) and lists (0) that are open, the innermost as the lowest bit.
        let mut open = 0_u128;
        loop {
            match self.peek() {
                Some(b'{') => {
                    self.enter()?;
                    open = open << 1 | 1;
                    if self.peek() != Some(b'}') {
                        self.skip_name()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.enter()?;
                    open <<= 1;
                    if self.peek() != Some(b']') {
                        continue;
                    }
                }
                Some(b'"') => drop(self.skip_text()?),
                next => self.bare(next)?,
            }
            while self.depth > outside {
                match (self.peek(), open & 1) {
                    (Some(b','), is_object) => {
                        self.at += 1;
                        if is_object == 1 {
                            self.skip_name()?;
                        }
                        break;
                    }
                    (Some(b'}'), 1) | (Some(b']'), 0) => {
                        self.leave();
                        open >>= 1;
                    }
                    (Some(_), _) => return Err(NotJson::Comma),
                    (None, _) => return Err(NotJson::End),
                }
            }
            if self.depth == outside {
                return Ok(());
            }
        }
    }

    /// Skips a number or a literal.
    fn bare(&mut self, next: Option<u8>) -> Read<()> {
        match next {
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            next => self.other::<()>(next, &mut JsonValue::Absent),
        }
    }

    /// Reads the member's name that starts here and skips its colon.
    #[inline]
    pub(super) fn name(&mut self) -> Read<Text<'a>> {
        let start = self.at + 1;
        let (end, escaped) = self.skip_name()?;
        Ok(Text::new(self.text.get(start..end).unwrap_or_default(), escaped))
    }

    /// Skips a member's name and its colon. Returns the name's end, and whether it has escapes.
    #[inline]
    fn skip_name(&mut self) -> Read<(usize, bool)> {
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err(NotJson::Name),
            None => return Err(NotJson::End),
        }
        let escaped = self.skip_text()?;
        let end = self.at - 1;
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(NotJson::Colon),
            None => return Err(NotJson::End),
        }
        Ok((end, escaped))
    }
}

/// The offset after the digits, of which there must be at least one.
fn digits(bytes: &[u8], from: usize) -> Read<usize> {
    let mut at = from;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    if at == from { Err(NotJson::Digits) } else { Ok(at) }
}

/// The members of an object that are yet to be read.
///
/// The spec's order is the fastest: [`Members::at`] asks for one name after the other, and a loop over
/// [`Members::name`] takes the rest in any order.
#[derive(Debug)]
pub struct Members<'r, 'a> {
    reader: &'r mut Reader<'a>,
    start: usize,
    more: bool,
}

impl<'r, 'a> Members<'r, 'a> {
    #[inline]
    fn open(reader: &'r mut Reader<'a>) -> Read<Self> {
        let start = reader.at;
        reader.enter()?;
        let more = reader.peek() != Some(b'}');
        if !more {
            reader.leave();
        }
        Ok(Self { reader, start, more })
    }

    /// Whether the next member has that name, written without escapes. If so, its value is next.
    #[expect(clippy::inline_always, reason = "so that names of known lengths are compared as numbers")]
    #[inline(always)]
    pub fn at(&mut self, name: &str) -> bool {
        let rest = self.reader.text.as_bytes().get(self.reader.at..).unwrap_or_default();
        let (length, end) = (name.len(), name.len() + 3);
        let found = self.more
            && rest.len() >= end
            && rest[0] == b'"'
            && rest[1..=length] == *name.as_bytes()
            && rest[length + 1] == b'"'
            && rest[length + 2] == b':';
        if found {
            self.reader.at += end;
        }
        found
    }

    /// The name of the next member, if there is one; its value is next.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    #[inline]
    pub fn name(&mut self) -> Read<Option<Cow<'a, str>>> {
        if self.more { Ok(Some(self.reader.name()?.written_out())) } else { Ok(None) }
    }

    /// Reads the member's value into `part`; what is in an object's or a list's contents are skipped.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    #[inline]
    pub fn value(&mut self, part: &mut JsonValue<'a>) -> Read<()> {
        self.reader.value(part)?;
        self.advance()
    }

    /// Reads the member's value into `part`; an object is read by `read`.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    #[inline]
    pub fn object<O: Default>(
        &mut self,
        part: &mut JsonValue<'a, O>,
        read: impl FnOnce(&mut Members<'_, 'a>, &mut O) -> Read<()>,
    ) -> Read<()> {
        self.reader.value_with(part, read)?;
        self.advance()
    }

    /// Skips the member's value. Returns whether it was neither an object nor a list.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    #[inline]
    pub fn skip(&mut self) -> Read<bool> {
        let scalar = self.reader.skip()?;
        self.advance()?;
        Ok(scalar)
    }

    /// Reads the member's value by `read`.
    pub(super) fn read(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Read<()>) -> Read<()> {
        read(self.reader)?;
        self.advance()
    }

    /// The place of the next member.
    pub(super) fn place(&self) -> usize {
        self.reader.place()
    }

    /// The object's JSON, once all of it has been read.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.reader.since(self.start)
    }

    #[inline]
    fn advance(&mut self) -> Read<()> {
        match self.reader.peek() {
            Some(b',') => {
                self.reader.at += 1;
                self.more = true;
                // So that `at` finds the next name here.
                self.reader.peek();
                Ok(())
            }
            Some(b'}') => {
                self.reader.leave();
                self.more = false;
                Ok(())
            }
            Some(_) => Err(NotJson::Comma),
            None => Err(NotJson::End),
        }
    }
}
