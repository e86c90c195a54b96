//! A request's body, read once and judged as it is read.

use std::fmt::Debug;

use super::inspect::{Findings, Keeping, Sink};
use super::reader::{Members, NotJson, Read, Reader};
use super::record::{Place, Record, Taken};
use super::{Decoded, Judgement, JsonValue, Observer, Outline, Pointer, RequestVerdict, Verdicts, Violation};

/// Where a request keeps its records, and the statements that say when it is unusable.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The member that holds the list and the request options. `None` if the body itself holds them.
    pub envelope: Option<&'static str>,
    /// The list's member name.
    pub list: &'static str,
    /// Whether one object is accepted in place of a list.
    pub one_object: bool,
    /// Whether the request is judged as a whole: one verdict, and none for each record.
    pub whole: bool,
    /// The statement by which an empty list fails. `None` if an empty list passes.
    pub empty_fails: Option<&'static str>,
    /// The statement that says what is not JSON.
    pub not_json: &'static str,
    /// The statement that says which bodies hold no usable list.
    pub unusable: &'static str,
    /// The statement that says what becomes of a value of a wrong type in the list.
    pub wrong_type: &'static str,
}

/// How an area's requests are read and judged; implemented by generated code.
pub trait Shape<'a> {
    /// The request options: the members in the envelope, apart from the list.
    type Envelope: Debug + Copy + Default + PartialEq;
    /// A record as it was read.
    type Parts: Default;
    /// A record as its type.
    type Record;

    /// Where the records are.
    const LAYOUT: Layout;
    /// Whether a request option stands in for a value that a record lacks.
    const STANDS_IN: bool = false;
    /// Whether the area's limit counts something inside the records rather than the records.
    const COUNTS_WITHIN: bool = false;

    /// Reads the request option of that name, or skips a member that no field names.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    fn read_envelope_member(name: &str, members: &mut Members<'_, 'a>, envelope: &mut Self::Envelope) -> Read<()>;

    /// The first request option of a wrong type, with what was expected.
    fn unusable(envelope: &Self::Envelope) -> Option<(&'static str, &'static str)>;

    /// Reports each request option whose text is not in its closed list.
    fn check_options(_envelope: &Self::Envelope, _options: &mut RequestOptions<'_>) {}

    /// Reads a record.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    fn read(members: &mut Members<'_, 'a>, parts: &mut Self::Parts) -> Read<()>;

    /// Judges a record.
    fn judge(record: &mut Record<'_>, parts: &Self::Parts, envelope: &Self::Envelope);

    /// What a record adds to the count that the area's limit bounds: 1, unless the limit counts something inside it.
    fn counted(_parts: &Self::Parts) -> usize {
        1
    }

    /// The record as its type, or `None` if a value does not fit that type.
    fn build(parts: &Self::Parts) -> Option<Self::Record>;

    /// Hands a record over, with its JSON.
    fn hand_over(json: &'a str, parts: &Self::Parts, gather: &mut dyn Gather<'a>);

    /// Hands over the request options.
    fn hand_over_envelope(_envelope: &Self::Envelope, gather: &mut dyn Gather<'a>) {
        gather.envelope(&[]);
    }
}

/// Receives the contents of a request while it is judged, in the order of its text: every record, whether or not it
/// breaks a rule.
///
/// If a name comes twice the later member stands, so records already handed over may be withdrawn by a second
/// [`Gather::start`]. Discard everything that was handed over if the request is rejected.
pub trait Gather<'a> {
    /// Starts the records, withdrawing any handed over before: those of a list, or one object in its place.
    fn start(&mut self, is_list: bool);
    /// A record: its JSON, and its values in the order of the spec's fields. `None` if it is not an object.
    fn record(&mut self, json: &'a str, values: Option<&[&JsonValue<'a>]>);
    /// How many rules of shape the record breaks that was handed over last.
    fn verdict(&mut self, _broken: usize) {}
    /// The request options, in the order of the spec's fields, once the whole request has been read.
    fn envelope(&mut self, values: &[JsonValue<'a>]);
    /// What the judgement keeps of what is found. Asked once, before anything is read.
    fn keeping(&self) -> Keeping {
        Keeping::All
    }
}

/// Judges a body.
#[must_use]
pub fn judge_body<'a, S: Shape<'a>>(body: &'a [u8]) -> Judgement {
    decode::<S>(body, Wanted::Verdicts)
}

/// Judges a body and hands its contents over.
pub fn gather_body<'a, S: Shape<'a>>(body: &'a [u8], gather: &mut dyn Gather<'a>) -> Judgement {
    decode::<S>(body, Wanted::Values(gather))
}

/// Judges a body and returns the records that break no rule.
#[must_use]
pub fn read_body<'a, S: Shape<'a>>(body: &'a [u8]) -> Decoded<S::Record> {
    let mut records = Vec::new();
    let judgement = decode::<S>(body, Wanted::Records(&mut records));
    Decoded { records, judgement }
}

/// Judges a body and hands on what is found, in memory that does not grow with it.
pub fn inspect_body<'a, S: Shape<'a>>(body: &'a [u8], observer: &mut dyn Observer) -> Outline {
    let Ok(text) = std::str::from_utf8(body) else { return hand_on(not_json::<S>(NotJson::NotUtf8, ""), observer) };
    let mut reader = Reader::new(text);
    let mut batch = Batch::<S>::new(Wanted::Verdicts);
    batch.findings = Findings::count(!S::LAYOUT.whole);
    match batch.read(&mut reader) {
        Ok(()) => batch.hand_on(&mut reader, observer),
        Err(error) => hand_on(reader_error::<S>(error, &reader), observer),
    }
}

/// What to produce from a request, apart from its judgement.
enum Wanted<'r, 'a, S: Shape<'a>> {
    Verdicts,
    Records(&'r mut Vec<S::Record>),
    Values(&'r mut dyn Gather<'a>),
}

fn decode<'a, S: Shape<'a>>(body: &'a [u8], wanted: Wanted<'_, 'a, S>) -> Judgement {
    let Ok(text) = simdutf8::basic::from_utf8(body) else { return not_json::<S>(NotJson::NotUtf8, "") };
    let mut reader = Reader::new(text);
    let mut batch = Batch::<S>::new(wanted);
    match batch.read(&mut reader) {
        Ok(()) => batch.judgement(),
        Err(error) => {
            batch.clear();
            reader_error::<S>(error, &reader)
        }
    }
}

fn reader_error<'a, S: Shape<'a>>(error: NotJson, reader: &Reader<'a>) -> Judgement {
    let before = reader.since(0);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    not_json::<S>(error, &format!(", at line {line} column {column}"))
}

fn not_json<'a, S: Shape<'a>>(error: NotJson, place: &str) -> Judgement {
    let message = format!("the body is not JSON: {error}{place}");
    reject(violation(Pointer::root(), "type", S::LAYOUT.not_json, message))
}

/// What was found in place of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    Nothing,
    /// A value that is neither a list nor, if one is accepted, an object.
    NoList,
    /// A list, or one object, that starts at this offset.
    Records(usize),
}

