//! The query of a URL.

use std::fmt::Display;
use std::str::FromStr;

use http::StatusCode;

use super::bad;

/// The parameters of a query, in their order.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn read(query: Option<&str>) -> Self {
        let parsed = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self(parsed.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The values of a parameter that may occur several times.
    pub(super) fn all<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter; the last one if it occurs several times.
    pub(super) fn one<'q>(&'q self, name: &'q str) -> Option<&'q str> {
        self.all(name).last()
    }

    /// The parsed value of a parameter, or `None` if it is absent or empty.
    pub(super) fn read_as<T: FromStr<Err: Display>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, (StatusCode, String)> {
        let Some(text) = self.one(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        text.parse().map(Some).map_err(|error| bad(format!("{text:?} is not a valid {name}: {error}")))
    }
}
