//! Which records of a request are the same thing's.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;
use tally_spec::model::{Area, KeyPart, Unkeyed};

use super::Oracle;
use super::finding::{Findings, Place};
use super::record::Judge;
use super::request::Request;

/// The places of records that share a key, group by group, in the request's order.
///
/// Texts are folded before they are compared, so that what some endpoint may take for one key is one here.
pub(super) fn shared(oracle: &Oracle, area: &Area, request: &Request<'_>) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, element) in request.records.iter().enumerate() {
        if let Some(key) = judge(oracle, area, request, element).and_then(|judge| judge.key()) {
            groups.entry(key).or_default().push(index);
        }
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// Whether two records' keys are the same value for value, so that no endpoint tells them apart: where a part
/// has no value, it is absent, null or empty in both.
pub(super) fn equal(oracle: &Oracle, area: &Area, request: &Request<'_>, pair: (usize, usize)) -> bool {
    let parts = |index: usize| {
        let judge = judge(oracle, area, request, request.records.get(index)?)?;
        area.key.parts.iter().map(|part| judge.as_written(part)).collect::<Option<Vec<_>>>()
    };
    parts(pair.0).is_some_and(|one| parts(pair.1) == Some(one))
}

/// The places of records that are the same, value for value, as one before them.
pub(super) fn equal_behind(request: &Request<'_>) -> Vec<usize> {
    let mut seen = HashSet::new();
    let records = request.records.iter().enumerate();
    records.filter(|(_, record)| !seen.insert(*record)).map(|(index, _)| index).collect()
}

fn judge<'a>(
    oracle: &'a Oracle,
    area: &'a Area,
    request: &'a Request<'_>,
    element: &'a Value,
) -> Option<Judge<'a>> {
    Some(Judge {
        oracle,
        area,
        envelope: &request.envelope,
        members: element.as_object()?,
        place: Place::Pointer(""),
        found: Findings::default(),
        missing: Vec::new(),
    })
}

impl Judge<'_> {
    /// The record's key; `None` if it has no value in any part and is then a thing of its own.
    fn key(&self) -> Option<String> {
        let mut key = String::new();
        let mut has_any = false;
        for part in &self.area.key.parts {
            key.push('\u{1f}');
            if let Some((field, value)) = self.standing(part) {
                has_any = true;
                self.fold(field, value, &mut key);
            }
        }
        (has_any || self.area.key.unkeyed == Unkeyed::Keyed).then_some(key)
    }

    /// The field that stands for a part of the key, with its value.
    fn standing<'p>(&self, part: &'p KeyPart) -> Option<(&'p String, &Value)> {
        let counts = part.when.as_ref().is_none_or(|condition| self.holds(condition).plainly);
        part.fields().filter(|_| counts).find_map(|field| Some((field, self.effective(field)?)))
    }

    /// The members of a part of the key as they are written, up to the one that stands for it; `None` if
    /// another reading may have the part count, or not.
    fn as_written(&self, part: &KeyPart) -> Option<Vec<Option<Value>>> {
        let counts = part.when.as_ref().map(|condition| self.holds(condition));
        if counts.is_some_and(|counts| !counts.surely) {
            return None;
        }
        if counts.is_some_and(|counts| !counts.plainly) {
            return Some(Vec::new());
        }
        let stands = self.standing(part).map(|(field, _)| field);
        let mut written = Vec::new();
        for field in part.fields() {
            written.push(self.member_at(field).cloned());
            if Some(field) == stands {
                break;
            }
        }
        Some(written)
    }

    fn fold(&self, path: &str, value: &Value, key: &mut String) {
        let kind = self.area.field_at(path).and_then(|field| field.kind.as_deref());
        match (value, kind) {
            (Value::String(text), Some(kind)) if self.oracle.things.row(kind, text).is_some() => {
                key.extend(self.oracle.things.row(kind, text));
            }
            (Value::String(text), Some(kind)) if self.oracle.things.has_ids(kind) => {
                key.push_str(self.oracle.things.identity(kind, text));
            }
            (Value::String(text), _) => key.extend(text.trim().chars().flat_map(char::to_lowercase)),
            (value, _) => key.push_str(&value.to_string()),
        }
    }
}
