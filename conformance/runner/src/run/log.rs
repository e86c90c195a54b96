//! What an area's run has found so far.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tally_spec::model::{Area, Contract, Provenance, Statement};

use super::shown;
use super::take_back::{CaseCounts, Refused};
use crate::check::{Breach, extend, registry};
use crate::client::{Answer, Client, Exchange};
use crate::outcome::{
    AreaTally, Boundary, CheckTally, Counterexample, Difference, Finding, First, Rate, Severity,
    ShownRequest, Timing,
};
use tally_oracle::strategy::{Defect, Maker};

/// The most findings of one area: more are too many to tell their causes apart.
const MOST_FINDINGS: usize = 40;

/// The most bytes of a finding's message, and of either side of its difference.
pub(super) const LONGEST_MESSAGE: usize = 2_000;
const LONGEST_SIDE: usize = 8_000;

/// What an area's run has found so far.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) area: AreaTally,
    pub(super) checks: Vec<CheckTally>,
    pub(super) findings: Vec<Finding>,
    pub(super) first: Option<First>,
    pub(super) coverage: BTreeMap<String, u64>,
    /// How often stored records were checked against a statement.
    pub(super) observed: BTreeMap<String, u64>,
    pub(super) boundaries: Vec<Boundary>,
    pub(super) timings: Vec<Timing>,
    pub(super) written: BTreeSet<String>,
    pub(super) answers: Answers,
    room: shown::Room,
    /// How many breaches there were, known ones included.
    pub(super) breaches: u64,
    /// The breaches that refusals have shown.
    pub(super) refused: Vec<Refused>,
    /// How many findings were taken back.
    pub(super) taken_back: u64,
    /// Whether the target went away in the middle of a case.
    pub(super) is_interrupted: bool,
    /// What was counted of the case under way.
    pub(super) case: CaseCounts,
    /// Requests whose answers only asked to try again later.
    pub(super) undecided: u64,
    /// Requests that were answered only when they were sent again, since their connection broke.
    pub(super) resent: u64,
    /// Those of them whose connection was their own.
    pub(super) broken: u64,
    /// Answers too long to be judged.
    pub(super) unread: u64,
    /// Requests in a row that were not answered.
    pub(super) unanswered_in_a_row: u32,
    /// Why the area's run ended early.
    pub(super) ended: Option<End>,
    /// Whether every case that was planned was run.
    pub(super) is_whole: bool,
    /// Whether enough was run for a verdict: every case, apart from a thorough run's pairs and new seeds, with which it
    /// goes on for as long as it may.
    pub(super) is_enough: bool,
}

/// Why an area's run ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// A limit of the run was reached: what was done counts.
    Spent(String),
    /// It is clear that the target does not conform.
    Enough(String),
    /// The target could not be tested any further, or the user stopped the run.
    Failed(String),
}

impl End {
    /// Why, for people.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Spent(reason) | Self::Enough(reason) | Self::Failed(reason) => reason,
        }
    }
}

/// A breach with the exchange that shows it.
#[derive(Debug)]
pub(super) struct Found<'e> {
    pub(super) breach: Breach,
    pub(super) exchange: &'e Exchange,
    pub(super) records: usize,
    pub(super) rate: Option<Rate>,
    pub(super) before: Vec<ShownRequest>,
    pub(super) shrink_requests: u64,
    pub(super) counterexample: Option<Counterexample>,
}

/// What the answers have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    pub(super) count: u64,
    pub(super) statuses: BTreeSet<u16>,
    fingerprints: BTreeSet<u64>,
}

impl Answers {
    pub(super) fn add(&mut self, answer: &Answer) {
        self.count += 1;
        self.statuses.insert(answer.status);
        let mut hasher = DefaultHasher::new();
        (answer.status, &answer.body).hash(&mut hasher);
        self.fingerprints.insert(hasher.finish());
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.statuses.extend(&other.statuses);
        self.fingerprints.extend(&other.fingerprints);
    }

