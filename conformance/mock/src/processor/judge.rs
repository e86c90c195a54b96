//! What becomes of each record: by the generated validator, then by what exists.

use std::collections::{HashMap, HashSet};

use tally_generated::runtime::{Judgement, Pointer, RecordVerdict, Violation};
use tally_spec::model::{Contract, Isolation, Repeated, Rule};

use crate::entities::Entities;
use crate::failure::Failure;
use crate::plan::{Plan, Reference};
use crate::record_table::{RecordRow, RecordTable};
use crate::records::key_of;

/// What is wrong with a record whose key an earlier one has.
const REPEATED: &str = "the request has an earlier record of the same key";

/// More of a name is not shown in a message. Unit: bytes.
const SHOWN: usize = 250;

/// A record that fails.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) index: usize,
    /// The text that the answer has for it.
    pub(crate) text: String,
    /// Why, if the generated validator does not say it.
    pub(crate) why: Option<Failure>,
}

/// What a judgement depends on.
#[derive(Clone, Copy)]
pub(crate) struct JudgeInput<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) plan: &'a Plan,
    pub(crate) judgement: &'a Judgement,
    pub(crate) table: &'a RecordTable<'a, 'a>,
    pub(crate) entities: &'a Entities,
}

/// What records are compared with: what exists.
#[derive(Clone, Copy)]
pub(super) struct References<'a> {
    pub(super) contract: &'a Contract,
    pub(super) plan: &'a Plan,
    /// Whether the records stand in a list.
    pub(super) is_list: bool,
    pub(super) entities: &'a Entities,
}

/// The records that fail, in rising order.
pub(crate) fn failed(input: JudgeInput<'_>) -> Vec<Failed> {
    let mut failed = Vec::new();
    let mut first = HashMap::new();
    for violation in &input.judgement.violations {
        first.entry(violation.record).or_insert(violation);
    }
    let references = input.references();
    for index in 0..input.table.len() {
        if let Some(text) = input.shape_error(index, first.get(&Some(index)).copied()) {
            failed.push(Failed { index, text, why: None });
        } else if let Some((rule, why)) =
            input.table.row(index).and_then(|row| references.missing(index, row))
        {
            let text = rule.message.as_ref().unwrap_or(&input.plan.message).clone();
            failed.push(Failed { index, text, why: Some(why) });
        }
    }
    if input.plan.key.repeated == Repeated::LaterFails {
        input.fail_repeated(&mut failed);
    }
    if input.plan.isolation == Isolation::AllOrNothing && !failed.is_empty() {
        let mut all = Vec::with_capacity(input.table.len());
        let mut known = failed.into_iter().peekable();
        for index in 0..input.table.len() {
            let text = || "another record of the request failed".to_owned();
            let one = known.next_if(|one| one.index == index);
            all.push(one.unwrap_or_else(|| Failed { index, text: text(), why: None }));
        }
        return all;
    }
    failed
}

impl<'a> JudgeInput<'a> {
    fn references(&self) -> References<'a> {
        let Self { contract, plan, table, entities, .. } = *self;
        References { contract, plan, is_list: table.is_list(), entities }
    }

    /// The text for the first rule of the generated validator that a record breaks.
    fn shape_error(&self, index: usize, first: Option<&Violation>) -> Option<String> {
        if self.judgement.records.get(index) == Some(RecordVerdict::Pass) {
            return None;
        }
        let broken = first?;
        let is_its = |rule: &&Rule| rule.statement.principal() == broken.statement && rule.message.is_some();
        let rule = self.plan.rules.iter().find(is_its);
        Some(rule.and_then(|rule| rule.message.clone()).unwrap_or_else(|| self.plan.message.clone()))
    }

    /// Fails the later ones of records with one key.
    fn fail_repeated(&self, failed: &mut Vec<Failed>) {
        let mut seen = HashSet::new();
        let mut later = Vec::new();
        let mut known = failed.iter().map(|one| one.index).peekable();
        for index in 0..self.table.len() {
            if known.next_if_eq(&index).is_some() {
                continue;
            }
            let key = self.table.row(index).and_then(|row| key_of(self.plan, row, self.entities));
            if key.is_some_and(|key| !seen.insert(key)) {
                let why = self.references().repeated(index);
                later.push(Failed { index, text: REPEATED.to_owned(), why: Some(why) });
            }
        }
        failed.extend(later);
        failed.sort_by_key(|one| one.index);
    }
}

impl<'a> References<'a> {
    /// The first rule about what exists that a record breaks, and how.
    pub(super) fn missing(&self, index: usize, row: RecordRow<'_, '_>) -> Option<(&'a Rule, Failure)> {
        self.plan.references.iter().find_map(|reference| {
            let excused = reference.when.as_ref().is_some_and(|when| !row.holds(when))
                || reference.unless.as_ref().is_some_and(|unless| row.holds(unless));
            if excused {
                return None;
            }
            let (element, keyword, message) = self.breaks(reference, row)?;
            let rule = &self.plan.rules[reference.rule];
            let field = rule.constraint.field().unwrap_or_default();
            let pointer = self.pointer(index, field, element);
            let statement = rule.statement.principal().to_owned();
            Some((rule, Failure { record: Some(index), pointer, keyword, statement, message }))
        })
    }

    /// Returns the element, the keyword and the message if a record names what does not exist or does not belong.
    fn breaks(
        &self,
        reference: &Reference,
        row: RecordRow<'_, '_>,
    ) -> Option<(Option<usize>, &'static str, String)> {
        let mut broken = None;
        let kind = reference.kind;
        match &reference.owner {
            None => row.each_named(&reference.named, |element, name| {
                if broken.is_none() && !self.entities.exists(kind, &name) {
                    let message = format!("no {} is named {:?}", self.entities.name(kind), shown(&name));
                    broken = Some((element, "exists", message));
                }
            }),
            Some((owner, owner_kind)) => {
                let owners = row.named(owner);
                row.each_named(&reference.named, |element, name| {
                    let belongs =
                        || owners.iter().any(|of| self.entities.belongs((kind, &name), (*owner_kind, of)));
                    if broken.is_none() && !belongs() {
                        let owner = self.entities.name(*owner_kind);
                        let message = format!("{:?} does not belong to its {owner}", shown(&name));
                        broken = Some((element, "memberOf", message));
                    }
                });
            }
        }
        broken
    }

    /// The failure of a record whose key an earlier one has.
    pub(super) fn repeated(&self, index: usize) -> Failure {
        Failure {
            record: Some(index),
            pointer: self.pointer(index, "", None),
            keyword: "unique",
            statement: self.plan.key.repeated_statement.principal().to_owned(),
            message: REPEATED.to_owned(),
        }
    }

    /// The pointer to a field of a record, or to the record if the field is empty; `element` is the index in
    /// the array, if the field is `array/member`.
    fn pointer(&self, index: usize, field: &str, element: Option<usize>) -> String {
        let mut pointer = Pointer::root();
        if let Some(envelope) = &self.contract.file.service.envelope {
            pointer = pointer.member(envelope);
        }
        pointer = pointer.member(&self.plan.list.name);
        if self.is_list {
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
}

/// As much of a name as a message shows.
fn shown(name: &str) -> &str {
    &name[..name.floor_char_boundary(SHOWN)]
}
