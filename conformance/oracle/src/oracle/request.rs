//! A request's body, opened: the records and the request options.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Cites, Contract, Field, JsonType, PlatformCondition};

use super::finding::Place;
use super::{Expectation, Reason};

/// The members of an object.
pub(super) type Members = Map<String, Value>;

/// A body whose records can be judged.
#[derive(Debug)]
pub(super) struct Request<'r> {
    /// The elements of the list.
    pub(super) records: Vec<&'r Value>,
    /// The pointer to the list, or to the one object in its place.
    pub(super) list: String,
    /// Whether one object stands in place of the list.
    pub(super) one_object: bool,
    /// The request options.
    pub(super) envelope: Envelope<'r>,
}

impl Request<'_> {
    /// The place of a record.
    pub(super) fn place(&self, index: usize) -> Place<'_> {
        if self.one_object { Place::Pointer(&self.list) } else { Place::Listed(&self.list, index) }
    }
}

/// The request options, as far as it matters to every record.
#[derive(Debug, Default)]
pub(super) struct Envelope<'r> {
    /// Values that stand in for a record's own.
    pub(super) stand_ins: Vec<StandIn<'r>>,
    /// What leaves every record open.
    pub(super) open: Vec<Reason>,
    /// Closed lists that lack an option's value. What becomes of such a request is open too.
    pub(super) outside: Vec<Reason>,
    /// What every record's passing rests on.
    pub(super) premises: Vec<&'r str>,
}

/// A request option that stands in for a record's.
#[derive(Debug)]
pub(super) struct StandIn<'r> {
    /// The record's field.
    pub(super) stands_in_for: &'r str,
    /// The value, if there is one: neither null nor empty.
    pub(super) given: Option<&'r Value>,
    /// The value if it can stand in: one of the record field's closed list.
    pub(super) usable: Option<&'r Value>,
    /// Whether it could after all, by a generous reading.
    pub(super) doubtful: bool,
    /// Statements for it.
    pub(super) cites: &'r Cites,
}

/// Whether a value is neither null nor empty text.
pub(super) fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => true,
    }
}

/// The JSON type of a value; none for null.
pub(super) fn json_type(value: &Value) -> Option<JsonType> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some(JsonType::Boolean),
        Value::Number(_) => Some(JsonType::Number),
        Value::String(_) => Some(JsonType::String),
        Value::Array(_) => Some(JsonType::Array),
        Value::Object(_) => Some(JsonType::Object),
    }
}

/// Whether a field takes a value's JSON type.
pub(super) fn is_taken(field: &Field, value: &Value) -> bool {
    json_type(value).is_some_and(|found| field.takes(found))
}

/// Opens a body.
///
/// # Errors
///
/// The reason for which it is refused whole.
pub(super) fn open<'r>(
    contract: &'r Contract,
    area: &'r Area,
    body: &'r Value,
) -> Result<Request<'r>, Box<Reason>> {
    let root = Place::Pointer("");
    let wrapper = contract.file.service.envelope.as_deref();
    let place = wrapper.map_or(root, |name| root.member(name));
    let members = find_members(contract, body, &root, &place)?;
    let name = area.list.name.as_str();
    let (records, one_object) = match members.get(name) {
        None => return refuse(contract, &place, "required", format!("`{name}` is missing")),
        Some(Value::Array(records)) => (records.iter().collect(), false),
        Some(one @ Value::Object(_)) if area.list.one_object.is_some() => (vec![one], true),
        Some(_) => {
            return refuse(contract, &place.member(name), "type", format!("`{name}` is no list"));
        }
    };
    for field in &area.envelope {
        let found = members.get(&field.name).filter(|value| !value.is_null());
        if found.is_some_and(|value| !is_taken(field, value)) {
            let because = format!("`{}` has a wrong type", field.name);
            return refuse(contract, &place.member(&field.name), "type", because);
        }
    }
    let mut envelope = read_envelope(contract, area, members, &place);
    if wrapper.is_some() && body.as_object().is_some_and(|top| top.len() > 1) {
        envelope.open.push(unknown_member(area, &root, "the body holds more than its one member"));
    }
    if let (true, Some(cites)) = (one_object, &area.list.one_object) {
        envelope.premises.extend(cites.iter());
    }
    Ok(Request { records, list: place.member(name).pointer(), one_object, envelope })
}

/// The object that holds the list.
fn find_members<'r>(
    contract: &'r Contract,
    body: &'r Value,
    root: &Place<'_>,
    place: &Place<'_>,
) -> Result<&'r Members, Box<Reason>> {
    let Some(top) = body.as_object() else {
        return refuse(contract, root, "type", "the body is no object".to_owned());
    };
    let Some(name) = &contract.file.service.envelope else { return Ok(top) };
    match top.get(name) {
        None => refuse(contract, root, "required", format!("`{name}` is missing")),
        Some(Value::Object(members)) => Ok(members),
        Some(_) => refuse(contract, place, "type", format!("`{name}` is no object")),
    }
}