/// A request being read.
struct Batch<'r, 'o, 'a, S: Shape<'a>> {
    wanted: Wanted<'r, 'a, S>,
    /// The object with the list, or what was found instead.
    holder: JsonValue<'a, ()>,
    /// The body itself, which holds the envelope.
    body: JsonValue<'a, ()>,
    list: Found,
    envelope: S::Envelope,
    /// The request options known when the records were judged.
    judged_with: S::Envelope,
    findings: Findings<'o>,
    counted: usize,
}

impl<'r, 'a, S: Shape<'a>> Batch<'r, '_, 'a, S> {
    fn new(wanted: Wanted<'r, 'a, S>) -> Self {
        let keeping = match &wanted {
            Wanted::Values(gather) => gather.keeping(),
            Wanted::Verdicts | Wanted::Records(_) => Keeping::All,
        };
        Self {
            wanted,
            holder: JsonValue::Absent,
            body: JsonValue::Absent,
            list: Found::Nothing,
            envelope: S::Envelope::default(),
            judged_with: S::Envelope::default(),
            findings: Findings::keep(keeping, !S::LAYOUT.whole),
            counted: 0,
        }
    }

    fn read(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        match S::LAYOUT.envelope {
            None => {
                let mut holder = JsonValue::Absent;
                reader.value_with(&mut holder, |members, ()| self.read_holder(members))?;
                self.holder = holder;
            }
            Some(envelope) => {
                let mut body = JsonValue::Absent;
                reader.value_with(&mut body, |members, ()| self.read_envelope(members, envelope))?;
                self.body = body;
            }
        }
        reader.end()?;
        // Request options may have come after the list, or changed.
        if let (true, Found::Records(place)) = (S::STANDS_IN, self.list)
            && self.judged_with != self.envelope
        {
            reader.back_to(place);
            self.read_list(reader)?;
        }
        Ok(())
    }