    /// Why nothing can be concluded from the answers, if nothing can.
    pub(super) fn why_inconclusive(&self, unauthorized: Option<u16>) -> Option<String> {
        let only = self.statuses.first().copied().filter(|_| self.statuses.len() == 1);
        match only {
            Some(status) if Some(status) == unauthorized => {
                Some(format!("every answer is HTTP {status}: check TALLY_TOKEN"))
            }
            Some(status) if status >= 300 => Some(format!(
                "every answer is HTTP {status}: check the URL (the API's root, base path included)"
            )),
            _ if self.count > 2 && self.fingerprints.len() == 1 => {
                Some("every answer is the same, whatever is sent".to_owned())
            }
            _ => None,
        }
    }
}

impl Log {
    pub(super) fn new(contract: &Contract, area: &Area) -> Self {
        let operation = format!("{} {}", contract.file.service.verb.value, area.path);
        let (name, title) = (area.name.clone(), area.title.clone());
        Self {
            area: AreaTally { name, title, operation: Some(operation), ..AreaTally::default() },
            checks: Vec::new(),
            findings: Vec::new(),
            first: None,
            coverage: BTreeMap::new(),
            observed: BTreeMap::new(),
            boundaries: Vec::new(),
            timings: Vec::new(),
            written: BTreeSet::new(),
            answers: Answers::default(),
            room: shown::Room::of_one(contract.areas.len()),
            breaches: 0,
            refused: Vec::new(),
            taken_back: 0,
            is_interrupted: false,
            case: CaseCounts::default(),
            undecided: 0,
            resent: 0,
            broken: 0,
            unread: 0,
            unanswered_in_a_row: 0,
            ended: None,
            is_whole: false,
            is_enough: false,
        }
    }

    /// Counts a case of a check.
    pub(super) fn case(&mut self, contract: &Contract, check: &str, statements: &[String]) {
        self.cover(statements);
        self.case.checks.push(check.to_owned());
        let tally = self.tally(contract, check, statements);
        tally.cases += 1;
    }

    /// Counts a breach of a check by its severity.
    pub(super) fn breach(&mut self, contract: &Contract, breach: &Breach, severity: Severity) {
        self.breaches += 1;
        let tally = self.tally(contract, breach.check, &breach.statements);
        match severity {
            Severity::Violation => tally.violations += 1,
            Severity::Warning => tally.warnings += 1,
        }
    }

    /// Ends the log and says what was not done.
    pub(super) fn finish(&mut self) {
        if let Some(end) = &self.ended {
            self.area.left_out.push(format!("the remaining cases: {}", end.reason()));
        }
        for boundary in self.boundaries.iter_mut().filter(|boundary| boundary.exercised == 0) {
            boundary.left_out.get_or_insert_with(|| "no case of this run has this value".to_owned());
        }
        self.area.sizes.sort_unstable();
        self.area.sizes.dedup();
    }

    /// Notes the first breach of the area's run.
    pub(super) fn found_first(&mut self, requests: u64, after: Duration) {
        self.first.get_or_insert(First { requests, after });
    }

    /// Lists the boundary values that requests can have.
    pub(super) fn open_boundaries(&mut self, maker: &Maker<'_>, defects: &[Defect]) {
        let area = maker.area();
        let limit =
            |size: usize| (format!("limit/{size}"), vec![area.limit.statement.principal().to_owned()]);
        let boundaries = maker.border_sizes().into_iter().map(limit);
        let boundaries =
            boundaries.chain(defects.iter().map(|defect| (defect.id.clone(), defect.statements.clone())));
        self.boundaries = boundaries
            .map(|(id, statements)| Boundary {
                area: area.name.clone(),
                id,
                statements,
                exercised: 0,
                left_out: None,
            })
            .collect();
        for what in maker.left_out() {
            let (id, reason) = what.split_once(": ").unwrap_or((&what, "the fixtures lack data for it"));
            self.boundaries.push(Boundary {
                area: area.name.clone(),
                id: id.to_owned(),
                statements: Vec::new(),
                exercised: 0,
                left_out: Some(reason.to_owned()),
            });
        }
    }

    /// Counts a request with a boundary value.
    pub(super) fn cover_boundary(&mut self, id: &str) {
        if let Some(boundary) = self.boundaries.iter_mut().find(|boundary| boundary.id == id) {
            boundary.exercised += 1;
            self.case.boundaries.push(id.to_owned());
        }
    }

    /// Says why a boundary value is left out.
    pub(super) fn leave_out(&mut self, id: &str, reason: &str) {
        if let Some(boundary) = self.boundaries.iter_mut().find(|boundary| boundary.id == id) {
            boundary.left_out = Some(reason.to_owned());
        }
    }

