//! What becomes of each record: by the generated validator, then by what exists.

use std::collections::HashSet;

use tally_generated::runtime::{Judgement, Pointer, RecordVerdict, Violation};
use tally_spec::model::{Area, Contract, Field, Isolation, Repeated, Rule, UnknownThing};

use super::sheet::{Row, Sheet};
use super::state::key_of;
use super::things::Things;

/// A broken rule, as the journal and the judge tell of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// The index of the record, from 0. None where the request as a whole is at fault.
    pub record: Option<usize>,
    /// The JSON Pointer of the value, or of the object that lacks one.
    pub pointer: String,
    /// The JSON Schema keyword, or `exists`, `memberOf` or `unique`, which schemas can't say.
    pub keyword: &'static str,
    /// The statement that the rule comes from. Empty where none does.
    pub statement: String,
    /// What is wrong, for a person.
    pub message: String,
}

/// A record that fails.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) index: usize,
    /// The text that the answer has for it.
    pub(super) text: String,
    /// Why, beyond what the judgement of shape says.
    pub(super) why: Option<Failure>,
}

/// What a judge looks at.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub(super) contract: &'a Contract,
    pub(super) area: &'a Area,
    pub(super) judgement: &'a Judgement,
    pub(super) sheet: &'a Sheet<'a, 'a>,
    pub(super) things: &'a Things,
}

/// The records that fail, in rising order.
pub(super) fn failed(bench: Bench<'_>) -> Vec<Failed> {
    let mut failed = Vec::new();
    for index in 0..bench.sheet.len() {
        if let Some(text) = bench.shape_error(index) {
            failed.push(Failed { index, text, why: None });
        } else if let Some((rule, why)) = bench.sheet.row(index).and_then(|row| bench.missing(index, row)) {
            let text = rule.message.as_ref().unwrap_or(&bench.area.message).clone();
            failed.push(Failed { index, text, why: Some(why) });
        }
    }
    if bench.area.key.repeated == Repeated::LaterFails {
        bench.fail_repeated(&mut failed);
    }
    if bench.area.isolation == Isolation::AllOrNothing && !failed.is_empty() {
        let mut all = Vec::with_capacity(bench.sheet.len());
        let mut known = failed.into_iter().peekable();
        for index in 0..bench.sheet.len() {
            let text = || "another record of the request failed".to_owned();
            let one = known.next_if(|one| one.index == index);
            all.push(one.unwrap_or_else(|| Failed { index, text: text(), why: None }));
        }
        return all;
    }
    failed
}

impl Bench<'_> {
    /// The text for the first broken rule of shape.
    fn shape_error(&self, index: usize) -> Option<String> {
        if self.judgement.records.get(index) == Some(RecordVerdict::Pass) {
            return None;
        }
        let broken = self.judgement.violations.iter().find(|violation| violation.record == Some(index))?;
        let is_its = |rule: &&Rule| rule.statement.principal() == broken.statement && rule.message.is_some();
        let rule = self.area.rules.iter().find(is_its);
        Some(rule.and_then(|rule| rule.message.clone()).unwrap_or_else(|| self.area.message.clone()))
    }

    /// The first rule about what exists that a record breaks, and how.
    fn missing(&self, index: usize, row: Row<'_, '_>) -> Option<(&Rule, Failure)> {
        self.area.rules.iter().find_map(|rule| {
            if rule.exists != Some(UnknownThing::Fails) && rule.member_of.is_none() {
                return None;
            }
            let excused = rule.when.as_ref().is_some_and(|when| !row.holds(when))
                || rule.unless.as_ref().is_some_and(|unless| row.holds(unless));
            if excused {
                return None;
            }
            let (field, element, keyword, message) = self.breaks(rule, row)?;
            let pointer = pointer(self.contract, self.area, self.sheet, index, field, element);
            let statement = rule.statement.principal().to_owned();
            Some((rule, Failure { record: Some(index), pointer, keyword, statement, message }))
        })
    }

    /// The field that names what does not exist, or does not belong, and how it is to be told.
    fn breaks<'r>(
        &self,
        rule: &'r Rule,
        row: Row<'_, '_>,
    ) -> Option<(&'r str, Option<usize>, &'static str, String)> {
        let kind = |field: &str| find(&self.area.fields, field)?.kind.as_deref();
        let field = rule.field.as_deref()?;
        let named = kind(field)?;
        let mut broken = None;
        match rule.member_of.as_deref() {
            None => row.each_named(field, |element, name| {
                if broken.is_none() && !self.things.exists(named, &name) {
                    broken = Some((field, element, "exists", format!("{name:?} names no {named}")));
                }
            }),
            Some(of) => {
                let owner = kind(of)?;
                let owners = row.named(of);
                row.each_named(field, |element, name| {
                    let belongs = owners.iter().any(|of| self.things.belongs((named, &name), (owner, of)));
                    if broken.is_none() && !belongs {
                        broken =
                            Some((field, element, "memberOf", format!("{name:?} is none of its {owner}'s")));
                    }
                });
            }
        }
        broken
    }

    /// Fails the later ones of records with one key.
    fn fail_repeated(&self, failed: &mut Vec<Failed>) {
        let mut seen = HashSet::new();
        let mut later = Vec::new();
        let mut known = failed.iter().map(|one| one.index).peekable();
        for index in 0..self.sheet.len() {
            if known.next_if_eq(&index).is_some() {
                continue;
            }
            let key = self.sheet.row(index).and_then(|row| key_of(self.area, row, self.things));
            if key.is_some_and(|key| !seen.insert(key)) {
                let text = "the request has an earlier record of the same key".to_owned();
                let why = Failure {
                    record: Some(index),
                    pointer: pointer(self.contract, self.area, self.sheet, index, "", None),
                    keyword: "unique",
                    statement: self.area.key.repeated_statement.principal().to_owned(),
                    message: text.clone(),
                };
                later.push(Failed { index, text, why: Some(why) });
            }
        }
        failed.extend(later);
        failed.sort_by_key(|one| one.index);
    }
}

/// A violation of shape as a failure.
pub(super) fn told(violation: &Violation) -> Failure {
    Failure {
        record: violation.record,
        pointer: violation.pointer.to_string(),
        keyword: violation.keyword,
        statement: violation.statement.to_owned(),
        message: violation.message.clone(),
    }
}

/// The pointer to a field of a record, or to the record where the field is empty; `element` is the place in
/// the array, where the field is `array/member`.
fn pointer(
    contract: &Contract,
    area: &Area,
    sheet: &Sheet<'_, '_>,
    index: usize,
    field: &str,
    element: Option<usize>,
) -> String {
    let mut pointer = Pointer::root();
    if let Some(envelope) = &contract.file.service.envelope {
        pointer = pointer.member(envelope);
    }
    pointer = pointer.member(&area.list.name);
    if sheet.is_list() {
        pointer = pointer.index(index);
    }
    for (place, step) in field.split('/').filter(|step| !step.is_empty()).enumerate() {
        if let (1, Some(element)) = (place, element) {
            pointer = pointer.index(element);
        }
        pointer = pointer.member(step);
    }
    pointer.to_string()
}

/// The field at `field`, `object/member` or `array/member`.
pub(super) fn find<'a>(fields: &'a [Field], pointer: &str) -> Option<&'a Field> {
    let (name, rest) = pointer.split_once('/').map_or((pointer, None), |(name, rest)| (name, Some(rest)));
    let field = fields.iter().find(|field| field.name == name)?;
    match rest {
        None => Some(field),
        Some(rest) => find(&field.properties, rest).or_else(|| find(&field.items, rest)),
    }
}
