//! Formats of text.

/// Whether the text is a day of the calendar, `YYYY-MM-DD`.
///
/// ```
/// use tally_generated::runtime::is_date;
///
/// assert!(is_date("2024-02-29"));
/// assert!(!is_date("2023-02-29"));
/// ```
#[must_use]
pub fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && is_date_bytes(bytes)
}

/// Whether the text is a day and a time of day as RFC 3339 writes them, such as
/// `2014-02-01T09:30:00Z`.
///
/// ```
/// use tally_generated::runtime::is_date_time;
///
/// assert!(is_date_time("2024-02-29T09:30:00.5+01:00"));
/// assert!(!is_date_time("2024-02-29"));
/// ```
#[must_use]
pub fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !is_date_bytes(&bytes[..10]) || !matches!(bytes[10], b'T' | b't') {
        return false;
    }
    let (time, rest) = bytes[11..].split_at(8);
    let zone = match rest {
        [b'.', rest @ ..] => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            &rest[digits..]
        }
        _ => rest,
    };
    let (Some((minutes, second)), Some(offset)) = (clock(time), zone_minutes(zone)) else { return false };
    // A leap second ends a day of UTC.
    second < 60 || (minutes - offset).rem_euclid(DAY) == DAY - 1
}

/// Unit: minutes.
const DAY: i32 = 24 * 60;

fn is_date_bytes(bytes: &[u8]) -> bool {
    let (Some(start), Some(&[d1, d2])) = (bytes.first_chunk::<8>(), bytes.last_chunk::<2>()) else {
        return false;
    };
    // Digits become their values, and dashes in their places become zero.
    let parts = u64::from_le_bytes(*start) ^ u64::from_le_bytes(*b"0000-00-");
    let beyond_nine = (parts.wrapping_add(0x7676_7676_7676_7676) | parts) & 0x8080_8080_8080_8080;
    let [y1, y2, y3, y4, dash, m1, m2, other_dash] = parts.to_le_bytes().map(u32::from);
    let Some(day) = two_digits(d1, d2).filter(|_| beyond_nine | u64::from(dash | other_dash) == 0) else {
        return false;
    };
    let year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
    (1..=days_in_month(year, m1 * 10 + m2)).contains(&day)
}

/// The days of that month; 0 if there is no such month. Free of branches, which real dates would mispredict.
fn days_in_month(year: u32, month: u32) -> u32 {
    const DAYS: [u32; 16] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0];
    let leap = year.is_multiple_of(4) & (!year.is_multiple_of(100) | year.is_multiple_of(400));
    DAYS[month.min(15) as usize] + (u32::from(leap) & u32::from(month == 2))
}

/// The minutes since midnight, and the second, which may be a leap second.
fn clock(bytes: &[u8]) -> Option<(i32, i32)> {
    let &[h1, h2, b':', m1, m2, b':', s1, s2] = bytes else { return None };
    let second = below(60 + 1, s1, s2)?;
    Some((below(24, h1, h2)? * 60 + below(60, m1, m2)?, second))
}

/// How far the zone is ahead of UTC. Unit: minutes.
fn zone_minutes(bytes: &[u8]) -> Option<i32> {
    match *bytes {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let minutes = below(24, h1, h2)? * 60 + below(60, m1, m2)?;
            Some(if sign == b'-' { -minutes } else { minutes })
        }
        _ => None,
    }
}

/// The number that two digits spell, or `None` if it is not below the bound.
fn below(bound: u32, tens: u8, units: u8) -> Option<i32> {
    two_digits(tens, units).filter(|number| *number < bound).and_then(|number| i32::try_from(number).ok())
}

fn two_digits(tens: u8, units: u8) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(units)?)
}
