//! Statements, their provenance, and how a fact cites them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a statement comes from; it decides what a breach weighs. Ordered from strongest to weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// The API's document says it in words. A breach is a violation.
    Stated,
    /// Only an example or a schema comment shows it. A breach is a violation.
    Shown,
    /// The platform under the API documents it. A breach is a violation.
    Platform,
    /// Our reading of a gap. A breach is a remark.
    Assumed,
}

impl Provenance {
    /// The word that specs and reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Shown => "shown",
            Self::Platform => "platform",
            Self::Assumed => "assumed",
        }
    }
}

/// `statements.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StatementsFile {
    /// Every statement of the contract, in reading order.
    pub statements: Vec<Statement>,
}

/// One numbered statement about the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Statement {
    /// The number that facts cite, such as `R4.1`.
    pub id: String,
    /// The statements that it comes from.
    pub provenance: Provenance,
    /// The place in the API's document that says or shows it, by the document's own headings: section, then
    /// part, such as `Orders › Note, 1st bullet`; several places are joined by `; `. Required if the provenance
    /// is `stated` or `shown`. If it is `platform`, the title of the platform's documentation, optional. Absent
    /// if it is `assumed`.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What it says, in our own words.
    pub summary: String,
    /// Why no answer of an endpoint can show whether it holds. Absent if one can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unobservable: Option<String>,
    /// True if the document contradicts itself here, so that a breach is only a remark.
    #[serde(default)]
    pub contradicted: bool,
}

impl Statement {
    /// Where it comes from, in words: `documented under Limits`, `shown under Orders › schema`, `assumed`.
    #[must_use]
    pub fn source(&self) -> String {
        match (self.provenance, &self.location) {
            (Provenance::Stated, Some(place)) => format!("documented under {place}"),
            (Provenance::Stated, None) => "documented".to_owned(),
            (Provenance::Shown, Some(place)) => format!("shown under {place}"),
            (Provenance::Shown, None) => "shown by an example".to_owned(),
            (Provenance::Platform, Some(title)) => format!("documented in {title}"),
            (Provenance::Platform, None) => "documented by the platform".to_owned(),
            (Provenance::Assumed, _) => "assumed".to_owned(),
        }
    }
}

/// The statements that a fact rests on: one id, or a list whose first is the principal one.
///
/// A violation names the principal statement; an expectation weighs as the weakest of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cites {
    /// One statement.
    One(String),
    /// Several; the first is named in violations.
    Many(#[schemars(length(min = 1))] Vec<String>),
}

impl Cites {
    /// The ids that several citations name, in their order, each once.
    #[must_use]
    pub fn ids<'c>(cites: impl IntoIterator<Item = &'c Self>) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for id in cites.into_iter().flat_map(Self::iter) {
            if !ids.iter().any(|known| known == id) {
                ids.push(id.to_owned());
            }
        }
        ids
    }

    /// The statement that a violation names.
    #[must_use]
    pub fn principal(&self) -> &str {
        match self {
            Self::One(id) => id,
            Self::Many(ids) => ids.first().map_or("", String::as_str),
        }
    }

    /// Every statement cited, the principal first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let ids = match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Many(ids) => ids,
        };
        ids.iter().map(String::as_str)
    }
}
