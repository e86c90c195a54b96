//! A request's body, read once and judged as it is read.

use std::fmt::Debug;

use super::reader::{Members, NotJson, Read, Reader};
use super::record::{Place, Record, Taken};
use super::{Decoded, Judgement, Part, Pointer, RecordVerdict, RequestVerdict, Verdicts, Violation};

/// Where a request keeps its records, and the statements for what makes it unusable.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The member that holds the list and what stands beside it. None where the body itself does.
    pub envelope: Option<&'static str>,
    /// The list's member name.
    pub list: &'static str,
    /// Whether one object is taken in place of a list.
    pub one_object: bool,
    /// Whether the request has one verdict, and no record one of its own.
    pub whole: bool,
    /// The statement by which an empty list fails, where it does.
    pub empty_fails: Option<&'static str>,
    /// The statement that says what is not JSON.
    pub not_json: &'static str,
    /// The statement that says which bodies hold no usable list.
    pub unusable: &'static str,
    /// The statement that says what becomes of a value of a wrong type in the list.
    pub wrong_type: &'static str,
}

/// What the generated code of an area knows of its requests.
pub trait Shape<'a> {
    /// What stands beside the list.
    type Beside: Debug + Copy + Default + PartialEq;
    /// A record as it was read.
    type Parts: Default;
    /// A record as its type.
    type Record;

    /// Where the records are.
    const LAYOUT: Layout;
    /// Whether values beside the list stand in for values of records.
    const STANDS_IN: bool = false;
    /// Whether the area's limit counts something in the records, and not the records.
    const COUNTS_WITHIN: bool = false;

    /// Takes the member of that name, which stands beside the list; skips one that no field names.
    ///
    /// # Errors
    ///
    /// Where the text is no JSON.
    fn read_beside(name: &str, members: &mut Members<'_, 'a>, beside: &mut Self::Beside) -> Read<()>;

    /// The first field beside the list that has a wrong type, with what is wanted.
    fn unusable(beside: &Self::Beside) -> Option<(&'static str, &'static str)>;

    /// Reads a record.
    ///
    /// # Errors
    ///
    /// Where the text is no JSON.
    fn read(members: &mut Members<'_, 'a>, parts: &mut Self::Parts) -> Read<()>;

    /// Judges a record.
    fn judge(record: &mut Record<'_>, parts: &Self::Parts, beside: &Self::Beside);

    /// What the area's limit counts of a record: one, unless it counts something in it.
    fn counted(_parts: &Self::Parts) -> usize {
        1
    }

    /// The record as its type, where its values are of the types that it has.
    fn build(parts: &Self::Parts) -> Option<Self::Record>;

    /// Hands a record over, with its JSON.
    fn hand_over(json: &'a str, parts: &Self::Parts, gather: &mut dyn Gather<'a>);

    /// Hands over what stands beside the list.
    fn hand_over_beside(_beside: &Self::Beside, gather: &mut dyn Gather<'a>) {
        gather.beside(&[]);
    }
}

/// Is handed what a request holds as it is judged, in the order of its text: every record, whether or not it
/// breaks a rule.
///
/// Of two members with one name the later stands, so records that were handed over may be taken back. Of a
/// request that is refused what was handed over is worth nothing.
pub trait Gather<'a> {
    /// The records start, as if none had been handed over before: in a list, or one in a list's place.
    fn start(&mut self, is_list: bool);
    /// A record: its JSON, and its values, each in its field's place. No values where it is no object.
    fn record(&mut self, json: &'a str, values: Option<&[&Part<'a>]>);
    /// The values beside the list, each in its field's place, once all of the request was read.
    fn beside(&mut self, values: &[Part<'a>]);
}

/// Judges a body.
#[must_use]
pub fn judge_body<'a, S: Shape<'a>>(body: &'a [u8]) -> Judgement {
    decode::<S>(body, Wanted::Verdicts)
}

/// Judges a body and hands over what it holds.
pub fn gather_body<'a, S: Shape<'a>>(body: &'a [u8], gather: &mut dyn Gather<'a>) -> Judgement {
    decode::<S>(body, Wanted::Values(gather))
}

/// Judges a body and gives the records that break no rule.
#[must_use]
pub fn read_body<'a, S: Shape<'a>>(body: &'a [u8]) -> Decoded<S::Record> {
    let mut records = Vec::new();
    let judgement = decode::<S>(body, Wanted::Records(&mut records));
    Decoded { records, judgement }
}

/// What is wanted of a request beside its judgement.
enum Wanted<'r, 'a, S: Shape<'a>> {
    Verdicts,
    Records(&'r mut Vec<S::Record>),
    Values(&'r mut dyn Gather<'a>),
}

fn decode<'a, S: Shape<'a>>(body: &'a [u8], wanted: Wanted<'_, 'a, S>) -> Judgement {
    let Ok(text) = std::str::from_utf8(body) else { return not_json::<S>(NotJson::NotUtf8, "") };
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

/// What was found in the list's place.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    Nothing,
    /// A value that is no list, nor an object where one is taken.
    NoList,
    /// A list, or one object, that starts at this place of the text.
    Records(usize),
}

/// A request while it is read.
struct Batch<'r, 'a, S: Shape<'a>> {
    wanted: Wanted<'r, 'a, S>,
    /// What stands where the object with the list should.
    holder: Part<'a, ()>,
    /// The body itself, which holds the envelope.
    body: Part<'a, ()>,
    list: Found,
    beside: S::Beside,
    /// What stood beside the list, as far as it was known when the records were judged.
    judged_with: S::Beside,
    verdicts: Verdicts,
    violations: Vec<Violation>,
    counted: usize,
}

