//! The places of documented answers, each with its meaning and with the statements that stand behind it.

use serde_json::Value;
use tally_spec::model::{
    Acknowledged, Area, Cites, Contract, Counted, Encoding, OverLimit, PlatformCondition, Positional,
    Response, Whole,
};

/// Which answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The area's answer to records within the limit.
    Records,
    /// The area's answer to a request over the limit.
    OverLimit,
    /// A refusal of the platform, by its status and code.
    Refusal(u16, String),
}

/// What holds a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Within {
    /// The body.
    Body,
    /// Each element of that member's list or, without a name, of the list that the body is.
    Elements(Option<String>),
}

/// A place of an answer: a member, or with no name the body or the element itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) within: Within,
    pub(super) member: Option<String>,
    pub(super) meaning: Meaning,
    /// The statements broken if the place is empty or holds another type.
    pub(super) shape: Vec<String>,
    /// The statements broken if it holds another value.
    pub(super) value: Vec<String>,
    /// The statements broken in the way that is the meaning's own; see [`Meaning`].
    pub(super) own: Vec<String>,
}

/// What a place means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The body, an object.
    Object,
    /// The body, a list of errors.
    Errors,
    /// An object in a list.
    Element,
    /// A count of records.
    Count,
    /// One of these words. Its own way: a word that is none of them.
    Status(Vec<String>),
    /// A fixed text.
    Constant,
    /// Any text that is not empty.
    Text,
    /// A code of the platform's, as documented or, if it is not required, any text.
    Code { required: bool },
    /// A record's value, repeated. Its own way: null in place of the value.
    Echo,
    /// A record's date in milliseconds. Its own way: null in place of the value.
    Instant,
    /// A list of elements. Its own way: more of them than there should be.
    List { ordered: bool },
    /// Whether a record passed.
    Flag,
    /// The size of the next batch: never one of these if it is wrong.
    Size(Vec<usize>),
}

impl Place {
    fn new(within: Within, member: Option<&str>, meaning: Meaning, shape: &[&Cites]) -> Self {
        let shape = Cites::ids(shape.iter().copied());
        let member = member.map(str::to_owned);
        Self { within, member, meaning, value: shape.clone(), own: shape.clone(), shape }
    }

    fn value(self, cites: &[&Cites]) -> Self {
        Self { value: Cites::ids(cites.iter().copied()), ..self }
    }

    fn own(self, cites: &[&Cites]) -> Self {
        Self { own: Cites::ids(cites.iter().copied()), ..self }
    }
}

/// The places of an area's answer to records.
pub(super) fn of_records(contract: &Contract, area: &Area) -> Vec<Place> {
    match contract.response(area) {
        Response::Counting(shape) => counting(contract, area, shape),
        Response::Whole(shape) => whole(area, shape),
        Response::ByPosition(shape) => by_position(area, shape),
        Response::Later(shape) => acknowledged(shape, None),
    }
}

/// The places of an area's answer to a request over the limit.
pub(super) fn over_limit(contract: &Contract, area: &Area) -> Vec<Place> {
    match &area.limit.over {
        OverLimit::Acknowledges { response, statement } => match contract.file.responses.get(response) {
            Some(Response::Later(later)) => acknowledged(later, Some(statement)),
            Some(Response::Counting(_) | Response::Whole(_) | Response::ByPosition(_)) | None => Vec::new(),
        },
        OverLimit::Refuses { statement, .. } => refusal(contract, statement, true),
    }
}

/// The platform's refusals, each with the name of its condition and its places.
pub(super) fn refusals(contract: &Contract) -> Vec<(String, Answer, Vec<Place>)> {
    let conditions = contract.file.service.errors.conditions.iter();
    let each = conditions.map(|error| {
        let answer = Answer::Refusal(error.http_status, error.code.clone());
        (condition_name(error.when), answer, refusal(contract, &error.statement, error.code_required))
    });
    each.collect()
}

