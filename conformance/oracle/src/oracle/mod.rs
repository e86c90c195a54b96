//! Says what a request's answer may be, by reading the spec.
//!
//! Nothing here asks the generated validators or the schemas. [`Oracle::expect`] gives each record one of
//! three fates with what it rests on, [`Oracle::shape`] the rules of shape alone, [`Answers`] the counts
//! that the fates allow, and [`Echoes`] the records that an error entry can belong to.

mod alike;
mod answers;
mod attribution;
mod checksum;
mod date;
mod echo;
mod expectation;
mod finding;
mod keys;
mod matching;
mod numeral;
mod record;
mod request;
mod rules;
mod things;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regex_lite::Regex;
use serde_json::Value;
use tally_spec::model::{
    Area, Cites, Contract, ExampleKind, Field, Isolation, OverLimit, Repeated, Response, Unkeyed,
};

pub use answers::Answers;
pub use attribution::{Attribution, Foreign};
pub use checksum::checksum;
pub use echo::{Acceptable, Difference, Echoes};
pub use expectation::{Body, Expectation, Expected, Fate, Reason};
pub(crate) use value::{is_type_name, names_a_type};

use finding::Findings;
use request::{Request, open, unreadable};
use tally_fixtures::Fixtures;
use things::Things;

/// Knows a contract and what the target's organisation holds.
#[derive(Debug)]
pub struct Oracle {
    contract: Arc<Contract>,
    fixtures: Arc<Fixtures>,
    things: Things,
    patterns: BTreeMap<String, Regex>,
    /// Statements on a time of day behind a date, wherever the contract speaks of one.
    date_times: Vec<Cites>,
    /// By area: the additional members that the worked requests show, in lower case.
    shown: BTreeMap<String, BTreeSet<String>>,
}

/// What the rules of shape say of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Why the request is refused whole; `None` if its records are judged.
    pub refused: Option<Reason>,
    /// For each record the rules of shape that it breaks: what is missing, then its fields, then rules on
    /// values, each in the spec's order. Where an empty list fails whole, one entry that says so.
    pub records: Vec<Vec<Reason>>,
    /// The closed lists that lack the value of a request option.
    pub options: Vec<Reason>,
    /// How much the request holds of what the area's limit counts.
    pub counted: usize,
}

impl Oracle {
    /// An oracle for a contract at an organisation, with copies of both.
    #[must_use]
    pub fn new(contract: &Contract, fixtures: &Fixtures) -> Self {
        Self::shared(Arc::new(contract.clone()), Arc::new(fixtures.clone()))
    }

    /// An oracle for a contract at an organisation, which it shares with others.
    #[must_use]
    pub fn shared(contract: Arc<Contract>, fixtures: Arc<Fixtures>) -> Self {
        let patterns =
            contract.areas.iter().flat_map(|area| &area.rules).filter_map(|rule| rule.constraint.pattern());
        let compile = |pattern: &str| Some((pattern.to_owned(), Regex::new(pattern).ok()?));
        Self {
            things: Things::new(&contract, &fixtures),
            patterns: patterns.filter_map(compile).collect(),
            date_times: date_times(&contract),
            shown: contract.areas.iter().map(|area| (area.name.clone(), shown_members(area))).collect(),
            contract,
            fixtures,
        }
    }

    /// What is expected of a request with that body.
    #[must_use]
    pub fn expect(&self, area: &Area, body: &Value) -> Expectation {
        let request = match open(&self.contract, area, body) {
            Ok(request) => request,
            Err(reason) => {
                let condition = tally_spec::model::PlatformCondition::Unusable;
                return Expectation::Refused { condition, reason: *reason };
            }
        };
        if area.counted(request.records.iter().copied()) > area.limit.maximum {
            return self.over_limit(area, &request);
        }
        if request.records.is_empty() {
            return self.empty(area, &request);
        }
        let mut records: Vec<Expected> =
            self.judge_each(area, &request).into_iter().map(Findings::expected).collect();
        let repeated_keys = self.reckon_with_keys(area, &request, &mut records);
        match self.contract.response(area) {
            Response::Whole(_) => Expectation::Whole(whole(records)),
            response @ (Response::Counting(_) | Response::ByPosition(_) | Response::Later(_)) => {
                if area.isolation == Isolation::AllOrNothing {
                    undo_all(response, &request.list, &mut records);
                }
                Expectation::Records { records, repeated_keys }
            }
        }
    }