    fn read_envelope(&mut self, members: &mut Members<'_, 'a>, envelope: &str) -> Read<()> {
        while let Some(name) = members.name()? {
            if name == envelope {
                let mut holder = JsonValue::Absent;
                members.object(&mut holder, |members, ()| self.read_holder(members))?;
                self.holder = holder;
            } else {
                members.skip()?;
            }
        }
        Ok(())
    }

    fn read_holder(&mut self, members: &mut Members<'_, 'a>) -> Read<()> {
        self.list = Found::Nothing;
        self.envelope = S::Envelope::default();
        self.clear();
        while let Some(name) = members.name()? {
            if name == S::LAYOUT.list {
                members.read(|reader| self.read_list(reader))?;
            } else {
                S::read_envelope_member(&name, members, &mut self.envelope)?;
            }
        }
        Ok(())
    }

    /// Reads the list, or whatever is in its place, and discards an earlier one.
    fn read_list(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        self.clear();
        self.judged_with = self.envelope;
        let next = reader.peek();
        self.list = Found::Records(reader.place());
        if let Wanted::Values(gather) = &mut self.wanted {
            gather.start(next == Some(b'['));
        }
        let (root, data, list);
        root = Place::Root;
        data = S::LAYOUT.envelope.map_or(root, |name| Place::Member(&root, name));
        list = Place::Member(&data, S::LAYOUT.list);
        match next {
            Some(b'[') => {
                let mut more = reader.open_list()?;
                while more {
                    let at = Place::Index(&list, self.findings.records());
                    self.read_record(reader, at)?;
                    more = reader.next_element()?;
                }
                Ok(())
            }
            Some(b'{') if S::LAYOUT.one_object => self.read_record(reader, list),
            _ => {
                self.list = Found::NoList;
                reader.skip().map(drop)
            }
        }
    }

    #[inline]
    fn read_record(&mut self, reader: &mut Reader<'a>, at: Place<'_>) -> Read<()> {
        let before = self.findings.violations();
        let next = reader.peek();
        let start = reader.place();
        if next == Some(b'{') {
            let mut parts = S::Parts::default();
            reader.object(&mut parts, S::read)?;
            let index = self.findings.records();
            S::judge(&mut Record::new(at, index, &mut self.findings), &parts, &self.envelope);
            self.counted += S::counted(&parts);
            match &mut self.wanted {
                Wanted::Records(records) if self.findings.violations() == before => {
                    records.extend(S::build(&parts));
                }
                Wanted::Values(gather) => S::hand_over(reader.since(start), &parts, *gather),
                _ => {}
            }
        } else {
            self.counted += usize::from(!S::COUNTS_WITHIN);
            reader.skip()?;
            if let Wanted::Values(gather) = &mut self.wanted {
                gather.record(reader.since(start), None);
            }
            self.no_object(at);
        }
        let broken = self.findings.violations() - before;
        self.findings.verdict(broken == 0);
        if let Wanted::Values(gather) = &mut self.wanted {
            gather.verdict(broken);
        }
        Ok(())
    }

    #[cold]
    fn no_object(&mut self, at: Place<'_>) {
        let message = "the record must be an object".to_owned();
        let wrong = violation(at.pointer(), "type", S::LAYOUT.wrong_type, message);
        self.findings.push(Violation { record: Some(self.findings.records()), ..wrong });
    }

    fn clear(&mut self) {
        self.findings.clear();
        self.counted = 0;
        if let Wanted::Records(records) = &mut self.wanted {
            records.clear();
        }
    }

    fn judgement(mut self) -> Judgement {
        if let Some(violation) = self.unusable() {
            self.clear();
            return reject(violation);
        }
        if let Wanted::Values(gather) = &mut self.wanted {
            S::hand_over_envelope(&self.envelope, *gather);
        }
        self.finish();
        let counted = self.counted;
        let (records, violations) = self.findings.into_kept();
        Judgement { request: RequestVerdict::Accept, records, violations, counted }
    }

