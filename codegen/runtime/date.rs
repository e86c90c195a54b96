//! Days and instants as answers write them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::answer::{FromJson, Json};
use super::{AnswerError, deserialize_answer, is_date};

/// A day of the Gregorian calendar, as the number of days since 1970-01-01.
///
/// ```
/// use tally_generated::runtime::EpochDay;
///
/// let day = EpochDay::parse("2024-02-29").expect("2024 is a leap year");
/// assert_eq!(day.year_month_day(), (2024, 2, 29));
/// assert_eq!(day.days(), 19_782);
/// assert_eq!(day.to_string(), "2024-02-29");
/// assert_eq!(EpochDay::parse("2023-02-29"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochDay(i64);

/// An instant, as the number of milliseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use tally_generated::runtime::{EpochDay, EpochMillis};
///
/// let instant = EpochMillis::new(1_709_251_199_000);
/// assert_eq!(instant.to_string(), "2024-02-29T23:59:59Z");
/// assert_eq!(instant.day().year_month_day(), (2024, 2, 29));
/// // An hour ahead of UTC the next day has begun.
/// assert_eq!(instant.day_at_offset(60).to_string(), "2024-03-01");
/// assert_eq!(EpochMillis::from(instant.day()).to_string(), "2024-02-29T00:00:00Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EpochMillis(i64);

const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

/// The days from 0000-03-01, on which years that end in February start, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// The days of 400 years, after which the calendar repeats.
const DAYS_OF_400_YEARS: i64 = 146_097;

impl EpochDay {
    /// The day that the text `YYYY-MM-DD` names, or `None` if it names none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !is_date(text) {
            return None;
        }
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        // Counted from March, so that the leap day is a year's last.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Some(Self(year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - DAYS_TO_EPOCH))
    }

    /// The number of days since 1970-01-01; negative before it.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.0
    }

    /// The year, the month from 1 and the day of the month from 1.
    #[must_use]
    pub fn year_month_day(self) -> (i64, u8, u8) {
        let days = self.0 + DAYS_TO_EPOCH;
        let (cycle, day) = (days.div_euclid(DAYS_OF_400_YEARS), days.rem_euclid(DAYS_OF_400_YEARS));
        // Without the leap days that came before, each year has 365 days.
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (year * 365 + year / 4 - year / 100);
        let month = (day * 5 + 2) / 153;
        let day = day - (month * 153 + 2) / 5 + 1;
        let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        let small = |number: i64| u8::try_from(number).unwrap_or_default();
        (cycle * 400 + year + later, small(month), small(day))
    }
}

impl fmt::Display for EpochDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

impl EpochMillis {
    /// The instant so many milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn new(millis: i64) -> Self {
        Self(millis)
    }

    /// The number of milliseconds since 1970-01-01T00:00:00Z; negative before it.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The day in UTC.
    #[must_use]
    pub const fn day(self) -> EpochDay {
        EpochDay(self.0.div_euclid(MILLIS_PER_DAY))
    }

    /// The day in a time zone so many minutes ahead of UTC.
    #[must_use]
    pub fn day_at_offset(self, minutes: i32) -> EpochDay {
        Self(self.0.saturating_add(i64::from(minutes) * 60_000)).day()
    }
}

/// Midnight of that day, UTC.
impl From<EpochDay> for EpochMillis {
    fn from(day: EpochDay) -> Self {
        Self(day.0.saturating_mul(MILLIS_PER_DAY))
    }
}

impl fmt::Display for EpochMillis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.rem_euclid(MILLIS_PER_DAY);
        let (seconds, fraction) = (millis / 1000, millis % 1000);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        write!(formatter, "{}T{hours:02}:{minutes:02}:{:02}", self.day(), seconds % 60)?;
        if fraction != 0 {
            write!(formatter, ".{fraction:03}")?;
        }
        formatter.write_str("Z")
    }
}

/// A number beyond what an `i64` holds becomes the nearest that it does.
impl FromJson for EpochMillis {
    fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
        let millis = json.whole_number("a whole number of milliseconds")?;
        let nearest = if millis < 0 { i64::MIN } else { i64::MAX };
        Ok(Self(i64::try_from(millis).unwrap_or(nearest)))
    }
}

impl<'de> Deserialize<'de> for EpochMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_answer(deserializer)
    }
}
