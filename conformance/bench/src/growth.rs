//! Bodies that want more time than they are worth.

use crate::contestants::Contestant;
use crate::samples::{median, seconds};

/// A kind of hostile body: its name, and how one of about so many bytes is made.
pub type Hostile = (&'static str, fn(usize) -> Vec<u8>);

/// Every kind. All are for the area of usage data.
pub const ALL: [Hostile; 8] = [
    ("unknown names in one record", unknown_names),
    ("one name over and over", repeated_name),
    ("unknown names with lists in custom fields", nested_custom_fields),
    ("the list over and over", repeated_list),
    ("long digits", long_digits),
    ("escapes in one text", escapes),
    ("lists, 100 deep", deep),
    ("records that are none", no_records),
];

/// What one kind takes at two sizes. Unit: nanoseconds a byte.
pub struct Linear {
    /// The kind.
    pub name: &'static str,
    /// At 100 kB.
    pub small: f64,
    /// At 1 MB.
    pub large: f64,
}

impl Linear {
    /// What a byte of the large one takes, as a share of what one of the small one does: 1 where time is
    /// linear, 10 where it grows with the square.
    #[must_use]
    pub fn growth(&self) -> f64 {
        self.large / self.small
    }
}

/// Measures every kind.
///
/// # Panics
///
/// If the area is not generated, which is a bug here.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "bodies are far smaller than 2^52 bytes")]
pub fn measure() -> Vec<Linear> {
    let area = tally_generated::gsapi_v1::CONTRACT.area("usage").expect("the area is generated");
    let judge = area.judge;
    let ours = Contestant { name: "ours", run: Box::new(move |body| judge(body).violations.len()) };
    let kind = |&(name, make): &Hostile| {
        let (small, large) = (make(100_000), make(1_000_000));
        let a_byte = |body: &[u8]| seconds(&ours, body) / body.len() as f64 * 1e9;
        let rounds: Vec<(f64, f64)> = (0..7).map(|_| (a_byte(&small), a_byte(&large))).collect();
        let (small, large) = rounds.into_iter().unzip();
        Linear { name, small: median(small), large: median(large) }
    };
    ALL.iter().map(kind).collect()
}

fn record(inside: &str) -> Vec<u8> {
    format!(r#"{{"data":{{"usage":[{{{inside}}}],"usageLevel":"USERLEVEL"}}}}"#).into_bytes()
}

fn many(size: usize, one: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(size + 64);
    let mut index = 0;
    while text.len() < size {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&one(index));
        index += 1;
    }
    text
}

fn unknown_names(size: usize) -> Vec<u8> {
    record(&many(size, |index| format!(r#""unknown{index}":{index}"#)))
}

fn repeated_name(size: usize) -> Vec<u8> {
    record(&many(size, |index| format!(r#""account":"{index}""#)))
}

fn nested_custom_fields(size: usize) -> Vec<u8> {
    let members = many(size, |index| format!(r#""f{}":[{index}]"#, index / 2));
    record(&format!(r#""obj":{{{members}}}"#))
}

fn repeated_list(size: usize) -> Vec<u8> {
    let lists = many(size, |_| r#""usage":[{"account":3},{"account":4}]"#.to_owned());
    format!(r#"{{"data":{{{lists}}}}}"#).into_bytes()
}

fn long_digits(size: usize) -> Vec<u8> {
    record(&format!(r#""account":0.{}"#, "1".repeat(size)))
}

fn escapes(size: usize) -> Vec<u8> {
    record(&format!(r#""account":"{}""#, r"\u0041\n".repeat(size / 8)))
}

fn deep(size: usize) -> Vec<u8> {
    let one = format!("{}{}", "[".repeat(100), "]".repeat(100));
    record(&many(size, |index| format!(r#""u{index}":{one}"#)))
}

fn no_records(size: usize) -> Vec<u8> {
    format!(r#"{{"data":{{"usage":[{}]}}}}"#, many(size, |_| "3".to_owned())).into_bytes()
}
