//! Calendar days, and days with a time behind them.

use jiff::civil::Date;

/// The day that `YYYY-MM-DD` spells; `None` if it is another text or no day of the calendar.
pub(super) fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = digits(&bytes[..4])?;
    let (month, day) = (digits(&bytes[5..7])?, digits(&bytes[8..])?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Whether text has the form of RFC 3339's date-time.
pub(super) fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_at_checked(10) else { return false };
    day(date).is_some() && time.starts_with(['T', 't']) && is_time(&time.as_bytes()[1..])
}

/// Whether text begins with a day and goes on as if with a time of that day, in whatever form.
pub(super) fn is_day_with_more(text: &str) -> bool {
    text.split_at_checked(10)
        .is_some_and(|(date, rest)| day(date).is_some() && rest.starts_with(['T', 't', ' ']))
}

fn is_time(bytes: &[u8]) -> bool {
    if bytes.len() < 9 || bytes[2] != b':' || bytes[5] != b':' {
        return false;
    }
    let mut rest = &bytes[8..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    let [Some(hour), Some(minute), Some(second)] = [&bytes[..2], &bytes[3..5], &bytes[6..8]].map(digits)
    else {
        return false;
    };
    let Some(ahead) = offset(rest) else { return false };
    if hour > 23 || minute > 59 || second > 60 {
        return false;
    }
    // The one minute of a day, by UTC, that may have a second more.
    second < 60 || (60 * hour + minute - ahead + 2 * 1440) % 1440 == 1439
}

/// Minutes that an offset is ahead of UTC.
fn offset(bytes: &[u8]) -> Option<i16> {
    match bytes {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            let ahead = if *sign == b'+' { 60 * hours + minutes } else { -(60 * hours + minutes) };
            (hours < 24 && minutes < 60).then_some(ahead)
        }
        _ => None,
    }
}

fn digits(bytes: &[u8]) -> Option<i16> {
    bytes
        .iter()
        .try_fold(0_i16, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar_are_days() {
        for text in ["2015-02-28", "2016-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert!(day(text).is_some(), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_day() {
        for text in [
            "2015-02-29",
            "1900-02-29",
            "2015-04-31",
            "2015-00-01",
            "2015-13-01",
            "2015-01-00",
            "2015-2-3",
            "20150203",
            "2015/02/03",
            "2015-02-03T",
            " 2015-02-03",
            "２０１５-02-03",
            "-015-02-03",
            "",
        ] {
            assert!(day(text).is_none(), "{text}");
        }
    }

    #[test]
    fn date_times_are_told_from_days() {
        for text in ["2015-02-03T10:11:12Z", "2015-02-03t10:11:12.5+01:00"] {
            assert!(is_date_time(text), "{text}");
        }
        for text in ["2015-02-03", "2015-02-03 10:11:12", "2015-02-03T10:11:12", "2015-02-30T10:11:12Z"] {
            assert!(!is_date_time(text), "{text}");
        }
    }
}
