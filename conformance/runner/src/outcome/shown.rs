//! Requests and responses as reports show them.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Body, body, headers, seconds};

/// A request as reports show it, without the token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "request", deny_unknown_fields)]
pub struct ShownRequest {
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers; `$TALLY_TOKEN` stands for the token.
    #[serde(with = "headers")]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub headers: Vec<(String, String)>,
    /// How many records it holds.
    pub records: usize,
    /// The body.
    #[serde(flatten, with = "body")]
    #[schemars(with = "Body")]
    pub body: String,
    /// The body's bytes, if they are not text.
    #[serde(skip)]
    pub raw: Option<Vec<u8>>,
}

impl ShownRequest {
    /// The body as it was sent, the token redacted.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.body.as_bytes())
    }
}

/// A response as reports show it, with the token redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "response", deny_unknown_fields)]
pub struct ShownResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    #[serde(with = "headers")]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub headers: Vec<(String, String)>,
    /// How long it took, in seconds.
    #[serde(rename = "duration_s", with = "seconds")]
    #[schemars(with = "f64", range(min = 0))]
    pub duration: Duration,
    /// The body; bytes that are not UTF-8 are replaced.
    #[serde(flatten, with = "body")]
    #[schemars(with = "Body")]
    pub body: String,
}