    /// Counts statements as exercised once more.
    pub(super) fn cover(&mut self, statements: &[String]) {
        self.case.statements.extend_from_slice(statements);
        for statement in statements {
            if let Some(count) = self.coverage.get_mut(statement) {
                *count += 1;
            } else {
                self.coverage.insert(statement.clone(), 1);
            }
        }
    }

    /// Counts statements as exercised by stored records once more.
    pub(super) fn observe(&mut self, statements: &[String]) {
        self.case.observed.extend_from_slice(statements);
        for statement in statements {
            *self.observed.entry(statement.clone()).or_default() += 1;
        }
    }

    fn tally(&mut self, contract: &Contract, check: &str, statements: &[String]) -> &mut CheckTally {
        let found = self.checks.iter().position(|tally| tally.id == check);
        debug_assert!(registry::find(check).is_some(), "{check} is not in the registry of checks");
        let place = found.unwrap_or_else(|| {
            self.checks.push(CheckTally {
                id: check.to_owned(),
                area: self.area.name.clone(),
                statements: Vec::new(),
                provenance: Provenance::Assumed,
                cases: 0,
                violations: 0,
                warnings: 0,
                known: 0,
                skipped: None,
            });
            self.checks.len() - 1
        });
        let tally = &mut self.checks[place];
        if tally.statements.is_empty() {
            extend(&mut tally.statements, statements);
            tally.provenance = contract.weight(statements.iter().map(String::as_str));
        }
        tally
    }

    /// The known finding of a breach, if it is documented no worse.
    pub(super) fn known(&self, contract: &Contract, breach: &Breach) -> Option<&Finding> {
        let provenance = breach.provenance(contract);
        self.findings.iter().find(|finding| is_same(finding, breach) && finding.provenance <= provenance)
    }

    /// Whether there is the finding of a saved counterexample.
    pub(super) fn shows(&self, saved: &Counterexample) -> bool {
        self.findings.iter().any(|finding| saved.is_shown_by(finding))
    }

    /// Adds a finding and returns its severity.
    pub(super) fn find(
        &mut self,
        contract: &Contract,
        client: &Client,
        strict: bool,
        found: Found<'_>,
    ) -> Severity {
        let Found { breach, exchange, records, rate, before, shrink_requests, counterexample } = found;
        let provenance = breach.provenance(contract);
        let severity = severity(contract, &breach, strict);
        // A better documented finding replaces the same one with weaker premises.
        self.findings.retain(|finding| !(is_same(finding, &breach) && finding.provenance > provenance));
        let statement = breach.principal().to_owned();
        let cited = contract.statement(&statement);
        self.findings.push(Finding {
            check: breach.check.to_owned(),
            area: self.area.name.clone(),
            areas: vec![self.area.name.clone()],
            source: cited.map(Statement::source),
            summary: cited.map_or_else(String::new, |cited| cited.summary.clone()),
            statement,
            premises: breach.statements,
            provenance,
            severity,
            keyword: breach.keyword.as_str().into(),
            message: client.redact_start(breach.message.as_bytes(), LONGEST_MESSAGE),
            difference: breach.difference.map(|difference| Difference {
                expected: client.redact_start(difference.expected.as_bytes(), LONGEST_SIDE),
                found: client.redact_start(difference.found.as_bytes(), LONGEST_SIDE),
            }),
            before,
            request: shown::request(contract, client, &exchange.request, records),
            response: exchange.last_answer().map(|answer| self.room.keep(client, answer)),
            rate,
            shrink_requests,
            known: None,
            also: Vec::new(),
            saved_as: None,
            counterexample,
            assertions: breach.assertions,
            body_path: None,
        });
        if self.findings.len() == MOST_FINDINGS {
            self.ended = Some(End::Enough("too many findings".to_owned()));
        }
        severity
    }
}

/// How much a finding of this breach counts.
pub(super) fn severity(contract: &Contract, breach: &Breach, strict: bool) -> Severity {
    let doubtful = breach.provenance(contract) == Provenance::Assumed || breach.is_contradicted(contract);
    if doubtful && !strict { Severity::Warning } else { Severity::Violation }
}

pub(super) fn is_same(finding: &Finding, breach: &Breach) -> bool {
    breach.keys().any(|key| key == finding.key())
}
