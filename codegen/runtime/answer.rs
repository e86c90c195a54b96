//! Answers read into types. What does not fit is reported with its place.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::{Map, Value};

use super::record::Place;
use super::{Pointer, Scalar};

/// Why an answer could not be read.
///
/// ```
/// use tally_generated::runtime::{AnswerError, Pointer};
///
/// let pointer = Pointer::root().member("counts").index(0);
/// let error = AnswerError::Shape { pointer, message: "must be a string, is a number".to_owned() };
/// assert_eq!(error.to_string(), "unexpected answer at /counts/0: must be a string, is a number");
/// assert_eq!(error.pointer().map(Pointer::as_str), Some("/counts/0"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// The body is not JSON.
    NotJson {
        /// What the parser reported.
        message: String,
    },
    /// A member is missing, or a value is not what the contract documents.
    Shape {
        /// The value, or the object that lacks a member.
        pointer: Pointer,
        /// What was expected and what was found.
        message: String,
    },
    /// The contract documents no answer of this HTTP status, and the body is not one of its refusals.
    UndocumentedStatus {
        /// The HTTP status.
        http_status: u16,
    },
}

impl AnswerError {
    /// The value that is wrong, or the object that lacks a member. `None` unless the answer's shape is wrong.
    #[must_use]
    pub const fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::Shape { pointer, .. } => Some(pointer),
            Self::NotJson { .. } | Self::UndocumentedStatus { .. } => None,
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { message } => write!(formatter, "the answer is not JSON: {message}"),
            Self::Shape { pointer, message } if pointer.as_str().is_empty() => {
                write!(formatter, "unexpected answer: {message}")
            }
            Self::Shape { pointer, message } => {
                write!(formatter, "unexpected answer at {pointer}: {message}")
            }
            Self::UndocumentedStatus { http_status } => {
                write!(formatter, "unexpected answer: HTTP status {http_status} is not documented")
            }
        }
    }
}

impl std::error::Error for AnswerError {}

/// A value of an answer, with its place.
#[derive(Debug, Clone, Copy)]
pub struct Json<'v> {
    value: &'v Value,
    at: Place<'v>,
}

/// An object of an answer, with its place.
#[derive(Debug, Clone, Copy)]
pub struct JsonObject<'v> {
    members: &'v Map<String, Value>,
    at: Place<'v>,
}

/// A type that is read from a value of an answer.
pub trait FromJson: Sized {
    /// Reads the value. Members that the type does not name are ignored.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Shape`] if the value does not fit.
    fn from_json(json: Json<'_>) -> Result<Self, AnswerError>;
}

/// Parses the body of an answer. The last of several members of one name stands.
///
/// # Errors
///
/// [`AnswerError::NotJson`] if it is not JSON.
pub fn parse_answer(body: &[u8]) -> Result<Value, AnswerError> {
    serde_json::from_slice(body).map_err(|error| AnswerError::NotJson { message: error.to_string() })
}

/// Deserialises a type of an answer; the error names the place.
///
/// # Errors
///
/// If the value does not fit.
pub fn deserialize_answer<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    T::from_json(Json::root(&value)).map_err(D::Error::custom)
}

impl<'v> Json<'v> {
    /// The whole answer.
    #[must_use]
    pub const fn root(value: &'v Value) -> Self {
        Self { value, at: Place::Root }
    }

    /// The value as a type.
    ///
    /// # Errors
    ///
    /// If it does not fit.
    pub fn read<T: FromJson>(self) -> Result<T, AnswerError> {
        T::from_json(self)
    }