    /// Hands on what is found in a body that was read before, and so is known to be JSON.
    fn hand_on(self, reader: &mut Reader<'a>, observer: &mut dyn Observer) -> Outline {
        if let Some(violation) = self.unusable() {
            return hand_on(reject(violation), observer);
        }
        let Self { holder, body, list, envelope, .. } = self;
        let (wanted, judged_with, counted) = (Wanted::Verdicts, envelope, 0);
        let findings = Findings::hand_on(observer, !S::LAYOUT.whole);
        let mut again =
            Batch::<S> { wanted, holder, body, list, envelope, judged_with, findings, counted };
        if let Found::Records(place) = list {
            reader.back_to(place);
            let known = again.read_list(reader);
            debug_assert_eq!(known, Ok(()), "the list was read before");
        }
        again.finish();
        again.findings.outline(again.counted)
    }

    /// Judges what concerns the request rather than one record.
    fn finish(&mut self) {
        let layout = S::LAYOUT;
        if layout.whole {
            if let (0, Some(statement)) = (self.findings.records(), layout.empty_fails) {
                let message = "the list must not be empty".to_owned();
                self.findings.push(violation(list_pointer(layout), "minItems", statement, message));
            }
            self.findings.whole();
        }
        S::check_options(&self.envelope, &mut RequestOptions { layout, violations: &mut self.findings });
    }

    /// Why the request cannot be used, or `None` if it can.
    fn unusable(&self) -> Option<Violation> {
        let layout = S::LAYOUT;
        let said = |at, keyword, message| Some(violation(at, keyword, layout.unusable, message));
        let holder = || holder_pointer(layout);
        if let Some(envelope) = layout.envelope {
            if !matches!(self.body, JsonValue::Object(())) {
                return said(Pointer::root(), "type", "the body must be an object".to_owned());
            }
            if self.holder == JsonValue::Absent {
                return said(Pointer::root(), "required", format!("`{envelope}` is missing"));
            }
        }
        if !matches!(self.holder, JsonValue::Object(())) {
            return said(holder(), "type", "must be an object".to_owned());
        }
        match self.list {
            Found::Nothing => return said(holder(), "required", format!("`{}` is missing", layout.list)),
            Found::NoList => {
                return said(list_pointer(layout), "type", format!("`{}` must be a list", layout.list));
            }
            Found::Records(_) => {}
        }
        let (name, wanted) = S::unusable(&self.envelope)?;
        said(holder().member(name), "type", format!("`{name}` must be {wanted}"))
    }
}

/// The request options while their values are checked.
///
/// A value outside a closed list leaves the records' verdicts alone: no statement says what becomes of such a request.
pub struct RequestOptions<'v> {
    layout: Layout,
    violations: &'v mut dyn Sink,
}

impl RequestOptions<'_> {
    /// Text is one of a closed list, or empty: keyword `enum`.
    pub fn one_of(&mut self, name: &str, value: &JsonValue<'_>, values: &[&str], statement: &'static str) {
        let text = value.text().filter(|text| !text.is_empty() && !values.contains(&text.as_ref()));
        if text.is_some() {
            let message = format!("`{name}` must be one of {}", values.join(", "));
            self.violations.push(violation(holder_pointer(self.layout).member(name), "enum", statement, message));
        }
    }
}

/// A request option whose type is not accepted, with what was expected; `None` if its type is accepted.
#[must_use]
pub fn wrong_envelope(
    name: &'static str,
    part: &JsonValue<'_>,
    taken: Taken,
    wanted: &'static str,
) -> Option<(&'static str, &'static str)> {
    (!taken.takes(part)).then_some((name, wanted))
}

fn holder_pointer(layout: Layout) -> Pointer {
    layout.envelope.map_or_else(Pointer::root, |envelope| Pointer::root().member(envelope))
}

fn list_pointer(layout: Layout) -> Pointer {
    holder_pointer(layout).member(layout.list)
}

fn violation(pointer: Pointer, keyword: &'static str, statement: &'static str, message: String) -> Violation {
    Violation { pointer, keyword, statement, record: None, message }
}

/// Hands on the judgement of a request that is rejected.
fn hand_on(judgement: Judgement, observer: &mut dyn Observer) -> Outline {
    let Judgement { request, records, violations, counted } = judgement;
    let (failed, broken) = (records.failed().len(), violations.len());
    for violation in violations {
        observer.violation(violation);
    }
    Outline { request, records: records.len(), failed, violations: broken, counted }
}

fn reject(violation: Violation) -> Judgement {
    Judgement {
        request: RequestVerdict::Reject,
        records: Verdicts::default(),
        violations: vec![violation],
        counted: 0,
    }
}
