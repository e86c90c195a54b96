//! The day.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{AdminRequest, Answer, bad, kept, member};

/// The day.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Clock {
    /// The day in the organisation's time zone.
    #[schemars(extend("format" = "date"))]
    today: String,
    /// Whether it was set by hand.
    is_set: bool,
}

/// The day as it is.
pub(super) fn now(request: &AdminRequest<'_>) -> Value {
    let (today, is_set) = request.served.endpoint.organisation().today();
    json!(Clock { today: today.to_string(), is_set })
}

/// Sets the day.
pub(super) async fn set(request: &AdminRequest<'_>) -> Answer {
    let text = member(request, "today")?;
    let is_day = text.len() == 10;
    let today: Option<Date> = text.parse().ok().filter(|_| is_day);
    let today = today.ok_or_else(|| bad(format!("{text:?} is not a date (expected YYYY-MM-DD)")))?;
    change(request, Some(today)).await
}

/// Lets the clock run again.
pub(super) async fn free(request: &AdminRequest<'_>) -> Answer {
    change(request, None).await
}

async fn change(request: &AdminRequest<'_>, today: Option<Date>) -> Answer {
    kept(request, request.served.endpoint.organisation().set_today(today)).await?;
    let now = now(request);
    request.served.events.send("clock", || now.clone());
    Ok(now)
}
