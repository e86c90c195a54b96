//! The model of a contract: what a spec folder says, as plain data.
//!
//! A contract is read from `contract.toml`, `statements.toml`, one `areas/NAME.toml` per area and the
//! example files those name. Keys are JSON Schema's keyword names wherever a keyword exists.

mod area;
mod cite;
mod field;
mod response;
mod rule;
mod service;
mod wire;

pub use area::{
    Area, AreaFile, Behaviour, Default, DefaultSource, Echo, Encoding, Example, ExampleKind, Isolation, Key,
    KeyPart, Limit, List, NextBatchSize, OverLimit, Repeated, Unkeyed, WeekdaysAfter,
};
pub use cite::{Cites, Provenance, Statement, StatementsFile};
pub use field::{Additional, Field, JsonType, OneOrMany, TextFormat};
pub use response::{
    Acknowledged, Constant, Counted, EntryShape, Flag, PlatformError, Positional, Response, StatusWords,
    Whole, WholeWords,
};
pub use rule::{Condition, Constraint, Rule, UnknownThing};
pub use service::{
    Authentication, Backoff, Checksum, Cited, ContractFile, Identity, Kind, PlatformCondition,
    PlatformErrors, Reading, Service, Switch,
};

use serde_json::Value;
pub(crate) use wire::misfits;

/// A whole contract, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// What `contract.toml` says.
    pub file: ContractFile,
    /// The statements, in the order of `statements.toml`.
    pub statements: Vec<Statement>,
    /// The areas, in the order that `contract.toml` lists them.
    pub areas: Vec<Area>,
    /// The files that it was read from, by path. Among them `fixtures/sample.toml`, which a mock starts with.
    pub files: Vec<crate::SourceFile>,
}

impl Contract {
    /// The statement of that id.
    #[must_use]
    pub fn statement(&self, id: &str) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.id == id)
    }

    /// The area of that name, or whose path is the one given (with or without its first slash).
    #[must_use]
    pub fn area(&self, name_or_path: &str) -> Option<&Area> {
        let wanted = name_or_path.trim_matches('/');
        self.areas.iter().find(|area| area.name == wanted || area.path.trim_matches('/') == wanted)
    }

    /// The response shape that an area's `response` names.
    ///
    /// # Panics
    ///
    /// If the name is not in the contract, which [`crate::read`] refuses.
    #[must_use]
    pub fn response(&self, area: &Area) -> &Response {
        &self.file.responses[&area.response]
    }

    /// The value in a request's body that holds the list and the request options; `None` if the body has no
    /// member of the envelope's name.
    #[must_use]
    pub fn holder<'v>(&self, body: &'v Value) -> Option<&'v Value> {
        match &self.file.service.envelope {
            Some(envelope) => body.get(envelope),
            None => Some(body),
        }
    }

    /// The weakest provenance among the statements cited: the weight of what follows from them all.
    #[must_use]
    pub fn weight<'a>(&self, cites: impl IntoIterator<Item = &'a str>) -> Provenance {
        cites
            .into_iter()
            .filter_map(|id| self.statement(id))
            .map(|statement| statement.provenance)
            .max()
            .unwrap_or(Provenance::Assumed)
    }
}

/// An example of the document, mended, with the JSON that its file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkedExample {
    /// What the area's file says of it.
    pub entry: Example,
    /// The JSON value in its file.
    pub value: Value,
    /// The file's text, as it stands.
    pub text: String,
}
