//! Refusals: how the platform rejects a request as a whole.

use std::fmt;

use serde_json::Value;

use super::AnswerError;

/// The platform rejected the request as a whole; none of its records was processed.
///
/// ```
/// use tally_generated::runtime::{PlatformError, Refusal, RefusalCause};
///
/// let refusal = Refusal {
///     http_status: 401,
///     cause: Some(RefusalCause::Unauthorized),
///     errors: vec![PlatformError { code: "EXPIRED".to_owned(), message: "log in again".to_owned() }],
/// };
/// assert_eq!(refusal.to_string(), "the request was rejected with HTTP status 401: log in again (EXPIRED)");
/// assert!(!refusal.is_temporary());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub http_status: u16,
    /// The documented cause. `None` if the contract does not document this HTTP status and code.
    pub cause: Option<RefusalCause>,
    /// The errors in the body. Empty if the body is not of the documented shape.
    pub errors: Vec<PlatformError>,
}

/// An error in the body of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformError {
    /// The error's code.
    pub code: String,
    /// What was wrong, for a person to read.
    pub message: String,
}

/// Why the platform rejected a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalCause {
    /// The token is missing or invalid.
    Unauthorized,
    /// No area has this path.
    NotFound,
    /// The HTTP method is not supported.
    WrongMethod,
    /// The media type is not supported.
    WrongMediaType,
    /// The body is not JSON.
    NotJson,
    /// The body holds no usable list of records, or a request option of a wrong type.
    Unusable,
    /// The request is over the area's limit.
    OverLimit,
    /// There were too many requests, or the service is unavailable: wait and send the request again.
    RetryLater,
}

impl Refusal {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.cause == Some(RefusalCause::RetryLater)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the request was rejected with HTTP status {}", self.http_status)?;
        for (index, error) in self.errors.iter().enumerate() {
            let separator = if index == 0 { ":" } else { ";" };
            write!(formatter, "{separator} {} ({})", error.message, error.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// How a contract's platform refuses.
#[derive(Debug, Clone, Copy)]
pub struct Refusals {
    /// The member of an error that holds its code.
    pub code: &'static str,
    /// The member of an error that holds its text.
    pub message: &'static str,
    /// The documented refusals.
    pub documented: &'static [DocumentedRefusal],
}

/// A documented refusal.
#[derive(Debug, Clone, Copy)]
pub struct DocumentedRefusal {
    /// Why the request is rejected.
    pub cause: RefusalCause,
    /// The HTTP status.
    pub http_status: u16,
    /// The error's code. `None` if any code will do.
    pub code: Option<&'static str>,
    /// Whether the code alone distinguishes this refusal from others of the same HTTP status.
    pub code_decides: bool,
}

impl Refusals {
    /// Reads a refusal. The body of a documented HTTP status need not be of the documented shape, since whatever
    /// stands between the platform and its caller may have written it.
    ///
    /// # Errors
    ///
    /// [`AnswerError::UndocumentedStatus`] if neither the HTTP status nor the body is that of a refusal.
    pub fn read(
        &self,
        http_status: u16,
        body: &[u8],
        area: &[DocumentedRefusal],
    ) -> Result<Refusal, AnswerError> {
        let errors = self.errors(body);
        let mut of_status: Vec<&DocumentedRefusal> = self.documented.iter().chain(area).collect();
        of_status.retain(|one| one.http_status == http_status);
        if of_status.is_empty() && errors.is_empty() {
            return Err(AnswerError::UndocumentedStatus { http_status });
        }
        let has_code = |one: &&&DocumentedRefusal| errors.iter().any(|error| one.code == Some(&error.code));
        let by_code = of_status.iter().find(has_code).map(|one| one.cause);
        of_status.retain(|one| !one.code_decides);
        let cause = by_code.or(match of_status.as_slice() {
            [only] => Some(only.cause),
            _ => None,
        });
        Ok(Refusal { http_status, cause, errors })
    }

    /// The errors of a body: those of a list, or one object. None if the body is of another shape.
    fn errors(&self, body: &[u8]) -> Vec<PlatformError> {
        let body = serde_json::from_slice(body).unwrap_or(Value::Null);
        let objects = match &body {
            Value::Array(objects) => objects.as_slice(),
            object => std::slice::from_ref(object),
        };
        let text = |object: &Value, name: &str| object.get(name)?.as_str().map(str::to_owned);
        let error = |object: &Value| {
            Some(PlatformError { code: text(object, self.code)?, message: text(object, self.message)? })
        };
        objects.iter().map(error).collect::<Option<_>>().unwrap_or_default()
    }
}
