//! What a mutant is.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};
use tally_mock::Mutation;

/// What a mutant is about. Each group's operators are described in the crate's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// The members of answers.
    Answers,
    /// Which records pass.
    Judgement,
    /// What records and requests do to each other: isolation, keys, limits.
    Batches,
    /// What surrounds the records: token, verb, path, media type, status.
    Protocol,
    /// What came before, and connections that end early.
    State,
    /// Values that are rare.
    Rare,
}

impl Group {
    /// The name that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Judgement => "judgement",
            Self::Batches => "batches",
            Self::Protocol => "protocol",
            Self::State => "state",
            Self::Rare => "rare",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What a mutant breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// These statements, the first being the one that the contract cites for the place itself.
    Breaks(Vec<String>),
    /// None that a client could see, for this reason.
    Equivalent(&'static str),
}

impl Label {
    /// The statements that are broken; empty for an equivalent mutant.
    #[must_use]
    pub fn statements(&self) -> &[String] {
        match self {
            Self::Breaks(statements) => statements,
            Self::Equivalent(_) => &[],
        }
    }

    /// Why nothing is broken that a client could see; `None` if something is.
    #[must_use]
    pub const fn equivalent(&self) -> Option<&'static str> {
        match self {
            Self::Breaks(_) => None,
            Self::Equivalent(reason) => Some(reason),
        }
    }
}

/// Makes the misbehaviour anew, with an empty memory.
pub(crate) type Make = Arc<dyn Fn(&str) -> Arc<dyn Mutation> + Send + Sync>;

/// A way in which an endpoint can misbehave: an operator at a place.
#[derive(Clone)]
#[non_exhaustive]
pub struct Mutant {
    /// Its name: the place, then the operator.
    pub name: String,
    /// Its group.
    pub group: Group,
    /// What is done at the place.
    pub operator: &'static str,
    /// The area in which it misbehaves; `None` if that is all of them.
    pub area: Option<String>,
    /// What it breaks.
    pub label: Label,
    pub(crate) make: Make,
}

impl Mutant {
    /// The misbehaviour, to be given to a mock. It remembers nothing of other mocks.
    #[must_use]
    pub fn mutation(&self) -> Arc<dyn Mutation> {
        (self.make)(&self.name)
    }

    /// The mutant as reports show it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "group": self.group.as_str(),
            "operator": self.operator,
            "area": self.area,
            "statements": self.label.statements(),
            "equivalent": self.label.equivalent(),
        })
    }
}

/// Shows name and label.
impl fmt::Debug for Mutant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Mutant").field(&self.name).field(&self.label).finish()
    }
}

/// A line: name, then statements or reason.
impl fmt::Display for Mutant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.label {
            Label::Breaks(statements) => write!(formatter, "{}: breaks {}", self.name, statements.join(", ")),
            Label::Equivalent(reason) => write!(formatter, "{}: equivalent, {reason}", self.name),
        }
    }
}
