//! What the organisation holds, and its return to the fixtures.

use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{AdminRequest, Answer, bad, kept, missing, no_area};
use crate::organisation::{CreatedView, Query};

/// The number of records, or names, in one answer by default.
pub(super) const USUAL: usize = 100;
/// The maximum number of records, or names, in one answer.
const MOST: usize = 1000;

/// That everything is reset.
#[derive(Serialize, JsonSchema)]
pub(super) struct Reset {
    #[schemars(extend("const" = true))]
    reset: bool,
}

/// The records of an area.
pub(super) async fn area(request: &AdminRequest<'_>) -> Answer {
    let mut wanted = Vec::new();
    for filter in request.query.all("where") {
        let (field, value) =
            filter.split_once(':').ok_or_else(|| bad(format!("{filter:?} must be FIELD:VALUE")))?;
        wanted.push((field.to_owned(), value.to_owned()));
    }
    let query = Query {
        wanted,
        text: request.query.one("q").unwrap_or_default().to_owned(),
        offset: request.query.read_as("offset")?.unwrap_or(0),
        limit: Some(request.query.read_as("limit")?.unwrap_or(USUAL).min(MOST)),
    };
    let organisation = Arc::clone(request.served.endpoint.organisation());
    let name = request.name.clone();
    // A search through very many records is long, and other requests go on.
    let found = tokio::task::spawn_blocking(move || organisation.records(&name, &query)).await;
    let found = found.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    match found {
        None => Err(no_area(request.served, &request.name)),
        Some(Err(field)) => Err(bad(format!("{:?} has no field {field:?}", request.name))),
        Some(Ok(records)) => Ok(json!(records)),
    }
}

/// The entities of a kind that requests created.
pub(super) fn entities(request: &AdminRequest<'_>) -> Answer {
    let (offset, limit) =
        (request.query.read_as("offset")?.unwrap_or(0), request.query.read_as("limit")?.unwrap_or(USUAL));
    let created = request.served.organisation().created(&request.name, offset, Some(limit.min(MOST)));
    // The answer repeats the limit as the request gave it.
    created.map(|created| json!(CreatedView { limit: Some(limit), ..created })).ok_or_else(|| {
        let kinds: Vec<&str> = request.served.contract.file.kinds.keys().map(String::as_str).collect();
        missing(format!("there is no kind {:?}; there are {}", request.name, kinds.join(", ")))
    })
}

/// Back to the fixtures.
pub(super) async fn reset(request: &AdminRequest<'_>) -> Answer {
    kept(request, request.served.endpoint.organisation().reset()).await?;
    request.served.has_reset();
    Ok(json!(Reset { reset: true }))
}