    /// What is expected of a request with those bytes, JSON or not.
    #[must_use]
    pub fn expect_bytes(&self, area: &Area, body: &Body) -> Expectation {
        match &body.value {
            Some(value) => self.expect(area, value),
            None => unreadable(&self.contract, &body.bytes),
        }
    }

    /// What the rules of shape alone say of a body: what validators and schemas must agree with.
    #[must_use]
    pub fn shape(&self, area: &Area, body: &Value) -> Shape {
        let request = match open(&self.contract, area, body) {
            Ok(request) => request,
            Err(reason) => {
                let (records, options) = (Vec::new(), Vec::new());
                return Shape { refused: Some(*reason), records, options, counted: 0 };
            }
        };
        let mut records: Vec<_> = self.judge_each(area, &request).into_iter().map(Findings::shape).collect();
        if records.is_empty()
            && let Some(reason) = self.empty_fails(area, &request)
        {
            records.push(vec![reason]);
        }
        let counted = area.counted(request.records.iter().copied());
        Shape { refused: None, records, options: request.envelope.outside, counted }
    }

    /// The echoes of an area's error entries, as this organisation's time zone has them.
    #[must_use]
    pub fn echoes<'o>(&'o self, area: &'o Area) -> Echoes<'o> {
        Echoes::new(&self.contract, area, &self.fixtures, &self.things)
    }

    fn judge_each<'r>(&'r self, area: &'r Area, request: &'r Request<'r>) -> Vec<Findings<'r>> {
        let judge = |(index, element): (usize, &&'r Value)| {
            record::judge(self, area, &request.envelope, element, request.place(index))
        };
        request.records.iter().enumerate().map(judge).collect()
    }

    fn over_limit(&self, area: &Area, request: &Request<'_>) -> Expectation {
        if matches!(area.limit.over, OverLimit::Refuses { .. }) {
            return Expectation::OverLimitRefused;
        }
        let records: Vec<Expected> =
            self.judge_each(area, request).into_iter().map(Findings::expected).collect();
        let plain = records.iter().all(|record| record.fate == Fate::Passes);
        let mut refusable = records.into_iter().filter(|record| record.may_refuse);
        let reason = refusable.find_map(|record| record.reasons.into_iter().next());
        reason.map_or(Expectation::Acknowledged { plain }, Expectation::Unsettled)
    }

    fn empty(&self, area: &Area, request: &Request<'_>) -> Expectation {
        match self.empty_fails(area, request) {
            None => Expectation::Empty,
            Some(reason) => Expectation::Whole(Expected {
                fate: Fate::Fails,
                reasons: vec![reason],
                may_refuse: false,
                premises: Vec::new(),
            }),
        }
    }

    /// Why an empty list fails, in an area that judges requests whole and says so.
    fn empty_fails(&self, area: &Area, request: &Request<'_>) -> Option<Reason> {
        let cites = area.list.empty_fails.as_ref()?;
        matches!(self.contract.response(area), Response::Whole(_)).then(|| Reason {
            statements: Cites::ids([cites]),
            pointer: request.list.clone(),
            keyword: "minItems".to_owned(),
            because: "the list is empty".to_owned(),
        })
    }

    /// What shared keys do to the fates; the statements for it if keys are shared.
    fn reckon_with_keys(&self, area: &Area, request: &Request<'_>, records: &mut [Expected]) -> Vec<String> {
        let groups = keys::shared(self, area, request);
        let cites = &area.key.repeated_statement;
        for group in &groups {
            match area.key.repeated {
                Repeated::LaterFails => self.fail_later(area, request, group, records),
                Repeated::LaterStands | Repeated::LastCounts => {
                    for index in group {
                        if let Some(record) = records.get_mut(*index)
                            && record.fate == Fate::Passes
                        {
                            record.premises.extend(Cites::ids([cites]));
                        }
                    }
                }
            }
        }
        let mut premises = if groups.is_empty() { Vec::new() } else { Cites::ids([cites]) };
        if area.key.unkeyed == Unkeyed::New {
            // That each is a thing of its own is a reading of the key, and so is that equal ones pass.
            let key = Cites::ids([&area.key.statement]);
            for index in keys::equal_behind(request) {
                if let Some(record) = records.get_mut(index).filter(|record| record.fate == Fate::Passes) {
                    record.premises.extend(key.iter().cloned());
                    premises
                        .extend(key.iter().filter(|id| !premises.contains(id)).cloned().collect::<Vec<_>>());
                }
            }
        }
        premises
    }