impl<'r, 'a, S: Shape<'a>> Batch<'r, 'a, S> {
    fn new(wanted: Wanted<'r, 'a, S>) -> Self {
        Self {
            wanted,
            holder: Part::Absent,
            body: Part::Absent,
            list: Found::Nothing,
            beside: S::Beside::default(),
            judged_with: S::Beside::default(),
            verdicts: Verdicts::default(),
            violations: Vec::new(),
            counted: 0,
        }
    }

    fn read(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        match S::LAYOUT.envelope {
            None => {
                let mut holder = Part::Absent;
                reader.value_with(&mut holder, |members, ()| self.read_holder(members))?;
                self.holder = holder;
            }
            Some(envelope) => {
                let mut body = Part::Absent;
                reader.value_with(&mut body, |members, ()| self.read_envelope(members, envelope))?;
                self.body = body;
            }
        }
        reader.end()?;
        // What stands beside the list may have come after it, or changed.
        if let (true, Found::Records(place)) = (S::STANDS_IN, self.list)
            && self.judged_with != self.beside
        {
            reader.back_to(place);
            self.read_list(reader)?;
        }
        Ok(())
    }

    fn read_envelope(&mut self, members: &mut Members<'_, 'a>, envelope: &str) -> Read<()> {
        while let Some(name) = members.name()? {
            if name == envelope {
                let mut holder = Part::Absent;
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
        self.beside = S::Beside::default();
        self.clear();
        while let Some(name) = members.name()? {
            if name == S::LAYOUT.list {
                members.read(|reader| self.read_list(reader))?;
            } else {
                S::read_beside(&name, members, &mut self.beside)?;
            }
        }
        Ok(())
    }

    /// Reads what stands in the list's place, and forgets what stood there before.
    fn read_list(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        self.clear();
        self.judged_with = self.beside;
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
                    let at = Place::Index(&list, self.verdicts.len());
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
        let before = self.violations.len();
        let next = reader.peek();
        let start = reader.place();
        if next == Some(b'{') {
            let mut parts = S::Parts::default();
            reader.object(&mut parts, S::read)?;
            let index = self.verdicts.len();
            S::judge(&mut Record::new(at, index, &mut self.violations), &parts, &self.beside);
            self.counted += S::counted(&parts);
            match &mut self.wanted {
                Wanted::Records(records) if self.violations.len() == before => {
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
        let passed = self.violations.len() == before;
        self.verdicts.push(if passed { RecordVerdict::Pass } else { RecordVerdict::Fail });
        Ok(())
    }

    #[cold]
    fn no_object(&mut self, at: Place<'_>) {
        let message = "the record is not an object".to_owned();
        let wrong = violation(at.pointer(), "type", S::LAYOUT.wrong_type, message);
        self.violations.push(Violation { record: Some(self.verdicts.len()), ..wrong });
    }

    fn clear(&mut self) {
        self.verdicts = Verdicts::default();
        self.violations.clear();
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
            S::hand_over_beside(&self.beside, *gather);
        }
        let layout = S::LAYOUT;
        if layout.whole {
            if let (true, Some(statement)) = (self.verdicts.is_empty(), layout.empty_fails) {
                let message = "the list is empty".to_owned();
                self.violations.push(violation(list_pointer(layout), "minItems", statement, message));
            }
            let passed = self.violations.is_empty();
            self.verdicts = [if passed { RecordVerdict::Pass } else { RecordVerdict::Fail }].into_iter().collect();
        }
        Judgement {
            request: RequestVerdict::Accept,
            records: self.verdicts,
            violations: self.violations,
            counted: self.counted,
        }
    }

    /// Why the request can't be used, where it can't.
    fn unusable(&self) -> Option<Violation> {
        let layout = S::LAYOUT;
        let said = |at, keyword, message| Some(violation(at, keyword, layout.unusable, message));
        let holder = || holder_pointer(layout);
        if let Some(envelope) = layout.envelope {
            if !matches!(self.body, Part::Object(())) {
                return said(Pointer::root(), "type", "the body is not an object".to_owned());
            }
            if self.holder == Part::Absent {
                return said(Pointer::root(), "required", format!("`{envelope}` is missing"));
            }
        }
        if !matches!(self.holder, Part::Object(())) {
            return said(holder(), "type", "what should hold the list is not an object".to_owned());
        }
        match self.list {
            Found::Nothing => return said(holder(), "required", format!("`{}` is missing", layout.list)),
            Found::NoList => {
                return said(list_pointer(layout), "type", format!("`{}` is not a list", layout.list));
            }
            Found::Records(_) => {}
        }
        let (name, wanted) = S::unusable(&self.beside)?;
        said(holder().member(name), "type", format!("`{name}` is not {wanted}"))
    }
}

/// A field beside the list that has a type that is not taken, with what is wanted.
#[must_use]
pub fn wrong_beside(
    name: &'static str,
    part: &Part<'_>,
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

fn reject(violation: Violation) -> Judgement {
    Judgement {
        request: RequestVerdict::Reject,
        records: Verdicts::default(),
        violations: vec![violation],
        counted: 0,
    }
}