/// A condition's name, as contracts spell it.
pub(crate) fn condition_name(condition: PlatformCondition) -> String {
    match serde_json::to_value(condition) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

fn counting(contract: &Contract, area: &Area, shape: &Counted) -> Vec<Place> {
    let Counted { statement, sum_statement: sum, entry_statement: listed, status, entry, .. } = shape;
    let rule = &status.rule_statement;
    let body = |name: &str, meaning, cites: &[&Cites]| Place::new(Within::Body, Some(name), meaning, cites);
    let words = [&status.success, &status.partial, &status.failure].map(Clone::clone).to_vec();
    let mut places = vec![
        Place::new(Within::Body, None, Meaning::Object, &[statement]),
        body(&shape.pass_count, Meaning::Count, &[statement]).value(&[sum, statement, rule]),
        body(&shape.fail_count, Meaning::Count, &[statement]).value(&[sum, listed, statement, rule]),
        body(&status.name, Meaning::Status(words), &[statement, &status.statement])
            .value(&[rule])
            .own(&[&status.statement, rule]),
        body(&shape.errors, Meaning::List { ordered: false }, &[statement, listed])
            .value(&[listed, statement])
            .own(&[&shape.single_entry_statement, listed, rule, &entry.statement]),
    ];
    if let Some(next) = &area.next_batch_size {
        let mut right = next.also.clone();
        right.push(area.limit.maximum);
        let place = body(&shape.next_batch_size, Meaning::Size(right), &[statement, &next.statement]);
        places.push(place.value(&[&next.statement, &area.limit.statement]));
    }
    places.extend(entries(contract, area, shape));
    places
}

/// The places of a counting answer's entries.
fn entries(contract: &Contract, area: &Area, shape: &Counted) -> Vec<Place> {
    let entry = &shape.entry;
    let of = |name: Option<&str>, meaning, cites: &[&Cites]| {
        Place::new(Within::Elements(Some(shape.errors.clone())), name, meaning, cites)
    };
    let mut places = vec![
        of(None, Meaning::Element, &[&entry.statement, &shape.statement])
            .value(&[&shape.entry_statement, &shape.statement]),
    ];
    for constant in &entry.constants {
        places.push(of(Some(&constant.name), Meaning::Constant, &[&entry.statement]));
    }
    places.push(of(Some(&entry.message), Meaning::Text, &[&entry.statement]));
    let reading = &contract.file.reading;
    for echo in &area.echoes {
        let mut value = vec![&echo.statement, &entry.statement];
        let meaning = match echo.encoding {
            Encoding::AsSent => {
                value.extend(&reading.text_unchanged);
                Meaning::Echo
            }
            Encoding::EpochMilliseconds => {
                value.extend(&reading.midnight);
                Meaning::Instant
            }
        };
        let place = of(Some(&echo.name), meaning, &[&echo.statement, &entry.statement]);
        places.push(place.value(&value).own(&[&echo.statement, &entry.statement, &entry.null_statement]));
    }
    places
}

fn whole(area: &Area, shape: &Whole) -> Vec<Place> {
    let body = |name: &str, meaning| Place::new(Within::Body, Some(name), meaning, &[&shape.statement]);
    let words = vec![shape.status.success.clone(), shape.status.failure.clone()];
    vec![
        Place::new(Within::Body, None, Meaning::Object, &[&shape.statement]),
        body(&shape.status.name, Meaning::Status(words))
            .value(&verdicts(area, &[&shape.whole_statement, &shape.statement])),
        body(&shape.message, Meaning::Text),
    ]
}

fn by_position(area: &Area, shape: &Positional) -> Vec<Place> {
    let of = |name: Option<&str>, meaning, cites: &[&Cites]| {
        Place::new(Within::Elements(Some(shape.results.clone())), name, meaning, cites)
    };
    let results = Some(shape.results.as_str());
    vec![
        Place::new(Within::Body, None, Meaning::Object, &[&shape.statement]),
        Place::new(Within::Body, results, Meaning::List { ordered: true }, &[&shape.statement])
            .value(&verdicts(area, &[&shape.statement])),
        of(None, Meaning::Element, &[&shape.statement, &shape.passed.statement]).value(&[&shape.statement]),
        of(Some(&shape.passed.name), Meaning::Flag, &[&shape.passed.statement, &shape.statement])
            .value(&verdicts(area, &[&shape.passed.statement, &shape.statement])),
        of(Some(&shape.message), Meaning::Text, &[&shape.statement]),
    ]
}

/// The statements that a wrong verdict breaks: the shape's, and those that the records are judged by.
fn verdicts<'a>(area: &'a Area, shape: &[&'a Cites]) -> Vec<&'a Cites> {
    let fields = area.fields.iter().map(|field| &field.statement);
    let rules = area.rules.iter().map(|rule| &rule.statement);
    let own = [&area.statement, &area.key.repeated_statement];
    shape.iter().copied().chain(rules).chain(own).chain(fields).collect()
}

fn acknowledged(shape: &Acknowledged, over: Option<&Cites>) -> Vec<Place> {
    let cites: Vec<&Cites> = std::iter::once(&shape.statement).chain(over).collect();
    let place = |name, meaning| Place::new(Within::Body, name, meaning, &cites);
    vec![
        place(None, Meaning::Object),
        place(Some(&shape.status.name), Meaning::Constant),
        place(Some(&shape.message), Meaning::Text),
    ]
}

fn refusal(contract: &Contract, statement: &Cites, required: bool) -> Vec<Place> {
    let errors = &contract.file.service.errors;
    let within = if errors.list { Within::Elements(None) } else { Within::Body };
    let whole = if errors.list { Meaning::Errors } else { Meaning::Object };
    let place = |member, meaning| Place::new(within.clone(), member, meaning, &[statement]);
    let mut places = vec![Place::new(Within::Body, None, whole, &[statement])];
    if errors.list {
        places.push(place(None, Meaning::Element));
    }
    places.push(place(Some(&errors.message), Meaning::Text));
    places.push(place(Some(&errors.code), Meaning::Code { required }));
    places
}
