//! What the organisation holds, and its return to the fixtures.

use std::sync::Arc;

use http::StatusCode;
use serde_json::json;

use super::{Answer, Asked, bad, kept, missing, no_area};
use crate::organisation::{CreatedView, Query};

/// The number of records, or names, in one answer by default.
const USUAL: usize = 100;
/// The maximum number of records, or names, in one answer.
const MOST: usize = 1000;

/// The records of an area.
pub(super) async fn area(asked: &Asked<'_>) -> Answer {
    let mut wanted = Vec::new();
    for filter in asked.query.all("where") {
        let (field, value) =
            filter.split_once(':').ok_or_else(|| bad(format!("{filter:?} must be FIELD:VALUE")))?;
        wanted.push((field.to_owned(), value.to_owned()));
    }
    let query = Query {
        wanted,
        text: asked.query.one("q").unwrap_or_default().to_owned(),
        offset: asked.query.read_as("offset")?.unwrap_or(0),
        limit: Some(asked.query.read_as("limit")?.unwrap_or(USUAL).min(MOST)),
    };
    let organisation = Arc::clone(asked.served.endpoint.organisation());
    let name = asked.name.clone();
    // A search through very many records is long, and other requests go on.
    let found = tokio::task::spawn_blocking(move || organisation.records(&name, &query)).await;
    let found = found.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    match found {
        None => Err(no_area(asked.served, &asked.name)),
        Some(Err(field)) => Err(bad(format!("{:?} has no field {field:?}", asked.name))),
        Some(Ok(records)) => Ok(json!(records)),
    }
}

/// The entities of a kind that requests created.
pub(super) fn entities(asked: &Asked<'_>) -> Answer {
    let (offset, limit) =
        (asked.query.read_as("offset")?.unwrap_or(0), asked.query.read_as("limit")?.unwrap_or(USUAL));
    let created = asked.served.organisation().created(&asked.name, offset, Some(limit.min(MOST)));
    // The answer repeats the limit as the request gave it.
    created.map(|created| json!(CreatedView { limit: Some(limit), ..created })).ok_or_else(|| {
        let kinds: Vec<&str> = asked.served.contract.file.kinds.keys().map(String::as_str).collect();
        missing(format!("there is no kind {:?}; there are {}", asked.name, kinds.join(", ")))
    })
}

/// Back to the fixtures.
pub(super) async fn reset(asked: &Asked<'_>) -> Answer {
    kept(asked, asked.served.endpoint.organisation().reset()).await?;
    asked.served.has_reset();
    Ok(json!({ "reset": true }))
}
