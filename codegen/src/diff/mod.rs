//! What changed between two versions of a contract, and whom it breaks.
//!
//! A change breaks senders if a request or a program that was right may now fail: a record that passed
//! may be refused, or an answer may say what a program does not know. It breaks endpoints if one that
//! kept the old contract's word does not keep the new one's.

#![deny(clippy::wildcard_enum_match_arm)]

mod area;
mod field;
mod render;
mod service;
mod sources;

use tally_spec::model::{Contract, Provenance};

pub use render::{to_json, to_markdown, to_text};

/// A class of change, and whom it breaks. One golden case stands for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// An area is new.
    AreaAdded,
    /// An area is gone.
    AreaRemoved,
    /// A call has another path.
    PathChanged,
    /// The service's root, verb, media type or token is another.
    CallChanged,
    /// The list, or the envelope around it, has another name.
    ListRenamed,
    /// One object is now taken in place of a list.
    OneObjectTaken,
    /// One object is no longer taken in place of a list.
    OneObjectRefused,
    /// Less is taken at once.
    LimitLowered,
    /// More is taken at once.
    LimitRaised,
    /// Something else is counted for the limit.
    LimitCountsChanged,
    /// Another fate awaits a request over the limit.
    OverLimitChanged,
    /// A field is new, and optional.
    FieldAdded,
    /// A field is gone.
    FieldRemoved,
    /// A field must have a value that it need not have had.
    FieldRequired,
    /// A field need no longer have a value.
    FieldOptional,
    /// Fewer types are taken, or others.
    TypeNarrowed,
    /// More types are taken.
    TypeWidened,
    /// A list of values is now closed.
    ListClosed,
    /// A list of values is no longer closed.
    ListOpened,
    /// A closed list lost a value.
    ListNarrowed,
    /// A closed list gained a value.
    ListWidened,
    /// A rule of a value is new or stricter.
    RuleTightened,
    /// A rule of a value is gone or looser.
    RuleLoosened,
    /// A rule holds under other conditions.
    ConditionsChanged,
    /// The kind of thing that a field names is another, or its form.
    KindChanged,
    /// The key is another.
    KeyChanged,
    /// Repeated keys fare otherwise.
    RepeatedChanged,
    /// An absent field becomes something else.
    DefaultChanged,
    /// An entry repeats one more value.
    EchoAdded,
    /// An entry no longer repeats a value.
    EchoRemoved,
    /// An entry repeats a value in another form.
    EchoChanged,
    /// Answers have another shape, other names, or another HTTP status.
    ResponseChanged,
    /// A status word is new or another.
    StatusAdded,
    /// The size that an answer names for the next request is another.
    NextBatchSizeChanged,
    /// One failure undoes the others, or no longer does.
    IsolationChanged,
    /// A refusal of the platform is new.
    RefusalAdded,
    /// A refusal of the platform is gone.
    RefusalRemoved,
    /// A refusal of the platform has another status or code.
    RefusalChanged,
    /// A further answer means to wait and send again.
    BackoffAdded,
    /// An answer no longer means to wait and send again.
    BackoffRemoved,
    /// The text of an error is another.
    MessageChanged,
    /// A call does something else than writing its records.
    BehaviourChanged,
    /// How values are read rests on other statements.
    ReadingChanged,
    /// A statement is more of a promise than it was, or a fact rests on one that is.
    ProvenanceStrengthened,
    /// A statement is less of a promise than it was, or a fact rests on one that is.
    ProvenanceWeakened,
    /// A statement is new, gone, or words itself otherwise.
    StatementChanged,
    /// Wording, examples or citations only.
    Documentation,
}

