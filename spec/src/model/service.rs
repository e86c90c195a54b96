//! `contract.toml`: the service, the kinds of thing, the response shapes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cites, Response};

/// `contract.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ContractFile {
    /// The contract's name: its folder's, and what `--contract` takes.
    pub name: String,
    /// What people call the API.
    pub title: String,
    /// The path of its schemas' `$id` below the site's base URL, such as `gsapi/v1`.
    pub schema_path: String,
    /// The areas in reading order: each the stem of a file in `areas/`.
    pub areas: Vec<String>,
    /// How the service is called and how it refuses.
    pub service: Service,
    /// How instances are read: null, empty text, wrong types.
    pub reading: Reading,
    /// The kinds of thing that records name, by name.
    #[serde(default)]
    pub kinds: BTreeMap<String, Kind>,
    /// Settings of the organisation that a fixtures file may switch on, by their key there.
    #[serde(default)]
    pub switches: BTreeMap<String, Switch>,
    /// The response shapes that areas name, by name.
    pub responses: BTreeMap<String, Response>,
}

/// A text with the statements it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Cited {
    /// The text.
    pub value: String,
    /// The statements that it comes from.
    pub statement: Cites,
}

/// How the service is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Service {
    /// The API's root as documented, host and base path; `{…}` marks what an installation fills in.
    pub root: Cited,
    /// The HTTP method of every call.
    pub verb: Cited,
    /// The media type of requests and responses.
    pub media_type: Cited,
    /// Statements that say which spellings of the media type are taken (parameters, such as a charset).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type_parameters: Option<Cites>,
    /// The member of the request's object that holds the list and the request options. Absent if
    /// the request's object holds them itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<String>,
    /// How a caller says who it is.
    pub authentication: Authentication,
    /// How the platform refuses a request whole.
    pub errors: PlatformErrors,
    /// Answers that are no verdict: wait and ask again.
    #[serde(default)]
    pub backoff: Vec<Backoff>,
}

impl Service {
    /// The path of the documented root, such as `/services/v1`, with no slash at the end.
    #[must_use]
    pub fn base_path(&self) -> &str {
        let root = self.root.value.as_str();
        let after_scheme = root.find("://").map_or(root, |at| &root[at + 3..]);
        let path = after_scheme.find('/').map_or("", |at| &after_scheme[at..]);
        path.trim_end_matches('/')
    }
}

/// How a caller says who it is: a header whose value is a scheme and a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Authentication {
    /// The header's name.
    pub header: String,
    /// The scheme before the token, such as `Bearer`.
    pub scheme: String,
    /// The statements that say so.
    pub statement: Cites,
    /// Statements that no answer may hold the token.
    pub secrecy: Cites,
}

/// Whole-request refusals of the platform, in the order it checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PlatformErrors {
    /// The member of an error object that holds the text.
    pub message: String,
    /// The member of an error object that holds the code.
    pub code: String,
    /// True if the body is a list of error objects, false if it is one.
    pub list: bool,
    /// Statements for the order of the checks.
    pub order_statement: Cites,
    /// Each refusal. Their order is the order of the checks.
    pub conditions: Vec<super::PlatformError>,
}

/// What the platform refuses a request for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PlatformCondition {
    /// No token, or one that is not valid.
    Unauthorized,
    /// A path that is no area's.
    NotFound,
    /// Another verb.
    WrongVerb,
    /// A body of another media type.
    WrongMediaType,
    /// A body that is not JSON.
    NotJson,
    /// A body that is JSON and holds no usable list, or a request option of a wrong type.
    Unusable,
}

/// An answer that is no verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Backoff {
    /// The HTTP status.
    pub http_status: u16,
    /// The error code that the body must hold for the status to count as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The statements that say so.
    pub statement: Cites,
}

/// How instances are read if no rule speaks. Each member cites the statements of one reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reading {
    /// Null for an optional field is as if absent.
    pub null_is_absent: Cites,
    /// Empty text for a required field is as if missing.
    pub empty_is_missing: Cites,
    /// Empty text for an optional field is accepted, whatever its format or kind.
    pub empty_optional: Cites,
    /// A value of the wrong JSON type fails its record.
    pub wrong_type: Cites,
    /// Dates are `YYYY-MM-DD`, a day of the calendar.
    pub date: Cites,
    /// Numbers spelt as text: which spellings beyond plain digits are let through.
    pub numeric_text: Cites,
    /// Of two members with the same name the last stands.
    pub duplicate_members: Cites,
    /// What is not JSON: a byte order mark, text after the value, numbers such as `NaN`, too deep nesting.
    pub not_json: Cites,
    /// The list is missing, null or no list; the body is no object; a request option has a wrong type.
    pub unusable: Cites,
    /// A request with an empty list.
    pub empty_list: Cites,
    /// A date echoed as milliseconds is midnight of that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub midnight: Option<Cites>,
    /// The names of additional members (those that no field names) are compared without case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_names: Option<Cites>,
    /// A record of a known key leaves the fields that it has no value for as they are; defaults fill in only
    /// what a new thing lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<Cites>,
    /// Text in an answer is the text as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_unchanged: Option<Cites>,
    /// A number for which no range is documented may be of any size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unbounded_numbers: Option<Cites>,
}

/// A kind of thing that a record names by ID or name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Kind {
    /// What people call one, such as `account`.
    pub title: String,
    /// The form of an ID. Absent for names, which are compared without the blanks around them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// How two IDs are known to be the same thing's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Where in the product an ID or name of this kind is found, such as `Setup › Users, the ID in the address
    /// bar`. Absent if the API's document does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The key of a fixtures file that lists what exists: a list of texts, or a list of tables. Where
    /// `accounts` is the key, `accounts_file` names a file with one a line.
    pub fixtures: String,
    /// If `fixtures` is a list of tables: the member that holds the ID or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The key of a fixtures file that lists well-formed ones which name nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Of things listed as tables: lists of other things that belong to each, by the table's member; the
    /// value is the kind. A table without the member owns all of that kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, String>,
    /// The statements for the form and the identity.
    pub statement: Cites,
}

/// How two IDs are known to name the same thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Identity {
    /// The number of first characters that identify, compared with their case.
    pub prefix: usize,
    /// What the characters after the prefix are, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksum>,
}

/// What follows an ID's identifying prefix. A wrong checksum is never an expectation, in either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Checksum {
    /// A character for each five of the prefix: of `A–Z0–5`, the one at the number whose bit *i* is set
    /// if the group's character *i* is an upper-case letter.
    CaseOfFives,
}

/// A setting of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Switch {
    /// What it does, in our own words.
    pub description: String,
    /// Its value if a fixtures file is silent.
    #[serde(default)]
    pub default: bool,
}
