//! Response shapes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cites, PlatformCondition};

/// A response shape that areas name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "judges", rename_all = "camelCase")]
pub enum Response {
    /// Counts what passed and failed, with an entry for each failed record.
    Counting(Box<Counted>),
    /// Judges the request whole.
    Whole(Whole),
    /// Has an entry for every record, by its position.
    ByPosition(Positional),
    /// Acknowledges that the records will be processed later, and claims nothing of them.
    Later(Acknowledged),
}

impl Response {
    /// The HTTP status of the answer, whether records pass or fail.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        match self {
            Self::Counting(counted) => counted.http_status,
            Self::Whole(whole) => whole.http_status,
            Self::ByPosition(positional) => positional.http_status,
            Self::Later(later) => later.http_status,
        }
    }

    /// The statements for the shape.
    #[must_use]
    pub fn statement(&self) -> &Cites {
        match self {
            Self::Counting(counted) => &counted.statement,
            Self::Whole(whole) => &whole.statement,
            Self::ByPosition(positional) => &positional.statement,
            Self::Later(later) => &later.statement,
        }
    }

    /// The statements that one record's failure does not undo another's success; `None` for a shape that
    /// has no verdict on single records.
    #[must_use]
    pub fn isolation(&self) -> Option<&Cites> {
        match self {
            Self::Counting(counted) => Some(&counted.isolation_statement),
            Self::ByPosition(positional) => Some(&positional.isolation_statement),
            Self::Whole(_) | Self::Later(_) => None,
        }
    }
}

/// A response that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Counted {
    /// The HTTP status, whether records pass or fail.
    pub http_status: u16,
    /// Statements for the status and the members.
    pub statement: Cites,
    /// The words of the status member.
    pub status: StatusWords,
    /// The member that counts the records that passed.
    pub pass_count: String,
    /// The member that counts the records that failed.
    pub fail_count: String,
    /// Statements that the two counts add up to the records sent.
    pub sum_statement: Cites,
    /// Statements that one record's failure does not undo another's success.
    pub isolation_statement: Cites,
    /// The member that lists an entry for each failed record.
    pub errors: String,
    /// Statements that each failed record has an entry.
    pub entry_statement: Cites,
    /// Statements that it has exactly one.
    pub single_entry_statement: Cites,
    /// The member that says how many records the next request may hold.
    pub next_batch_size: String,
    /// The shape of an entry, echoes apart.
    pub entry: EntryShape,
}

/// The words of a counting response's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StatusWords {
    /// The member's name.
    pub name: String,
    /// Nothing failed.
    pub success: String,
    /// Some passed and some failed.
    pub partial: String,
    /// Some failed and none passed.
    pub failure: String,
    /// Statements for the words.
    pub statement: Cites,
    /// Statements for when which word stands.
    pub rule_statement: Cites,
}

/// The members of an entry for a failed record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EntryShape {
    /// Members with one fixed text.
    #[serde(default)]
    pub constants: Vec<Constant>,
    /// The member that holds the error's text, never empty.
    pub message: String,
    /// Statements for both, and for echoes being the failed record's.
    pub statement: Cites,
    /// Statements that an echo of a field the record did not have is null.
    pub null_statement: Cites,
}

/// A member with one fixed text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Constant {
    /// The member's name.
    pub name: String,
    /// Its text.
    #[serde(rename = "const")]
    pub value: String,
}

/// A response that judges the request whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Whole {
    /// The HTTP status, whether the request passes or fails.
    pub http_status: u16,
    /// Statements for the shape.
    pub statement: Cites,
    /// Statements that the request passes or fails whole.
    pub whole_statement: Cites,
    /// The words of the status member.
    pub status: WholeWords,
    /// The member that holds a text, never empty.
    pub message: String,
}

/// The words of a whole response's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WholeWords {
    /// The member's name.
    pub name: String,
    /// It passed.
    pub success: String,
    /// It failed.
    pub failure: String,
}

/// A response with an entry for each record, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Positional {
    /// The HTTP status, whether records pass or fail.
    pub http_status: u16,
    /// Statements for the shape.
    pub statement: Cites,
    /// The member that lists the entries.
    pub results: String,
    /// The member of an entry that says whether its record passed.
    pub passed: Flag,
    /// The member of a failed record's entry that holds the error's text, never empty.
    pub message: String,
    /// Statements that one record's failure does not undo another's success.
    pub isolation_statement: Cites,
}

/// A member that is true for a record that passed and false for one that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Flag {
    /// The member's name.
    pub name: String,
    /// The statements that say so.
    pub statement: Cites,
}

/// An acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Acknowledged {
    /// The HTTP status.
    pub http_status: u16,
    /// Statements for the shape.
    pub statement: Cites,
    /// The status member and its text.
    pub status: Constant,
    /// The member that holds a text, never empty.
    pub message: String,
}

/// One whole-request refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PlatformError {
    /// What it refuses.
    pub when: PlatformCondition,
    /// The HTTP status.
    pub http_status: u16,
    /// The code in the body.
    pub code: String,
    /// True if an endpoint is held to the code; false if the code is only what a mock answers.
    #[serde(default)]
    pub code_required: bool,
    /// The text in the body, as a mock words it.
    pub text: String,
    /// The statements that say so.
    pub statement: Cites,
}
