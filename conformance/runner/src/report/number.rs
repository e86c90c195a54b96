//! Numbers and durations as people read them, alike in every form of a report.

use std::time::Duration;

/// The number with a comma between thousands: `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The number of items, with a comma between thousands.
pub(super) fn grouped_count(count: usize) -> String {
    grouped(u64::try_from(count).unwrap_or(u64::MAX))
}

/// The number with its word, in the plural unless it is 1: `1,412 requests`.
#[must_use]
pub fn counted(number: u64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {word}{plural}", grouped(number))
}

/// The duration to about two digits: `3.2 ms`, `212 ms`, `8.1 s`, `2 min 5 s`.
#[must_use]
pub fn lasting(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let milliseconds = seconds * 1000.0;
    // Each limit is where the form before would round up to a digit more.
    if milliseconds < 9.95 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 999.5 {
        format!("{milliseconds:.0} ms")
    } else if seconds < 59.95 {
        format!("{seconds:.1} s")
    } else {
        let whole = duration.as_millis().saturating_add(500) / 1000;
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

/// A moment as reports show it: `2026-11-28 14:05:09 UTC` for `2026-11-28T14:05:09Z`. Other text is returned as
/// it is.
#[must_use]
pub fn moment(rfc3339: &str) -> String {
    let parsed: Result<jiff::Timestamp, _> = rfc3339.parse();
    parsed.map_or_else(|_| rfc3339.to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (61_112, "61,112"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
        assert_eq!((counted(1, "case").as_str(), counted(1412, "case").as_str()), ("1 case", "1,412 cases"));
    }

    #[test]
    fn durations_have_one_form_each() {
        for (micros, text) in [
            (0, "0.0 ms"),
            (3_217, "3.2 ms"),
            (9_960, "10 ms"),
            (212_000, "212 ms"),
            (999_600, "1.0 s"),
            (8_123_000, "8.1 s"),
            (59_970_000, "1 min 0 s"),
            (125_400_000, "2 min 5 s"),
        ] {
            assert_eq!(lasting(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn a_moment_is_a_day_and_a_time() {
        assert_eq!(moment("1970-01-01T00:00:00Z"), "1970-01-01 00:00:00 UTC");
        assert_eq!(moment("yesterday"), "yesterday");
    }
}
