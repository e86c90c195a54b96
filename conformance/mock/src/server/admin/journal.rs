//! The exchanges that were.

use serde_json::json;

use super::super::journal::{ExchangeView, Wanted};
use super::{AdminRequest, Answer, bad, missing};

/// The number of exchanges in one answer by default.
pub(super) const USUAL: usize = 50;
/// The maximum number of exchanges in one answer: all that are kept.
const MOST: usize = 1000;

/// The exchanges that are wanted.
pub(super) fn list(request: &AdminRequest<'_>) -> Answer {
    let query = &request.query;
    let wanted = Wanted {
        after: query.read_as("after")?,
        before: query.read_as("before")?,
        limit: query.read_as("limit")?.unwrap_or(USUAL).min(MOST),
        area: query.one("area").filter(|area| !area.is_empty()).map(str::to_owned),
        failed: query.read_as("failed")?.unwrap_or(false),
    };
    Ok(request.served.journal.list(&wanted))
}

/// One exchange, whole.
pub(super) fn one(request: &AdminRequest<'_>) -> Answer {
    let number = request
        .name
        .parse()
        .map_err(|_| bad(format!("{:?} is not the number of an exchange", request.name)))?;
    let exchange = request.served.journal.find(number);
    exchange
        .map(|exchange| json!(ExchangeView::new(&exchange)))
        .ok_or_else(|| missing(format!("exchange {number} is not kept, or never was")))
}
