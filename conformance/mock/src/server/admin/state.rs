//! What the organisation holds, and its return to the fixtures.

use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::listing::{self, Entry};
use super::{AdminRequest, Answer, Listed, bad, kept, missing, no_area};
use crate::endpoint::NO_ROOM;
use crate::organisation::Query;

/// The number of records, or names, in one answer by default.
pub(super) const USUAL: usize = 100;
/// The maximum number of records, or names, in one answer.
const MOST: usize = 1000;

/// Records up to this size are listed without asking for room.
const SMALL: usize = 1024;

/// What an entry takes while it is made, by the size of its record: a copy, its parts as values, and its JSON.
const COPIES: usize = 5;

/// That everything is reset.
#[derive(Serialize, JsonSchema)]
pub(super) struct Reset {
    #[schemars(extend("const" = true))]
    reset: bool,
}

/// The records of an area.
pub(super) async fn area(request: &AdminRequest<'_>) -> Listed {
    let mut wanted = Vec::new();
    for filter in request.query.all("where") {
        let (field, value) =
            filter.split_once(':').ok_or_else(|| bad(format!("{filter:?} must be FIELD:VALUE")))?;
        wanted.push((field.to_owned(), value.to_owned()));
    }
    let limit = request.query.read_as("limit")?.unwrap_or(USUAL).min(MOST);
    let query = Query {
        wanted,
        text: request.query.one("q").unwrap_or_default().to_owned(),
        offset: request.query.read_as("offset")?.unwrap_or(0),
        limit: Some(limit),
    };
    let organisation = Arc::clone(request.served.endpoint.organisation());
    let (name, offset) = (request.name.clone(), query.offset);
    // A search through very many records is long, and other requests go on.
    let find = move || organisation.find(&name, &query);
    let find = request.served.work.search(find).await;
    let found = find.ok_or_else(|| (StatusCode::SERVICE_UNAVAILABLE, NO_ROOM.to_owned()))?;
    let found = match found {
        None => return Err(no_area(request.served, &request.name)),
        Some(Err(field)) => return Err(bad(format!("{:?} has no field {field:?}", request.name))),
        Some(Ok(found)) => Arc::new(found),
    };
    let (area, total) = (json!(found.area), found.total);
    let start =
        format!("{{\"area\":{area},\"total\":{total},\"offset\":{offset},\"limit\":{limit},\"records\":[");
    let (organisation, mut next) = (Arc::clone(request.served.organisation()), 0);
    let entry = move || {
        let index = *found.places.get(next)?;
        next += 1;
        let size = organisation.size_of(&found, index);
        if size <= SMALL {
            let record = organisation.found(&found, index)?;
            return Some(Entry::Ready(organisation.shown(&found, &record)));
        }
        let (of, found) = (Arc::clone(&organisation), Arc::clone(&found));
        let otherwise = omitted(index + 1, size);
        let instead = otherwise.clone();
        let make = move || {
            // Everything may have been deleted meanwhile.
            of.found(&found, index).map_or(instead, |record| of.shown(&found, &record))
        };
        Some(Entry::Large(size.saturating_mul(COPIES), Box::new(make), otherwise))
    };
    Ok(listing::stream(request.served, start, "]}", entry).await)
}

/// What is listed in place of a record that there is no room for.
fn omitted(number: usize, bytes: usize) -> String {
    let omitted = format!("it takes {bytes} bytes, and there is no room in memory to show that");
    let (none, no): ([Value; 0], Value) = ([], json!({}));
    json!({
        "number": number, "key": none, "record": null, "instants": no, "attached": none, "sent": none,
        "created": 0, "updated": 0, "omitted": omitted,
    })
    .to_string()
}

/// The entities of a kind that requests created.
pub(super) async fn entities(request: &AdminRequest<'_>) -> Listed {
    let offset: usize = request.query.read_as("offset")?.unwrap_or(0);
    let limit: usize = request.query.read_as("limit")?.unwrap_or(USUAL);
    let (organisation, kind) = (Arc::clone(request.served.organisation()), request.name.clone());
    let total = organisation.created_count(&kind).ok_or_else(|| {
        let kinds: Vec<&str> = request.served.contract.file.kinds.keys().map(String::as_str).collect();
        missing(format!("there is no kind {:?}; there are {}", request.name, kinds.join(", ")))
    })?;
    // The answer repeats the limit as the request gave it.
    let start = format!(
        "{{\"kind\":{},\"total\":{total},\"offset\":{offset},\"limit\":{limit},\"created\":[",
        json!(kind)
    );
    let end = offset.saturating_add(limit.min(MOST));
    let mut next = offset;
    let entry = move || {
        let name = (next < end).then(|| organisation.created_name(&kind, next))??;
        next += 1;
        if name.len() <= SMALL {
            return Some(Entry::Ready(json!(name).to_string()));
        }
        let (of, kind, at) = (Arc::clone(&organisation), kind.clone(), next - 1);
        let otherwise = json!(&name[..name.floor_char_boundary(SMALL)]).to_string();
        let make = move || json!(of.created_name(&kind, at)).to_string();
        Some(Entry::Large(name.len().saturating_mul(COPIES), Box::new(make), otherwise))
    };
    Ok(listing::stream(request.served, start, "]}", entry).await)
}

/// Back to the fixtures.
pub(super) async fn reset(request: &AdminRequest<'_>) -> Answer {
    kept(request, request.served.endpoint.organisation().reset()).await?;
    request.served.has_reset();
    Ok(json!(Reset { reset: true }))
}
