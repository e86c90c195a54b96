//! Patterns for text.

/// A pattern that also takes empty text, which is as if the field were absent.
pub(super) fn or_empty(pattern: &str) -> String {
    format!("^$|{pattern}")
}

/// The pattern of text that spells a whole number within bounds, both included: digits, perhaps with a plus
/// before and a fraction of zero behind. `None` if the bounds leave too many numbers to be listed.
pub(super) fn spelt_number(minimum: Option<f64>, maximum: Option<f64>) -> Option<String> {
    let digits = match (minimum, maximum) {
        (None, None) => "[0-9]+".to_owned(),
        (Some(minimum), None) if minimum <= 0.0 => "[0-9]+".to_owned(),
        (minimum, Some(maximum)) => {
            let (first, last) = (whole(minimum.unwrap_or(0.0).max(0.0).ceil())?, whole(maximum.floor())?);
            format!("0*(?:{})", listed(first, last))
        }
        _ => return None,
    };
    Some(format!(r"^\+?{digits}(?:\.0+)?$"))
}

const MOST_LISTED: u32 = 10_000;

fn whole(number: f64) -> Option<u32> {
    (0..=MOST_LISTED).find(|candidate| (f64::from(*candidate) - number).abs() < 0.5)
}

/// The numbers from `first` to `last`, those that differ in the last digit only as one class.
fn listed(first: u32, last: u32) -> String {
    let mut parts = Vec::new();
    let mut number = first;
    while number <= last {
        let end = last.min(number / 10 * 10 + 9);
        let prefix = if number < 10 { String::new() } else { (number / 10).to_string() };
        let (low, high) = (number % 10, end % 10);
        parts.push(if low == high { format!("{prefix}{low}") } else { format!("{prefix}[{low}-{high}]") });
        number = end + 1;
    }
    parts.join("|")
}
