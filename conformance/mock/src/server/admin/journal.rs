//! The exchanges that were.

use std::sync::Arc;

use http::StatusCode;

use super::super::journal::{Exchange, Wanted};
use super::listing::{self, Entry};
use super::{AdminRequest, Listed, bad, missing};

/// The number of exchanges in one answer by default.
pub(super) const USUAL: usize = 50;
/// The maximum number of exchanges in one answer: all that are kept.
const MOST: usize = 1000;

/// The exchanges that are wanted.
pub(super) async fn list(request: &AdminRequest<'_>) -> Listed {
    let query = &request.query;
    let mut wanted = Wanted {
        after: query.read_as("after")?,
        before: query.read_as("before")?,
        limit: query.read_as("limit")?.unwrap_or(USUAL).min(MOST),
        area: query.one("area").filter(|area| !area.is_empty()).map(str::to_owned),
        failed: query.read_as("failed")?.unwrap_or(false),
    };
    let served = Arc::clone(request.served);
    let (oldest, newest) = served.journal.ends();
    let start = format!("{{\"oldest\":{oldest},\"newest\":{newest},\"entries\":[");
    // What comes in meanwhile is not listed.
    wanted.before = wanted.before.or(Some(newest.saturating_add(1)));
    let entry = move || {
        let exchange = served.journal.next(&mut wanted)?;
        Some(Entry::Ready(exchange.summary().to_string()))
    };
    Ok(listing::stream(request.served, start, "]}", entry).await)
}

/// One exchange, whole.
pub(super) fn one(request: &AdminRequest<'_>) -> Result<(usize, Arc<Exchange>), (StatusCode, String)> {
    let number = request
        .name
        .parse()
        .map_err(|_| bad(format!("{:?} is not the number of an exchange", request.name)))?;
    let exchange = request.served.journal.find(number);
    let exchange = exchange.ok_or_else(|| missing(format!("exchange {number} is not kept, or never was")))?;
    // As values and as JSON, with escapes.
    Ok((exchange.bytes().saturating_mul(12), exchange))
}
