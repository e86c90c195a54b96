//! A walk over JSON whose members no type describes: what a store needs of a body that was judged.

use std::borrow::Cow;

use super::reader::{Members, Read, Reader};
use super::{NotJson, Part};

/// A value, and its own text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spelt<'a> {
    /// The value.
    pub part: Part<'a>,
    /// The JSON that it is written in. Empty where there is no such member.
    pub text: &'a str,
}

/// Is told what stands in a request's body, in the order of its text.
///
/// Of two members with one name the later stands, so what was told before may be taken back.
pub trait Visit<'a> {
    /// What holds the list starts, as if nothing had been told before.
    fn holder(&mut self);
    /// A member stands beside the list.
    fn beside(&mut self, name: Cow<'a, str>, value: Spelt<'a>);
    /// The list starts, as if no record had been told before; or one record stands in its place.
    fn list(&mut self, is_list: bool);
    /// A record starts: an object, or something else, which has no members.
    fn record(&mut self, is_object: bool);
    /// The name that most likely comes next in the record that started last, if any.
    fn expects(&self) -> Option<&str>;
    /// The member that was expected.
    fn expected(&mut self, value: Spelt<'a>);
    /// A member of the record that started last.
    fn member(&mut self, name: Cow<'a, str>, value: Spelt<'a>);
}

/// Walks over a body whose list is `list`, in the member `envelope` where one is named. A value of another
/// type in the place of either is passed over.
///
/// # Errors
///
/// Where the body is no JSON; what was told until then is worth nothing.
pub fn walk<'a>(
    body: &'a [u8],
    envelope: Option<&str>,
    list: &str,
    visit: &mut impl Visit<'a>,
) -> Result<(), NotJson> {
    let mut reader = Reader::new(std::str::from_utf8(body).map_err(|_| NotJson::NotUtf8)?);
    reader.value_with(&mut Part::Absent, |members, ()| {
        let Some(envelope) = envelope else { return holder(members, list, visit) };
        while let Some(name) = members.name()? {
            if name == envelope {
                members.object(&mut Part::Absent, |members, ()| holder(members, list, visit))?;
            } else {
                members.skip()?;
            }
        }
        Ok(())
    })?;
    reader.end()
}

fn holder<'a>(members: &mut Members<'_, 'a>, list: &str, visit: &mut impl Visit<'a>) -> Read<()> {
    visit.holder();
    while let Some(name) = members.name()? {
        if name == list {
            members.read(|reader| records(reader, visit))?;
        } else {
            let value = members.spelt()?;
            visit.beside(name, value);
        }
    }
    Ok(())
}

/// The records of a list, or the one object that stands in its place.
fn records<'a>(reader: &mut Reader<'a>, visit: &mut impl Visit<'a>) -> Read<()> {
    let is_list = reader.peek() == Some(b'[');
    visit.list(is_list);
    if !is_list {
        return record(reader, visit);
    }
    let mut more = reader.open_list()?;
    while more {
        record(reader, visit)?;
        more = reader.next_element()?;
    }
    Ok(())
}

fn record<'a>(reader: &mut Reader<'a>, visit: &mut impl Visit<'a>) -> Read<()> {
    let is_object = reader.peek() == Some(b'{');
    visit.record(is_object);
    if !is_object {
        return reader.skip().map(drop);
    }
    reader.object(&mut (), |members, ()| {
        loop {
            if visit.expects().is_some_and(|name| members.at(name)) {
                visit.expected(members.spelt()?);
            } else if let Some(name) = members.name()? {
                let value = members.spelt()?;
                visit.member(name, value);
            } else {
                return Ok(());
            }
        }
    })
}

/// Looks at each member of an object's text, in its order; a name may come twice. Nothing is looked at where
/// the text is no object.
pub fn each_member<'a>(object: &'a str, mut look: impl FnMut(Cow<'a, str>, Spelt<'a>)) {
    let mut reader = Reader::new(object);
    if reader.peek() == Some(b'{') {
        // What is not JSON ends the walk: a text that was read before does not come to that.
        let _: Read<()> = reader.object(&mut (), |members, ()| {
            while let Some(name) = members.name()? {
                let value = members.spelt()?;
                look(name, value);
            }
            Ok(())
        });
    }
}

/// Looks at each element of a list's text. Nothing is looked at where the text is no list.
pub fn each_element<'a>(list: &'a str, mut look: impl FnMut(Spelt<'a>)) {
    let mut reader = Reader::new(list);
    if reader.peek() == Some(b'[') {
        let mut walk = || {
            let mut more = reader.open_list()?;
            while more {
                look(reader.spelt()?);
                more = reader.next_element()?;
            }
            Ok(())
        };
        let _: Read<()> = walk();
    }
}
