//! What an area's run has found so far.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use tally_spec::model::{Area, Contract, Provenance};

use super::shown;
use crate::check::{Breach, extend};
use crate::client::{Answer, Client, Exchange};
use crate::report::{AreaTally, Border, CheckTally, Finding, First, Severity, Timing};

/// The most findings of one area: with more, its causes are too many to be told apart.
const MOST_FINDINGS: usize = 40;

/// What an area's run has found so far.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) area: AreaTally,
    pub(super) checks: Vec<CheckTally>,
    pub(super) findings: Vec<Finding>,
    pub(super) first: Option<First>,
    pub(super) coverage: BTreeMap<String, u64>,
    pub(super) borders: Vec<Border>,
    pub(super) timings: Vec<Timing>,
    pub(super) answers: Answers,
    /// How many breaches were told, causes told before among them.
    pub(super) breaches: u64,
    /// Requests that had only answers that are no verdict.
    pub(super) undecided: u64,
    /// Requests that no answer came to, one after the other.
    pub(super) unanswered_in_a_row: u32,
    /// Why the area's run ended early.
    pub(super) ended: Option<String>,
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

    /// Why the answers tell nothing, where they do not.
    pub(super) fn tell_nothing(&self, unauthorized: Option<u16>) -> Option<String> {
        let only = self.statuses.first().copied().filter(|_| self.statuses.len() == 1);
        match only {
            Some(status) if Some(status) == unauthorized => {
                Some(format!("every answer is HTTP {status}: is TALLY_TOKEN the target's?"))
            }
            Some(status) if status >= 300 => {
                Some(format!("every answer is HTTP {status}: is the URL the API's root, base path included?"))
            }
            _ if self.count > 2 && self.fingerprints.len() == 1 => {
                Some("every answer is the same, whatever is asked".to_owned())
            }
            _ => None,
        }
    }
}

impl Log {
    pub(super) fn new(area: &Area) -> Self {
        Self {
            area: AreaTally { name: area.name.clone(), title: area.title.clone(), ..AreaTally::default() },
            checks: Vec::new(),
            findings: Vec::new(),
            first: None,
            coverage: BTreeMap::new(),
            borders: Vec::new(),
            timings: Vec::new(),
            answers: Answers::default(),
            breaches: 0,
            undecided: 0,
            unanswered_in_a_row: 0,
            ended: None,
        }
    }

    /// Counts a case of a check.
    pub(super) fn case(&mut self, contract: &Contract, check: &str, statements: &[String]) {
        self.cover(statements);
        let tally = self.tally(contract, check, statements);
        tally.cases += 1;
    }

    /// Counts a breach of a check by what it weighs.
    pub(super) fn breach(&mut self, contract: &Contract, breach: &Breach, severity: Severity) {
        self.breaches += 1;
        let tally = self.tally(contract, breach.check, &breach.statements);
        match severity {
            Severity::Violation => tally.violations += 1,
            Severity::Remark => tally.remarks += 1,
        }
    }

    /// Counts statements as exercised once more.
    pub(super) fn cover(&mut self, statements: &[String]) {
        for statement in statements {
            if let Some(count) = self.coverage.get_mut(statement) {
                *count += 1;
            } else {
                self.coverage.insert(statement.clone(), 1);
            }
        }
    }

    fn tally(&mut self, contract: &Contract, check: &str, statements: &[String]) -> &mut CheckTally {
        let found = self.checks.iter().position(|tally| tally.id == check);
        let place = found.unwrap_or_else(|| {
            self.checks.push(CheckTally {
                id: check.to_owned(),
                area: self.area.name.clone(),
                statements: Vec::new(),
                provenance: Provenance::Assumed,
                cases: 0,
                violations: 0,
                remarks: 0,
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

    /// The finding that is already there for a breach's cause, and weighs no less.
    pub(super) fn known(&self, contract: &Contract, breach: &Breach) -> Option<&Finding> {
        let provenance = breach.provenance(contract);
        self.findings.iter().find(|finding| is_same(finding, breach) && finding.provenance <= provenance)
    }

    /// Adds a finding, and says what it weighs.
    pub(super) fn find(
        &mut self,
        contract: &Contract,
        client: &Client,
        strict: bool,
        breach: Breach,
        exchange: &Exchange,
        records: usize,
    ) -> Severity {
        let provenance = breach.provenance(contract);
        let doubtful = provenance == Provenance::Assumed || breach.is_contradicted(contract);
        let severity = if doubtful && !strict { Severity::Remark } else { Severity::Violation };
        // A stronger finding of the same cause stands in the weaker one's place.
        self.findings.retain(|finding| !(is_same(finding, &breach) && finding.provenance > provenance));
        let statement = breach.principal().to_owned();
        let summary = contract.statement(&statement).map_or_else(String::new, |found| found.summary.clone());
        self.findings.push(Finding {
            check: breach.check.to_owned(),
            area: self.area.name.clone(),
            areas: vec![self.area.name.clone()],
            statement,
            summary,
            premises: breach.statements,
            provenance,
            severity,
            keyword: breach.keyword,
            message: client.target().token.blot(&breach.message),
            request: shown::request(contract, client, &exchange.request, records),
            response: exchange.last_answer().map(|answer| shown::response(client, answer)),
            rate: None,
            known: None,
        });
        if self.findings.len() == MOST_FINDINGS {
            self.ended = Some("it has too many findings".to_owned());
        }
        severity
    }
}

fn is_same(finding: &Finding, breach: &Breach) -> bool {
    finding.check == breach.check
        && finding.keyword == breach.keyword
        && breach.statements.contains(&finding.statement)
}