    /// Of records with one key, those behind the first that passes fail; if it is open whether one
    /// passes, or whether the keys are one at all, so are they.
    fn fail_later(&self, area: &Area, request: &Request<'_>, group: &[usize], records: &mut [Expected]) {
        let cites = &area.key.repeated_statement;
        // Of those before: those that pass, and one that may.
        let (mut passing, mut open) = (Vec::new(), None);
        for index in group {
            match records.get(*index).map(|record| record.fate) {
                Some(Fate::Passes) => {}
                Some(Fate::Open) => {
                    open = open.or(Some(*index));
                    continue;
                }
                Some(Fate::Fails) | None => continue,
            }
            let equal = passing.iter().find(|one| keys::equal(self, area, request, (**one, *index))).copied();
            let Some(earlier) = equal.or_else(|| passing.first().copied().or(open)) else {
                passing.push(*index);
                continue;
            };
            let record = &mut records[*index];
            record.fate = if equal.is_some() { Fate::Fails } else { Fate::Open };
            record.premises.clear();
            record.reasons.push(Reason {
                statements: Cites::ids([cites, &area.key.statement]),
                pointer: request.place(*index).pointer(),
                keyword: "uniqueKey".to_owned(),
                because: format!("record {earlier} has the same key"),
            });
        }
    }

    /// Whether a worked request of the area has an additional member of that name, in whatever case.
    fn is_shown_member(&self, area: &Area, name: &str) -> bool {
        self.shown
            .get(&area.name)
            .is_some_and(|names| names.contains(name) || names.contains(&name.to_lowercase()))
    }
}

/// One fate for all the records: the worst, for all its reasons.
fn whole(records: Vec<Expected>) -> Expected {
    let fate = records.iter().map(|record| record.fate).max().unwrap_or(Fate::Open);
    let may_refuse = records.iter().any(|record| record.may_refuse);
    let mut all = Expected { fate, reasons: Vec::new(), may_refuse, premises: Vec::new() };
    for record in records.into_iter().filter(|record| record.fate == fate) {
        all.reasons.extend(record.reasons);
        for premise in record.premises {
            if !all.premises.contains(&premise) {
                all.premises.push(premise);
            }
        }
    }
    all
}

/// One failed record fails them all; an open one leaves them all open.
fn undo_all(response: &Response, list: &str, records: &mut [Expected]) {
    let worst =
        records.iter().enumerate().max_by_key(|(index, record)| (record.fate, std::cmp::Reverse(*index)));
    let Some((index, fate)) = worst.map(|(index, record)| (index, record.fate)) else { return };
    let cites = response.isolation().unwrap_or_else(|| response.statement());
    let mut statements = Cites::ids([cites]);
    let reasons = records[index].reasons.first();
    statements.extend(reasons.into_iter().flat_map(|reason| reason.statements.clone()));
    for (other, record) in records.iter_mut().enumerate().filter(|(_, record)| record.fate < fate) {
        record.fate = fate;
        record.premises.clear();
        record.reasons = vec![Reason {
            statements: statements.clone(),
            pointer: format!("{list}/{other}"),
            keyword: "isolation".to_owned(),
            because: format!("record {index} decides for all"),
        }];
    }
}

fn date_times(contract: &Contract) -> Vec<Cites> {
    let fields = contract.areas.iter().flat_map(|area| &area.fields);
    fields.filter_map(|field| field.date_time.clone()).take(1).collect()
}

/// The additional members of objects in the area's worked requests, as written and in lower case.
fn shown_members(area: &Area) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for example in area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request) {
        collect_additional(&area.fields, &example.value, &mut names);
    }
    names
}

fn collect_additional(fields: &[Field], value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(elements) => {
            for element in elements {
                collect_additional(fields, element, names);
            }
        }
        Value::Object(members) => {
            for (name, inner) in members {
                let field = fields.iter().find(|field| &field.name == name);
                if let Some(field) = field.filter(|field| field.additional_properties.is_some()) {
                    let is_named =
                        |found: &&String| field.properties.iter().any(|known| &known.name == *found);
                    let members = inner.as_object().into_iter().flat_map(|inner| inner.keys());
                    for additional in members.filter(|found| !is_named(found)) {
                        names.extend([additional.clone(), additional.to_lowercase()]);
                    }
                }
                collect_additional(fields, inner, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
