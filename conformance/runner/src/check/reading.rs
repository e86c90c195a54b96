//! Reads answers leniently: an integer may be 3.0, members may come in any order.

use serde_json::Value;
use tally_spec::model::{Counted, Response};

use super::Seen;

/// The members of an answer that counts; each is `None` if it is missing or of a wrong type.
#[derive(Debug, Clone, Copy)]
pub struct CountedAnswer<'a> {
    /// The shape that it has.
    pub shape: &'a Counted,
    /// The status word.
    pub status: Option<&'a str>,
    /// Records that passed.
    pub passed: Option<u64>,
    /// Records that failed.
    pub failed: Option<u64>,
    /// The entries for failed records.
    pub entries: Option<&'a [Value]>,
    /// The size of the next batch.
    pub next_batch_size: Option<u64>,
}

impl<'a> CountedAnswer<'a> {
    /// Reads the answer, if it counts records and its HTTP status is the documented one.
    #[must_use]
    pub fn of(seen: &Seen<'a>) -> Option<Self> {
        if !seen.is_answered_in_shape() {
            return None;
        }
        let Response::Counting(shape) = seen.response() else { return None };
        let body = seen.json?.as_object()?;
        Some(Self {
            shape,
            status: body.get(&shape.status.name).and_then(Value::as_str),
            passed: body.get(&shape.pass_count).and_then(integer),
            failed: body.get(&shape.fail_count).and_then(integer),
            entries: body.get(&shape.errors).and_then(Value::as_array).map(Vec::as_slice),
            next_batch_size: body.get(&shape.next_batch_size).and_then(integer),
        })
    }
}

impl CountedAnswer<'_> {
    /// Whether the answer has an entry for each record that it counts as failed. If it has fewer, another check
    /// reports it, and the count says nothing about records.
    #[must_use]
    pub fn has_entries_for_failures(&self) -> bool {
        let entries = self.entries.and_then(|entries| u64::try_from(entries.len()).ok());
        self.failed.is_none_or(|failed| entries.is_none_or(|entries| entries >= failed))
    }

    /// Whether the counts add up to that many records.
    #[must_use]
    pub fn counts(&self, records: usize) -> bool {
        let sum = self.passed.and_then(|passed| passed.checked_add(self.failed?));
        sum.is_some() && sum == u64::try_from(records).ok()
    }
}

/// The value of a whole JSON number, however it is written: `3`, `3.0`, `3e0`.
#[must_use]
pub fn integer(value: &Value) -> Option<u64> {
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    let number = value.as_f64()?;
    let whole = number >= 0.0 && number.fract() == 0.0 && number <= 9_007_199_254_740_992.0;
    // Whole and below 2^53: the text of the float is the integer's.
    if whole { format!("{:.0}", number.abs()).parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_integer_may_be_written_in_many_ways() {
        assert_eq!(integer(&json!(3)), Some(3));
        assert_eq!(integer(&serde_json::from_str("3.0").unwrap()), Some(3));
        assert_eq!(integer(&serde_json::from_str("1e3").unwrap()), Some(1000));
        assert_eq!(integer(&serde_json::from_str("-0.0").unwrap()), Some(0));
        for other in [json!(3.5), json!(-1), json!("3"), json!(null), json!(true)] {
            assert_eq!(integer(&other), None, "{other}");
        }
    }
}
