//! The ways of failing a check.

use std::fmt;

macro_rules! keywords {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Tells one way of failing a check from another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Keyword {
            $($(#[$doc])* $name,)*
        }

        impl Keyword {
            /// Every keyword.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in `report.json`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

keywords! {
    /// Something was sent or done more often than it should be.
    Again = "again",
    /// The connection broke.
    Broken = "broken",
    /// Something is claimed about records that were not sent.
    Claim = "claim",
    /// A date is stored as an instant of another day.
    Day = "day",
    /// An error entry repeats a value that was not sent.
    Echo = "echo",
    /// A job does not end.
    End = "end",
    /// There are error entries although nothing failed.
    Entries = "entries",
    /// An error entry lacks a member that repeats a value of its record.
    EntryEcho = "entryEcho",
    /// A constant of an error entry has another value.
    EntryConstant = "entryConstant",
    /// An error entry has no text.
    EntryMessage = "entryMessage",
    /// An error entry has another type.
    EntryType = "entryType",
    /// A word is not one of the documented ones.
    Enum = "enum",
    /// The body of an error is not the documented one.
    ErrorBody = "errorBody",
    /// An answer has a member that no documented answer shows.
    Extra = "extra",
    /// A valid record failed, or a valid request.
    Failed = "failed",
    /// Related requests have different results.
    Fates = "fates",
    /// The HTTP status is another one.
    HttpStatus = "httpStatus",
    /// A body is not JSON.
    Json = "json",
    /// A record is stored that should not be.
    Kept = "kept",
    /// An error entry has null in place of a value that its record has.
    Null = "null",
    /// There is another number of results than of records.
    Length = "length",
    /// A computed field is not the documented mean.
    Mean = "mean",
    /// The media type is another one.
    MediaType = "mediaType",
    /// A date is an instant of its day, but not midnight.
    Midnight = "midnight",
    /// Something that should exist does not.
    Missing = "missing",
    /// Bad records fail others of their batch.
    OthersFail = "othersFail",
    /// A record that must fail passed, or a request.
    Passed = "passed",
    /// An error entry is that of a valid record.
    Passing = "passing",
    /// A request within the limit was queued.
    PutOff = "putOff",
    /// A count is outside its range.
    Range = "range",
    /// Something valid was refused.
    Refused = "refused",
    /// A documented member is missing.
    Required = "required",
    /// Connections broke, and requests were answered only when they were sent again.
    Resent = "resent",
    /// A queued request was answered with results.
    Results = "results",
    /// A server error.
    ServerError = "5xx",
    /// An acknowledgement has another shape.
    Shape = "shape",
    /// A documented text is not shown.
    Shown = "shown",
    /// The size of the next batch is another one.
    Size = "size",
    /// A computed field did not follow its records.
    Stale = "stale",
    /// The status word is another one.
    Status = "status",
    /// The counts do not add up.
    Sum = "sum",
    /// There are more error entries than failed records.
    Surplus = "surplus",
    /// No response within the timeout.
    Timeout = "timeout",
    /// The response contains the token.
    Token = "token",
    /// Fewer records failed than must.
    TooFew = "tooFew",
    /// More records failed than may.
    TooMany = "tooMany",
    /// Something exists more than once.
    Twice = "twice",
    /// A value has another type.
    Type = "type",
    /// A field is stored with another value.
    Value = "value",
    /// A failed record has no error entry.
    WithoutEntry = "withoutEntry",
}

impl fmt::Display for Keyword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_are_distinct() {
        let words: BTreeSet<&str> = Keyword::ALL.iter().map(|keyword| keyword.as_str()).collect();
        assert_eq!(words.len(), Keyword::ALL.len());
    }
}
