//! Fields: of a record, of an object in it, and of the request options.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Cites;

/// A JSON type, as JSON Schema's `type` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JsonType {
    /// Text.
    String,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// An object, whose members `properties` describes.
    Object,
    /// A list of objects, whose members `items` describes.
    Array,
}

/// One value, or a list of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// A list.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The values, whichever way they were written.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// A format that text must have, as JSON Schema's `format` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TextFormat {
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// An e-mail address. Never enforced: senders write free text there.
    Email,
}

/// What an object may hold apart from its named `properties`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Additional {
    /// Members of any name whose value is text, a number, a boolean or null.
    Scalar,
}

/// A field and the shape of its value. What values are right is said by the area's rules.
///
/// Unless a rule requires it a field is optional, and null or (for text) empty is as if absent.
/// Members that no field names are accepted and left alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Field {
    /// The exact name on the wire.
    pub name: String,
    /// The JSON type, or the list of those taken.
    #[serde(rename = "type")]
    pub json_type: OneOrMany<JsonType>,
    /// Statements that name the field and its type.
    pub statement: Cites,
    /// Statements that a record may do without the field, if one says so of it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optional_statement: Option<Cites>,
    /// What the field means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For `type = ["number", "string"]`: the text must spell a number.
    #[serde(default)]
    pub numeric: bool,
    /// The format of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<TextFormat>,
    /// Whether text in RFC 3339's date-time form is accepted if `format` is `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_time: Option<Cites>,
    /// The kind of thing whose ID or name the text is: a key of the contract's `kinds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A closed list of values.
    #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
    pub closed: Option<Vec<String>>,
    /// Values that are known to be taken; others may be too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Value>,
    /// Of a request option: the record field that it stands in for if a record has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_in_for: Option<String>,
    /// Statements for `standsInFor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_in_statement: Option<Cites>,
    /// Of a request option that is true or false: if true, the records' dates are days in the organisation's time
    /// zone, and in UTC otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub zones: bool,
    /// Of an object: its named members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Field>,
    /// Of an object: what else it may hold. Absent if anything may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_properties: Option<Additional>,
    /// Of an array: the members of each of its objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Field>,
}

impl Field {
    /// The field among these that a path names: `field`, `object/member` or `array/member`.
    #[must_use]
    pub fn at<'f>(fields: &'f [Self], path: &str) -> Option<&'f Self> {
        let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let field = fields.iter().find(|field| field.name == name)?;
        match rest {
            None => Some(field),
            Some(rest) => Self::at(&field.properties, rest).or_else(|| Self::at(&field.items, rest)),
        }
    }

    /// The JSON types that a value may have, null apart.
    #[must_use]
    pub fn types(&self) -> &[JsonType] {
        self.json_type.as_slice()
    }

    /// Whether a value may have that JSON type.
    #[must_use]
    pub fn takes(&self, wanted: JsonType) -> bool {
        self.types().contains(&wanted)
    }
}
