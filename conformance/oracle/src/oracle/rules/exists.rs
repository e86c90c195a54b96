//! `exists`: not a rule of shape.

use serde_json::Value;
use tally_spec::model::{Cites, UnknownThing};

use super::Asked;
use crate::oracle::record::{Broken, Judge};
use crate::oracle::things::Standing;

impl<'j> Judge<'j> {
    /// What the text names exists in the organisation.
    pub(super) fn exists(&mut self, asked: Asked<'j, '_>, value: &'j Value, unknown: UnknownThing) {
        let (Value::String(text), Some(kind)) = (value, &asked.field.kind) else { return };
        let standing = self.oracle.things.standing(kind, text);
        let statement = self.oracle.things.kind(kind).map(|kind| &kind.statement);
        match standing {
            Standing::Listed => return,
            Standing::Same => return statement.into_iter().for_each(|cites| self.found.rests_on_all(cites)),
            Standing::OtherCase
            | Standing::Unknown
            | Standing::AlsoUnknown
            | Standing::Malformed
            | Standing::Unsaid
            | Standing::Padded => {}
        }
        if unknown == UnknownThing::Creates || asked.is_off() {
            return self.found.rests_on_all(&asked.rule.statement);
        }
        let fails = unknown == UnknownThing::Fails;
        let because = match standing {
            Standing::Unknown if fails => {
                let because = format!("{text:?} names nothing that exists");
                let broken = Broken { shape: false, ..asked.breach("exists", because) };
                return self.broken(broken, asked.place);
            }
            // That it is the one listed as unknown, or can name nothing, is a reading of the kind.
            Standing::AlsoUnknown | Standing::Malformed if fails => {
                let because = format!("{text:?} names nothing that exists");
                let premises = Cites::ids(statement);
                let broken = Broken { premises, shape: false, ..asked.breach("exists", because) };
                return self.broken(broken, asked.place);
            }
            Standing::OtherCase if fails => {
                let because = format!("{text:?} names nothing: IDs are compared with their case");
                let premises = Cites::ids(statement);
                let broken = Broken { premises, shape: false, ..asked.breach("exists", because) };
                return self.broken(broken, asked.place);
            }
            Standing::Unsaid => format!("the fixtures do not say whether {text:?} exists"),
            Standing::Padded => format!("{text:?} has blanks around it"),
            Standing::Listed
            | Standing::Same
            | Standing::OtherCase
            | Standing::Unknown
            | Standing::AlsoUnknown
            | Standing::Malformed => format!("{text:?} names nothing, which is left open"),
        };
        self.left_open(asked, "exists", because);
    }
}
