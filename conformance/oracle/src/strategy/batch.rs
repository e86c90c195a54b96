//! A request's records with its options.

use std::sync::Arc;

use serde_json::{Map, Value};

/// The members of a record.
pub type Record = Map<String, Value>;

/// Where a record came from: enough to make it again, and to know what must stay when it shrinks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The record's seed.
    pub seed: u64,
    /// Its turn among the things of the fixtures.
    pub turn: usize,
    /// The ids of its defects; empty if it is valid.
    pub defects: Vec<String>,
    /// The names of the members that the defects rest on, and that shrinking leaves alone.
    pub kept: Vec<String>,
    /// The statements of those borders on which it stands and passes; empty if it stands on none.
    pub rests_on: Vec<String>,
}

/// A request's records with its options.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The request options.
    pub envelope: Record,
    /// The records.
    pub records: Vec<Record>,
    /// Whether records share a key, or a nested list names a thing twice, because the fixtures hold too few.
    pub keys_repeat: bool,
    /// Where each record came from. Empty, or as long as `records`.
    pub origins: Vec<Origin>,
    /// Whether the one record is sent as an object in place of a list.
    pub one_object: bool,
    pub(super) layout: Arc<Layout>,
}

/// The names around the records.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// The member that holds the list and the request options; `None` if the body does.
    pub(super) envelope: Option<String>,
    /// The list's member.
    pub(super) list: String,
    /// Whether one object is taken in place of a list.
    pub(super) takes_one_object: bool,
    /// The record's members that some rule or the key needs: shrinking never drops them.
    pub(super) needed: Vec<String>,
    /// By member, the plainest value that a shrunk record may have in place of another.
    pub(super) plain: Record,
}

impl Batch {
    /// The request's body.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut holder = self.envelope.clone();
        let list = match self.records.as_slice() {
            [only] if self.one_object => Value::Object(only.clone()),
            records => Value::Array(records.iter().cloned().map(Value::Object).collect()),
        };
        holder.insert(self.layout.list.clone(), list);
        match &self.layout.envelope {
            None => Value::Object(holder),
            Some(name) => Value::Object(Map::from_iter([(name.clone(), Value::Object(holder))])),
        }
    }

    /// The request's body as bytes, without blanks: the same value as [`Batch::body`], made without its copy; the list comes last.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + 256 * self.records.len());
        bytes.push(b'{');
        if let Some(name) = &self.layout.envelope {
            write(&mut bytes, name);
            bytes.extend_from_slice(b":{");
        }
        for (name, value) in &self.envelope {
            write(&mut bytes, name);
            bytes.push(b':');
            write(&mut bytes, value);
            bytes.push(b',');
        }
        write(&mut bytes, &self.layout.list);
        bytes.push(b':');
        match self.records.as_slice() {
            [only] if self.one_object => write(&mut bytes, only),
            records => write(&mut bytes, records),
        }
        bytes.extend_from_slice(if self.layout.envelope.is_some() { b"}}" } else { b"}" });
        bytes
    }

    /// The same batch with other records, whose origins are not known.
    #[must_use]
    pub fn with_records(&self, records: Vec<Record>) -> Self {
        let one_object = self.one_object && records.len() == 1;
        Self { records, origins: Vec::new(), one_object, ..self.clone_frame() }
    }

    /// The batch of the records at these places, in that order.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Self {
        let records: Vec<_> = places.iter().filter_map(|place| self.records.get(*place).cloned()).collect();
        let origins = places.iter().filter_map(|place| self.origins.get(*place).cloned()).collect();
        let one_object = self.one_object && records.len() == 1;
        Self { records, origins, one_object, ..self.clone_frame() }
    }

    /// The one record sent as an object in place of a list, if the area takes that.
    #[must_use]
    pub fn as_one_object(&self) -> Option<Self> {
        (self.layout.takes_one_object && self.records.len() == 1)
            .then(|| Self { one_object: true, ..self.clone() })
    }

    /// The batch with another one's records behind its own.
    #[must_use]
    pub fn followed_by(&self, other: &Self) -> Self {
        let mut longer = Self { one_object: false, ..self.clone() };
        longer.records.extend(other.records.iter().cloned());
        longer.origins.extend(other.origins.iter().cloned());
        longer
    }

    fn clone_frame(&self) -> Self {
        Self {
            envelope: self.envelope.clone(),
            records: Vec::new(),
            keys_repeat: self.keys_repeat,
            origins: Vec::new(),
            one_object: self.one_object,
            layout: Arc::clone(&self.layout),
        }
    }
}

fn write(bytes: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    serde_json::to_writer(bytes, value).expect("a Vec takes any bytes, and every key is text");
}