impl Class {
    /// Every class.
    pub const ALL: &'static [Self] = &[
        Self::AreaAdded,
        Self::AreaRemoved,
        Self::PathChanged,
        Self::CallChanged,
        Self::ListRenamed,
        Self::OneObjectTaken,
        Self::OneObjectRefused,
        Self::LimitLowered,
        Self::LimitRaised,
        Self::LimitCountsChanged,
        Self::OverLimitChanged,
        Self::FieldAdded,
        Self::FieldRemoved,
        Self::FieldRequired,
        Self::FieldOptional,
        Self::TypeNarrowed,
        Self::TypeWidened,
        Self::ListClosed,
        Self::ListOpened,
        Self::ListNarrowed,
        Self::ListWidened,
        Self::RuleTightened,
        Self::RuleLoosened,
        Self::ConditionsChanged,
        Self::KindChanged,
        Self::KeyChanged,
        Self::RepeatedChanged,
        Self::DefaultChanged,
        Self::EchoAdded,
        Self::EchoRemoved,
        Self::EchoChanged,
        Self::ResponseChanged,
        Self::StatusAdded,
        Self::NextBatchSizeChanged,
        Self::IsolationChanged,
        Self::RefusalAdded,
        Self::RefusalRemoved,
        Self::RefusalChanged,
        Self::BackoffAdded,
        Self::BackoffRemoved,
        Self::MessageChanged,
        Self::BehaviourChanged,
        Self::ReadingChanged,
        Self::ProvenanceStrengthened,
        Self::ProvenanceWeakened,
        Self::StatementChanged,
        Self::Documentation,
    ];

    /// The word in reports, in lower case with hyphens.
    #[must_use]
    pub fn word(self) -> String {
        let mut word = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !word.is_empty() {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        }
        word
    }

    /// Whether a sender's right request or program may now fail.
    #[must_use]
    pub const fn breaks_senders(self) -> bool {
        !matches!(
            self,
            Self::AreaAdded
                | Self::OneObjectTaken
                | Self::LimitRaised
                | Self::FieldAdded
                | Self::FieldOptional
                | Self::TypeWidened
                | Self::ListOpened
                | Self::ListWidened
                | Self::RuleLoosened
                | Self::EchoAdded
                | Self::RefusalAdded
                | Self::RefusalRemoved
                | Self::BackoffRemoved
                | Self::NextBatchSizeChanged
                | Self::MessageChanged
                | Self::ReadingChanged
                | Self::ProvenanceStrengthened
                | Self::ProvenanceWeakened
                | Self::StatementChanged
                | Self::Documentation
        )
    }

    /// Whether an endpoint that kept the old contract's word may not keep the new one's.
    #[must_use]
    pub const fn breaks_endpoints(self) -> bool {
        !matches!(
            self,
            // Calls that nobody makes any more, and members that nobody sends.
            Self::AreaRemoved | Self::FieldRemoved
                // A field that an endpoint does not know it leaves alone, and so it may a default's change of
                // words; entries may lack echoes, and further members are let through.
                | Self::FieldAdded | Self::EchoRemoved
                | Self::RefusalRemoved
                // One that never asks for patience keeps either word.
                | Self::BackoffAdded
                | Self::MessageChanged
                | Self::ReadingChanged
                | Self::ProvenanceWeakened
                | Self::StatementChanged
                | Self::Documentation
        )
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its class, which decides whom it breaks.
    pub class: Class,
    /// The area; `None` if the change is of the contract's.
    pub area: Option<String>,
    /// What changed, such as a field's name.
    pub place: String,
    /// What was, in words; empty if there was nothing.
    pub before: String,
    /// What is, in words; empty if there is nothing.
    pub after: String,
}

/// Every change from one version to the other, the contract's own first, then area by area.
#[must_use]
pub fn compare(old: &Contract, new: &Contract) -> Vec<Change> {
    let mut changes = Changes { area: None, list: Vec::new() };
    service::compare(old, new, &mut changes);
    statements(old, new, &mut changes);
    for was in &old.areas {
        changes.area = Some(was.name.clone());
        match new.areas.iter().find(|area| area.name == was.name) {
            Some(is) => area::compare((old, was), (new, is), &mut changes),
            None => changes.add(Class::AreaRemoved, "area", &was.path, ""),
        }
    }
    for is in new.areas.iter().filter(|is| !old.areas.iter().any(|was| was.name == is.name)) {
        changes.area = Some(is.name.clone());
        changes.add(Class::AreaAdded, "area", "", &is.path);
    }
    changes.list
}

/// Whether any change breaks somebody.
#[must_use]
pub fn is_breaking(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.class.breaks_senders() || change.class.breaks_endpoints())
}

struct Changes {
    area: Option<String>,
    list: Vec<Change>,
}

impl Changes {
    fn add(&mut self, class: Class, place: &str, before: &str, after: &str) {
        self.list.push(Change {
            class,
            area: self.area.clone(),
            place: place.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        });
    }

    /// Adds a change if the two differ.
    fn note(&mut self, class: Class, place: &str, before: &str, after: &str) {
        if before != after {
            self.add(class, place, before, after);
        }
    }
}

/// The word that the spec has for one of several choices.
fn word(choice: &serde_json::Value) -> String {
    choice.as_str().unwrap_or_default().to_owned()
}

fn statements(old: &Contract, new: &Contract, changes: &mut Changes) {
    for was in &old.statements {
        let place = format!("statement {}", was.id);
        let Some(is) = new.statement(&was.id) else {
            changes.add(Class::StatementChanged, &place, &was.summary, "");
            continue;
        };
        let weight = |provenance: Provenance, contradicted: bool| {
            (provenance == Provenance::Assumed || contradicted, provenance)
        };
        let (before, after) =
            (weight(was.provenance, was.contradicted), weight(is.provenance, is.contradicted));
        let words = |statement: &tally_spec::model::Statement| {
            let contradicted = if statement.contradicted { ", contradicted" } else { "" };
            format!("{}{contradicted}", statement.provenance.as_str())
        };
        let class = if before > after { Class::ProvenanceStrengthened } else { Class::ProvenanceWeakened };
        changes.note(class, &place, &words(was), &words(is));
        changes.note(Class::StatementChanged, &place, &was.summary, &is.summary);
        let location =
            |statement: &tally_spec::model::Statement| statement.location.clone().unwrap_or_default();
        changes.note(Class::Documentation, &format!("where {place} is found"), &location(was), &location(is));
    }
    for is in new.statements.iter().filter(|is| old.statement(&is.id).is_none()) {
        changes.add(Class::StatementChanged, &format!("statement {}", is.id), "", &is.summary);
    }
}
