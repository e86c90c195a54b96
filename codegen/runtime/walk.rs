//! A walk over JSON whose members no type describes: of objects and lists that were read before.

use std::borrow::Cow;

use super::JsonValue;
use super::reader::{Read, Reader};

/// Looks at each member of an object's text, in its order; a name may come twice. Nothing is looked at where
/// the text is no object.
pub fn each_member<'a>(object: &'a str, mut look: impl FnMut(Cow<'a, str>, JsonValue<'a>)) {
    let mut reader = Reader::new(object);
    if reader.peek() == Some(b'{') {
        // What is not JSON ends the walk: a text that was read before does not come to that.
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

/// Looks at each element of a list's text. Nothing is looked at where the text is no list.
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
