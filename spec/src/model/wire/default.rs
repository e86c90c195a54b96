//! A default's table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Misfit, listed};
use crate::model::{Cites, Default, DefaultSource, WeekdaysAfter};

const CURE: &str = "give one of default, from, today, weekdaysAfter, sessionUser, elsewhere";

/// A default as a file writes it: [`Default`] says which keys go together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "Default")]
pub(in crate::model) struct DefaultTable {
    /// The field, or `object/member`, of a record or of the request options.
    field: String,
    /// This value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Value>,
    /// The value of this other field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Today, if true.
    #[serde(default)]
    today: bool,
    /// A date and so many weekdays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weekdays_after: Option<WeekdaysAfter>,
    /// The ID of the session's user, if true.
    #[serde(default)]
    session_user: bool,
    /// Something that the organisation keeps, described in our own words: no value that can be computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    elsewhere: Option<String>,
    /// True if the field becomes this even if the record has a value of its own, in updates too.
    #[serde(default)]
    always: bool,
    /// The statements that say so.
    statement: Cites,
}

impl TryFrom<DefaultTable> for Default {
    type Error = Misfit;

    fn try_from(table: DefaultTable) -> Result<Self, Misfit> {
        let sources = [
            ("default", table.default.map(DefaultSource::Value)),
            ("from", table.from.map(DefaultSource::Field)),
            ("today", table.today.then_some(DefaultSource::Today)),
            ("weekdaysAfter", table.weekdays_after.map(DefaultSource::WeekdaysAfter)),
            ("sessionUser", table.session_user.then_some(DefaultSource::SessionUser)),
            ("elsewhere", table.elsewhere.map(DefaultSource::Elsewhere)),
        ];
        let mut found: Vec<_> =
            sources.into_iter().filter_map(|(key, source)| Some((key, source?))).collect();
        let keys: Vec<&str> = found.iter().map(|(key, _)| *key).collect();
        let misfit = |message: String| Err(Misfit { message, cure: CURE });
        match (keys.as_slice(), found.pop()) {
            ([_], Some((_, source))) => {
                let DefaultTable { field, always, statement, .. } = table;
                Ok(Self { field, source, always, statement })
            }
            ([], _) => misfit("the default has no source".to_owned()),
            (keys, _) => misfit(format!("the default has more than one source: {}", listed(keys))),
        }
    }
}

impl From<Default> for DefaultTable {
    fn from(from: Default) -> Self {
        let Default { field, source, always, statement } = from;
        let mut table = Self {
            field,
            default: None,
            from: None,
            today: false,
            weekdays_after: None,
            session_user: false,
            elsewhere: None,
            always,
            statement,
        };
        match source {
            DefaultSource::Value(value) => table.default = Some(value),
            DefaultSource::Field(field) => table.from = Some(field),
            DefaultSource::Today => table.today = true,
            DefaultSource::WeekdaysAfter(after) => table.weekdays_after = Some(after),
            DefaultSource::SessionUser => table.session_user = true,
            DefaultSource::Elsewhere(what) => table.elsewhere = Some(what),
        }
        table
    }
}
