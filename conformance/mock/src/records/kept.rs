//! A record as it is kept.

use std::collections::BTreeMap;

use crate::memory::of_text;
use crate::store::Sent;

/// What a record takes, apart from its texts: itself, and its place among those that are found by key.
pub(crate) const RECORD: usize = size_of::<Kept>() + 16;

/// What an entry of a map takes, apart from its texts.
pub(crate) const ENTRY: usize = 96;

/// The record of an entity, as the latest requests left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The record's key, and behind it its JSON: whoever has compared the one has the other at hand.
    text: Box<str>,
    /// The length of the key, if there is one.
    key: Option<u32>,
    /// The number of the exchange that made it.
    pub(crate) created: u32,
    /// The number of the exchange that wrote it last.
    pub(crate) updated: u32,
    /// For each field, by its place, a bit: whether it is a day in the organisation's own time zone.
    pub(crate) zoned: u64,
    /// How often something was sent to each recipient, by what identifies it. `None` if nothing ever was.
    #[expect(clippy::box_collection, reason = "nearly every record has none, and there may be a million")]
    pub(crate) sent: Option<Box<BTreeMap<String, Sent>>>,
    /// By field, the JSON text of what it named when what belongs to that was added. `None` if nothing ever
    /// was.
    #[expect(clippy::box_collection, reason = "nearly every record has none, and there may be a million")]
    pub(crate) attached: Option<Box<BTreeMap<String, String>>>,
}

impl Kept {
    /// A record that an exchange made.
    pub(crate) fn new(record: Merged, exchange: u32) -> Self {
        let Merged { text, key, zoned } = record;
        Self { text, key, created: exchange, updated: exchange, zoned, sent: None, attached: None }
    }

    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        RECORD + of_text(self.text.len()) + self.bytes_apart()
    }

    /// What it takes in memory for what was sent and attached.
    pub(crate) fn bytes_apart(&self) -> usize {
        let sent = self.sent.iter().flat_map(|sent| sent.iter());
        let sent = sent.map(|(name, sent)| ENTRY + of_text(name.len()) + of_text(sent.to.len()));
        let attached = self.attached.iter().flat_map(|attached| attached.iter());
        let attached = attached.map(|(field, text)| ENTRY + of_text(field.len()) + of_text(text.len()));
        sent.chain(attached).sum()
    }

    /// Puts what the record became in the place of what it was. The key stays.
    pub(crate) fn replace(&mut self, merged: Merged) {
        (self.text, self.zoned) = (merged.text, merged.zoned);
    }

    /// The first and the last byte of its text in one, so that both are in the cache afterwards.
    pub(crate) fn touch(&self) -> u8 {
        let text = self.text.as_bytes();
        text.first().zip(text.last()).map_or(0, |(first, last)| first ^ last)
    }

    /// The record's JSON text.
    pub(crate) fn json(&self) -> &str {
        self.text.get(self.key_length().unwrap_or_default()..).unwrap_or_default()
    }

    /// Its key, if it has one.
    pub(crate) fn key(&self) -> Option<&str> {
        self.text.get(..self.key_length()?)
    }

    /// Whether this, key and JSON, is what is kept, to the letter.
    pub(crate) fn is(&self, text: &str, zoned: u64) -> bool {
        *self.text == *text && self.zoned == zoned
    }

    fn key_length(&self) -> Option<usize> {
        usize::try_from(self.key?).ok()
    }
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merged {
    /// Its key, and behind it its JSON, the members in the order of the area's fields.
    pub(crate) text: Box<str>,
    /// The length of the key, if there is one.
    pub(crate) key: Option<u32>,
    /// For each field, by its place, a bit: whether it is a day in the organisation's own time zone.
    pub(crate) zoned: u64,
}

impl Merged {
    /// A record of that key and JSON, or `None` if the key is longer than `u32::MAX` bytes.
    pub(crate) fn new(key: Option<&str>, json: &str, zoned: u64) -> Option<Self> {
        let text = [key.unwrap_or_default(), json].concat().into_boxed_str();
        let key = key.map(|key| u32::try_from(key.len())).transpose().ok()?;
        Some(Self { text, key, zoned })
    }
}