fn refuse<T>(
    contract: &Contract,
    place: &Place<'_>,
    keyword: &str,
    because: String,
) -> Result<T, Box<Reason>> {
    let (statements, keyword) = (Cites::ids([&contract.file.reading.unusable]), keyword.to_owned());
    Err(Box::new(Reason { statements, pointer: place.pointer(), keyword, because }))
}

fn read_envelope<'r>(
    contract: &'r Contract,
    area: &'r Area,
    members: &'r Members,
    place: &Place<'_>,
) -> Envelope<'r> {
    let reading = &contract.file.reading;
    let mut envelope = Envelope::default();
    let mut known = usize::from(members.contains_key(&area.list.name));
    for field in &area.envelope {
        let found = members.get(&field.name);
        known += usize::from(found.is_some());
        match found {
            Some(Value::Null) => envelope.premises.extend(reading.null_is_absent.iter()),
            Some(Value::String(text)) if text.is_empty() => {
                envelope.premises.extend(reading.empty_optional.iter());
            }
            Some(Value::String(text))
                if field.closed.as_ref().is_some_and(|closed| !closed.contains(text)) =>
            {
                let because = "a request option has a value that its closed list lacks";
                let open = unknown_member(area, &place.member(&field.name), because);
                let statements = Cites::ids([&field.statement]);
                envelope.outside.push(Reason { statements, keyword: "enum".to_owned(), ..open.clone() });
                envelope.open.push(open);
            }
            _ => {}
        }
        if let Some(stands_in_for) = &field.stands_in_for {
            let given = found.filter(|value| has_value(value));
            envelope.stand_ins.push(stand_in(area, field, stands_in_for, given));
        }
    }
    if members.len() > known {
        envelope.open.push(unknown_member(area, place, "the request has an unknown option"));
    }
    envelope
}

fn stand_in<'r>(
    area: &'r Area,
    field: &'r Field,
    stands_in_for: &'r str,
    given: Option<&'r Value>,
) -> StandIn<'r> {
    let record_field = area.fields.iter().find(|candidate| candidate.name == stands_in_for);
    let closed = record_field.and_then(|field| field.closed.as_ref());
    let among = |text: &str| closed.is_none_or(|closed| closed.iter().any(|value| value == text));
    let usable = given.filter(|value| value.as_str().is_none_or(among));
    let doubtful = usable.is_none()
        && given.and_then(Value::as_str).is_some_and(|text| text.trim().is_empty() || among(text.trim()));
    let cites = field.stands_in_statement.as_ref().unwrap_or(&field.statement);
    StandIn { stands_in_for, given, usable, doubtful, cites }
}

fn unknown_member(area: &Area, place: &Place<'_>, because: &str) -> Reason {
    Reason {
        statements: Cites::ids([&area.statement]),
        pointer: place.pointer(),
        keyword: "open".to_owned(),
        because: because.to_owned(),
    }
}

/// What is expected of bytes that could not be read as JSON.
pub(super) fn unreadable(contract: &Contract, bytes: &[u8]) -> Expectation {
    let error = serde_json::from_slice::<Value>(bytes).err();
    let said = error.as_ref().map_or_else(String::new, ToString::to_string);
    let not_json = &contract.file.reading.not_json;
    let refusal = contract.file.service.errors.conditions.iter();
    let refusal = refusal.clone().find(|error| error.when == PlatformCondition::NotJson);
    let platform = refusal.map_or(not_json, |refusal| &refusal.statement);
    let reason = |statements| Reason {
        statements,
        pointer: String::new(),
        keyword: "type".to_owned(),
        because: format!("the body is not JSON: {said}"),
    };
    // Whether an endpoint decodes these is its parser's affair: how deep it goes, how it mends text.
    let doubtful = ["recursion limit", "surrogate", "hex escape", "number out of range"];
    if std::str::from_utf8(bytes).is_err() || doubtful.iter().any(|words| said.contains(words)) {
        return Expectation::Unsettled(reason(Cites::ids([not_json])));
    }
    let read = bytes.starts_with(b"\xEF\xBB\xBF") || said.contains("trailing characters");
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    let by_our_reading = read || has(b"NaN") || has(b"Infinity");
    let statements = if by_our_reading { Cites::ids([platform, not_json]) } else { Cites::ids([platform]) };
    Expectation::Refused { condition: PlatformCondition::NotJson, reason: reason(statements) }
}
