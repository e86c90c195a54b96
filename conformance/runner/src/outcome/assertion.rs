//! What is documented of the responses to a finding's requests, in a form that other programs can check.

use serde_json::Value as Json;
pub use tally_oracle::oracle::Acceptable;

/// An expectation of a response: of the last one, unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assertion {
    /// There is a whole response in time.
    Answered,
    /// The HTTP status is in one of these ranges, both ends included.
    Status(Vec<(u16, u16)>),
    /// The response has this media type, with or without parameters.
    MediaType(String),
    /// Neither the headers nor the body contain the token.
    NoToken,
    /// The body is JSON, and what stands at this path passes the test.
    Json(Path, Test),
    /// Two members are whole numbers with this sum, each in a range of its own.
    Sum {
        /// The members.
        members: [String; 2],
        /// The sum.
        total: u64,
        /// The least and the greatest value of each.
        ranges: [(u64, u64); 2],
    },
    /// The status word is the one for the counts.
    Word {
        /// The member with the word.
        member: String,
        /// The members with the counts of passed and failed records.
        counts: [String; 2],
        /// The words if none failed, if some did, and if all did.
        words: [String; 3],
        /// The word that is due, if the outcome of each record is known.
        due: Option<String>,
    },
    /// A list has at least, or at most, as many elements as another member counts.
    LengthIsCount {
        /// The list.
        list: String,
        /// The member that counts.
        count: String,
        /// Whether it must have so many at least; otherwise it may have so many at most.
        at_least: bool,
    },
    /// Error entries belong to records.
    Belong(Belonging),
    /// The last responses have the same results as the first one.
    SameResults {
        /// Where a response holds its results.
        results: Results,
        /// How many responses come after the first one; their results are taken together.
        others: usize,
        /// Whether the results come in reverse order.
        reversed: bool,
        /// What one record more adds to the results of the first response: a pass or a failure.
        added: Option<bool>,
        /// How many records must pass and fail in the last response, if the outcome of each is known.
        last: Option<(u64, u64)>,
    },
}

/// Which error entries there may and must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belonging {
    /// The member with the list of entries.
    pub list: String,
    /// The records that may fail: for each member of an entry, what it may be.
    pub records: Vec<Vec<(String, Acceptable)>>,
    /// Those of the records that must have an entry, by their place in `records`.
    pub with_entry: Vec<usize>,
    /// A member that shows the finding, with the value that was wrong.
    pub wrong: Option<(String, Json)>,
}

/// Where a response holds the results of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Results {
    /// In two members that count the passed and the failed.
    Counts([String; 2]),
    /// In a list, whose elements have a Boolean member.
    Flags {
        /// The list.
        list: String,
        /// The member.
        member: String,
    },
    /// In a word for the whole request.
    Word {
        /// The member.
        member: String,
        /// The word of success.
        success: String,
    },
}

/// A path into JSON.
pub type Path = Vec<Step>;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into a member of an object.
    Member(String),
    /// Into an element of a list.
    Element(usize),
    /// Into each element of a list, of which there are so many at least.
    Each(usize),
}

/// A test of a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It equals one of these.
    OneOf(Vec<Json>),
    /// It is a whole number, however it is written, and in this range.
    Whole(u64, u64),
    /// It is text, and not empty.
    Text,
    /// It is text.
    AnyText,
    /// It is an object.
    Object,
    /// It is a list of a length in this range.
    List(usize, usize),
    /// It is there, whatever it is.
    Present,
    /// It is not there.
    Absent,
    /// It is absent, null, zero or an empty list: nothing is claimed.
    Nothing,
    /// It equals none of these; it may be absent.
    NoneOf(Vec<Json>),
}

impl Assertion {
    /// An assertion about a member of the response.
    #[must_use]
    pub fn member(name: &str, test: Test) -> Self {
        Self::Json(vec![Step::Member(name.to_owned())], test)
    }

    /// An assertion that the HTTP status is this one.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status(vec![(status, status)])
    }
}
