//! Days, the weekdays after them, and the instants at which they begin.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// The day that text begins with, alone or followed by a time.
pub(super) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let (day, rest) = text.split_at_checked(10)?;
    if !rest.is_empty() && !rest.starts_with(['T', 't', ' ']) {
        return None;
    }
    day.parse().ok()
}

/// The day as a request writes it.
pub(super) fn written(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// The day that many weekdays later: Saturdays and Sundays are not counted.
pub(super) fn weekdays_after(day: Date, days: u32) -> Option<Date> {
    let (mut day, mut left) = (day, days);
    while left > 0 {
        day = day.checked_add(1.day()).ok()?;
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    Some(day)
}

/// The first instants of a day and of the next day in a time zone, in milliseconds since 1970.
pub(super) fn span(day: Date, zone: &TimeZone) -> Option<(i64, i64)> {
    let begins = |day: Date| Some(zone.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_millisecond());
    Some((begins(day)?, begins(day.checked_add(1.day()).ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        day(text).expect("a day")
    }

    #[test]
    fn weekends_are_not_counted() {
        // 2015-02-02 is a Monday.
        for (from, to) in [
            ("2015-02-02", "2015-02-09"),
            ("2015-02-03", "2015-02-10"),
            ("2015-02-06", "2015-02-13"),
            ("2015-02-07", "2015-02-13"),
            ("2015-02-08", "2015-02-13"),
            ("2016-02-26", "2016-03-04"),
        ] {
            assert_eq!(weekdays_after(date(from), 5), Some(date(to)), "{from}");
        }
        assert_eq!(weekdays_after(date("2015-02-07"), 0), Some(date("2015-02-07")));
    }

    #[test]
    fn days_begin_at_midnight_of_their_zone() {
        let zone = TimeZone::get("America/Los_Angeles").expect("it is known");
        // 2015-02-01T00:00:00Z is 1422748800; California is eight hours behind it.
        assert_eq!(span(date("2015-02-01"), &TimeZone::UTC), Some((1_422_748_800_000, 1_422_835_200_000)));
        assert_eq!(span(date("2015-02-01"), &zone), Some((1_422_777_600_000, 1_422_864_000_000)));
        // The day on which clocks go forward there has 23 hours.
        let (start, end) = span(date("2015-03-08"), &zone).expect("a day");
        assert_eq!(end - start, 23 * 3_600_000);
    }

    #[test]
    fn a_time_after_a_day_does_not_matter() {
        assert_eq!(day("2015-02-01T10:00:00Z"), day("2015-02-01"));
        assert_eq!(day("2015-02-01x"), None);
        assert_eq!(day("2015-02-30"), None);
        assert_eq!(day("２０１５-02-03"), None);
        assert_eq!(written(date("0815-02-01")), "0815-02-01");
    }
}
