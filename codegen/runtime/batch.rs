//! A request's body: the list of records, and what stands beside it.

use serde_json::{Map, Value};

use super::{Judgement, Pointer, Record, RecordVerdict, RequestVerdict, Violation};

/// Where a request keeps its records, and the statements for what makes it unusable.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The member that holds the list and what stands beside it. None where the body itself does.
    pub envelope: Option<&'static str>,
    /// The list's member name.
    pub list: &'static str,
    /// Whether one object is taken in place of a list.
    pub one_object: bool,
    /// The statement that says what is not JSON.
    pub not_json: &'static str,
    /// The statement that says which bodies hold no usable list.
    pub unusable: &'static str,
    /// The statement that says what becomes of a value of a wrong type in the list.
    pub wrong_type: &'static str,
}

/// A request's records, with what stands beside them.
#[derive(Debug)]
pub struct Batch<'a> {
    layout: Layout,
    beside: &'a Map<String, Value>,
    list: &'a Value,
    at: Pointer,
}

impl Batch<'_> {
    /// Parses a body and hands its batch to `judge`; a body that cannot be used is rejected.
    #[must_use]
    pub fn judge(
        body: &[u8],
        layout: Layout,
        judge: impl FnOnce(&Batch<'_>) -> Result<Judgement, Violation>,
    ) -> Judgement {
        let body: Value = match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(error) => {
                let message = format!("the body is not JSON: {error}");
                return reject(violation(Pointer::root(), "type", layout.not_json, message));
            }
        };
        Batch::open(&body, layout).and_then(|batch| judge(&batch)).unwrap_or_else(reject)
    }
}

impl<'a> Batch<'a> {
    fn open(body: &'a Value, layout: Layout) -> Result<Self, Violation> {
        let mut at = Pointer::root();
        let mut beside = object(body, &at, layout)?;
        if let Some(envelope) = layout.envelope {
            let value = member(beside, envelope, &at, layout)?;
            at = at.member(envelope);
            beside = object(value, &at, layout)?;
        }
        let list = member(beside, layout.list, &at, layout)?;
        if !(list.is_array() || layout.one_object && list.is_object()) {
            let message = format!("`{}` is not a list", layout.list);
            return Err(violation(at.member(layout.list), "type", layout.unusable, message));
        }
        Ok(Self { layout, beside, list, at })
    }

    /// The value beside the list, where it is of the type that `taken` looks for.
    ///
    /// # Errors
    ///
    /// A violation where it is of another type: the request cannot be used. Null is as if absent.
    pub fn beside<T>(
        &self,
        name: &str,
        wanted: &str,
        taken: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Violation> {
        match self.beside.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => taken(value).map(Some).ok_or_else(|| {
                let message = format!("`{name}` is not {wanted}");
                violation(self.at.member(name), "type", self.layout.unusable, message)
            }),
        }
    }

    /// Judges each record for itself.
    pub fn each(&self, counted: Option<&str>, mut judge: impl FnMut(&mut Record<'a, '_>)) -> Judgement {
        let mut judgement = Judgement {
            request: RequestVerdict::Accept,
            records: Vec::new(),
            violations: Vec::new(),
            counted: 0,
        };
        let at = self.at.member(self.layout.list);
        for (index, value) in self.elements().iter().enumerate() {
            let at = if self.list.is_array() { at.index(index) } else { at.clone() };
            let before = judgement.violations.len();
            if let Value::Object(members) = value {
                judge(&mut Record::new(members, at, index, &mut judgement.violations));
                judgement.counted += counted.map_or(1, |field| length(members.get(field)));
            } else {
                let message = "the record is not an object".to_owned();
                let wrong = violation(at, "type", self.layout.wrong_type, message);
                judgement.violations.push(Violation { record: Some(index), ..wrong });
                judgement.counted += usize::from(counted.is_none());
            }
            let passed = judgement.violations.len() == before;
            judgement.records.push(if passed { RecordVerdict::Pass } else { RecordVerdict::Fail });
        }
        judgement
    }

    /// Judges the request whole: one verdict, which an empty list fails by the statement given.
    pub fn whole(
        &self,
        counted: Option<&str>,
        empty: Option<&'static str>,
        judge: impl FnMut(&mut Record<'a, '_>),
    ) -> Judgement {
        let mut judgement = self.each(counted, judge);
        if let Some(statement) = empty.filter(|_| self.elements().is_empty()) {
            let at = self.at.member(self.layout.list);
            let message = "the list is empty".to_owned();
            judgement.violations.push(violation(at, "minItems", statement, message));
        }
        let passed = judgement.violations.is_empty();
        judgement.records = vec![if passed { RecordVerdict::Pass } else { RecordVerdict::Fail }];
        judgement
    }

    fn elements(&self) -> &'a [Value] {
        match self.list {
            Value::Array(elements) => elements,
            one => std::slice::from_ref(one),
        }
    }
}

fn length(list: Option<&Value>) -> usize {
    list.and_then(Value::as_array).map_or(0, Vec::len)
}

fn object<'a>(value: &'a Value, at: &Pointer, layout: Layout) -> Result<&'a Map<String, Value>, Violation> {
    value
        .as_object()
        .ok_or_else(|| violation(at.clone(), "type", layout.unusable, format!("`{at}` is not an object")))
}

fn member<'a>(
    of: &'a Map<String, Value>,
    name: &str,
    at: &Pointer,
    layout: Layout,
) -> Result<&'a Value, Violation> {
    of.get(name)
        .ok_or_else(|| violation(at.clone(), "required", layout.unusable, format!("`{name}` is missing")))
}

fn violation(pointer: Pointer, keyword: &'static str, statement: &'static str, message: String) -> Violation {
    Violation { pointer, keyword, statement, record: None, message }
}

fn reject(violation: Violation) -> Judgement {
    Judgement {
        request: RequestVerdict::Reject,
        records: Vec::new(),
        violations: vec![violation],
        counted: 0,
    }
}
