//! The day.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Answer, Asked, bad, kept, member};

/// The day as it is.
pub(super) fn now(asked: &Asked<'_>) -> Value {
    let (today, is_set) = asked.served.endpoint.organisation().today();
    json!({ "today": today.to_string(), "isSet": is_set })
}

/// Sets the day.
pub(super) async fn set(asked: &Asked<'_>) -> Answer {
    let text = member(asked, "today")?;
    let is_day = text.len() == 10;
    let today: Option<Date> = text.parse().ok().filter(|_| is_day);
    let today = today.ok_or_else(|| bad(format!("{text:?} is not a date (expected YYYY-MM-DD)")))?;
    change(asked, Some(today)).await
}

/// Lets the clock run again.
pub(super) async fn free(asked: &Asked<'_>) -> Answer {
    change(asked, None).await
}

async fn change(asked: &Asked<'_>, today: Option<Date>) -> Answer {
    kept(asked, asked.served.endpoint.organisation().set_today(today)).await?;
    let now = now(asked);
    asked.served.events.send("clock", || now.clone());
    Ok(now)
}
