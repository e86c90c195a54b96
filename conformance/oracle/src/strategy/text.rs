//! Texts and dates that stand at the border of what software handles well.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Ends of texts: ASCII, accents, beyond the Basic Multilingual Plane, combining, right-to-left, quotes, markup.
pub(super) const PHRASES: &[&str] = &[
    "plain",
    "two words",
    "na\u{ef}ve \u{e9}l\u{e8}ve",
    "\u{1f469}\u{200d}\u{1f680} \u{1d11e}",
    "e\u{301}\u{323} o\u{308}",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
    "\"double\" 'single' `back`",
    "<b>bold</b> &amp; <script>alert(1)</script>",
    "back\\slash / {brace} [bracket]",
    "50% off; -- comment, a=b&c=d",
    "\u{4e2d}\u{6587} \u{65e5}\u{672c}\u{8a9e}",
    "line\nbreak\tand tab",
];

/// Named texts at a border, for fields of free text.
pub(super) const BORDERS: &[(&str, &str)] = &[
    ("one-character", "x"),
    ("beyond-bmp", "\u{1f469}\u{200d}\u{1f680}\u{1d11e}\u{20bb7}"),
    ("combining", "e\u{301}\u{323}o\u{308}\u{304}"),
    ("right-to-left", "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}"),
    ("quotes", "\"double\" 'single' \u{201c}curly\u{201d} `back` \\ back"),
    ("markup", "<script>alert(\"1\")</script> <b>&amp;</b> &lt; %3C <!-- -->"),
    ("lines", "first\nsecond\r\nthird\tcell"),
    ("looks-like-null", "null"),
    ("looks-like-a-number", "007"),
];

/// How many days [`day`] tells apart.
pub(super) const DAYS: usize = SPECIAL_DAYS.len() + 3653;

const SPECIAL_DAYS: &[Date] = &[
    date(2016, 2, 29),
    date(2000, 2, 29),
    date(2015, 2, 28),
    date(2015, 4, 30),
    date(2015, 1, 31),
    date(2014, 12, 31),
    date(2015, 1, 1),
    date(2015, 3, 8),
    date(2015, 11, 1),
    date(2024, 2, 29),
];

/// The day of that number: a few at borders of the calendar first, then those of ten years; the numbers
/// begin anew at [`DAYS`].
pub(super) fn day(number: usize) -> &'static str {
    static TABLE: LazyLock<Vec<String>> = LazyLock::new(|| (0..DAYS).map(nth_day).collect());
    TABLE.get(number % DAYS).map_or("", String::as_str)
}

fn nth_day(number: usize) -> String {
    let day = SPECIAL_DAYS.get(number).copied().unwrap_or_else(|| {
        let days = i32::try_from(number - SPECIAL_DAYS.len()).unwrap_or(0);
        date(2004, 6, 1).saturating_add(days.days())
    });
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// Text cut to so many characters.
pub(super) fn cut(mut text: String, limit: Option<usize>) -> String {
    if let Some((at, _)) = limit.and_then(|limit| text.char_indices().nth(limit)) {
        text.truncate(at);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn days_differ() {
        let days: HashSet<_> = (0..DAYS).map(day).collect();
        assert_eq!(days.len(), DAYS);
        assert_eq!(day(0), "2016-02-29");
        assert_eq!(day(DAYS), day(0));
    }
}