    /// The value as an object.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    pub fn object(self) -> Result<JsonObject<'v>, AnswerError> {
        match self.value {
            Value::Object(members) => Ok(JsonObject { members, at: self.at }),
            _ => Err(self.unexpected("an object")),
        }
    }

    /// Whether the value is an object with at least one of the members.
    #[must_use]
    pub fn has_any(self, names: &[&str]) -> bool {
        names.iter().any(|name| self.value.get(name).is_some())
    }

    /// The value that belongs to the text.
    ///
    /// # Errors
    ///
    /// If the text is not in the list, or the value is not text.
    pub fn one_of<T: Copy>(self, values: &[(&str, T)]) -> Result<T, AnswerError> {
        let found = values.iter().find(|(text, _)| self.value.as_str() == Some(text));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let texts: Vec<String> = values.iter().map(|(text, _)| format!("{text:?}")).collect();
            self.unexpected(&texts.join(" or "))
        })
    }

    fn unexpected(self, expected: &str) -> AnswerError {
        let found = match self.value {
            Value::Null => "null".to_owned(),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            Value::String(text) if text.chars().nth(60).is_some() => "a longer string".to_owned(),
            scalar => scalar.to_string(),
        };
        AnswerError::Shape {
            pointer: self.at.pointer(),
            message: format!("must be {expected}, is {found}"),
        }
    }

    /// The number, if it is whole; beyond what an `i128` holds, the nearest that it does.
    #[expect(clippy::cast_possible_truncation, reason = "a number that is too large becomes the largest")]
    pub(super) fn whole_number(self, expected: &str) -> Result<i128, AnswerError> {
        let Value::Number(number) = self.value else { return Err(self.unexpected(expected)) };
        let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        let rounded = || number.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i128);
        exact.or_else(rounded).ok_or_else(|| self.unexpected(expected))
    }
}

impl JsonObject<'_> {
    /// The member of that name.
    ///
    /// # Errors
    ///
    /// If it is missing or does not fit.
    pub fn required<T: FromJson>(&self, name: &str) -> Result<T, AnswerError> {
        match self.members.get(name) {
            Some(value) => T::from_json(Json { value, at: Place::Member(&self.at, name) }),
            None => Err(AnswerError::Shape {
                pointer: self.at.pointer(),
                message: format!("`{name}` is missing"),
            }),
        }
    }

    /// The member of that name, or `None` if it is absent or null.
    ///
    /// # Errors
    ///
    /// If it does not fit.
    pub fn optional<T: FromJson>(&self, name: &str) -> Result<Option<T>, AnswerError> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.required(name).map(Some),
        }
    }

    /// The member of that name, whose text is always the same.
    ///
    /// # Errors
    ///
    /// If it is missing or has another value.
    pub fn constant(&self, name: &str, text: &str) -> Result<String, AnswerError> {
        match self.members.get(name) {
            Some(value) => {
                Json { value, at: Place::Member(&self.at, name) }.one_of(&[(text, ())])?;
                Ok(text.to_owned())
            }
            None => self.required(name),
        }
    }
}

impl FromJson for u64 {
    fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
        let expected = "a whole number, 0 or more";
        let number = json.whole_number(expected)?;
        if number < 0 {
            return Err(json.unexpected(expected));
        }
        Ok(Self::try_from(number).unwrap_or(Self::MAX))
    }
}

impl FromJson for bool {
    fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
        json.value.as_bool().ok_or_else(|| json.unexpected("true or false"))
    }
}

impl FromJson for String {
    fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
        json.value.as_str().map(str::to_owned).ok_or_else(|| json.unexpected("a string"))
    }
}

impl FromJson for Scalar {
    fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
        match json.value {
            Value::Null => Ok(Self::Null),
            Value::Bool(value) => Ok(Self::Boolean(*value)),
            Value::Number(number) => Ok(Self::Number(number.clone())),
            Value::String(text) => Ok(Self::Text(text.clone())),
            Value::Array(_) | Value::Object(_) => Err(json.unexpected("a string, a number, true, false or null")),
        }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
        let Value::Array(elements) = json.value else { return Err(json.unexpected("an array")) };
        let element = |(index, value)| T::from_json(Json { value, at: Place::Index(&json.at, index) });
        elements.iter().enumerate().map(element).collect()
    }
}
