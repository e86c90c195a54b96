//! Visits JSON whose members no type describes: objects and lists that were read before.

use std::borrow::Cow;

use super::JsonValue;
use super::reader::{Read, Reader};

/// Visits each member of an object's JSON, in its order; a name may come twice. Does nothing if the text is not
/// an object.
///
/// ```
/// use tally_generated::runtime::each_member;
///
/// let mut names = Vec::new();
/// each_member(r#"{"number": "AB1", "weight": 2.5}"#, |name, value| {
///     assert!(value.has_value());
///     names.push(name.into_owned());
/// });
/// assert_eq!(names, ["number", "weight"]);
/// ```
pub fn each_member<'a>(object: &'a str, mut look: impl FnMut(Cow<'a, str>, JsonValue<'a>)) {
    let mut reader = Reader::new(object);
    if reader.peek() == Some(b'{') {
        // Invalid JSON ends the walk; a text that was read before is valid.
        let _: Read<()> = reader.object(&mut (), |members, ()| {
            while let Some(name) = members.name()? {
                let mut part = JsonValue::Absent;
                members.value(&mut part)?;
                look(name, part);
            }
            Ok(())
        });
    }
}

/// Visits each element of a list's JSON. Does nothing if the text is not a list.
///
/// ```
/// use tally_generated::runtime::each_element;
///
/// let mut sum = 0.0;
/// each_element("[1, 2.5, null]", |value| sum += value.number().and_then(|number| number.as_f64()).unwrap_or(0.0));
/// assert_eq!(sum, 3.5);
/// ```
pub fn each_element<'a>(list: &'a str, mut look: impl FnMut(JsonValue<'a>)) {
    let mut reader = Reader::new(list);
    if reader.peek() == Some(b'[') {
        let mut walk = || {
            let mut more = reader.open_list()?;
            while more {
                let mut part = JsonValue::Absent;
                reader.value(&mut part)?;
                look(part);
                more = reader.next_element()?;
            }
            Ok(())
        };
        let _: Read<()> = walk();
    }
}
