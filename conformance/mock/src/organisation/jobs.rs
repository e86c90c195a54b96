//! Batches over their limit, processed in the background.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::plan::Plan;
use crate::processor::{Growth, Processor};
use crate::store::SavedJob;
use tally_fixtures::Secret;

/// The jobs that are remembered once they are done.
const REMEMBERED: usize = 1000;

/// The failures that a job remembers.
pub(crate) const FAILURES: usize = 100;

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It waits for others.
    Queued,
    /// Some of its records were processed.
    Running,
    /// All of them were.
    Done,
    /// It was begun twice, and the mock ended both times without a sign of progress. It is not begun again, unless
    /// the mock is started with --retry-jobs.
    #[serde(rename = "setAside")]
    SetAside,
}

impl JobState {
    /// Whether there is work left that will be done.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// How often a job is begun without making progress before it is set aside.
const ATTEMPTS: u32 = 2;

/// A batch over its limit, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Job")]
pub struct JobView {
    /// Its number, from 1.
    #[schemars(range(min = 1))]
    pub id: u32,
    /// The area's name.
    pub area: String,
    /// Its state.
    pub state: JobState,
    /// The number of records.
    pub records: usize,
    /// How many were processed.
    pub processed: usize,
    /// How many of those passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// The number of the exchange that it belongs to.
    pub exchange: u32,
    /// Why records failed: the first hundred broken rules.
    #[schemars(length(max = FAILURES))]
    pub failures: Vec<Failure>,
}

/// How far a job is, as a store holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) records: usize,
    pub(crate) processed: usize,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    /// How often it was begun since it last made progress.
    #[serde(default)]
    pub(crate) attempts: u32,
}

/// A batch over its limit, as it was taken.
#[derive(Clone)]
pub(crate) struct NewJob<'a> {
    pub(crate) processor: &'a Arc<Processor>,
    /// The area's name.
    pub(crate) area: &'a str,
    pub(crate) records: usize,
    /// The number of the exchange.
    pub(crate) exchange: u32,
    /// The request's credentials, which no message may show.
    pub(crate) credentials: Option<&'a str>,
    pub(crate) body: Bytes,
    /// The most that its records add to what is stored.
    pub(crate) growth: Growth,
    /// What it takes to judge them. Unit: bytes.
    pub(crate) cost: usize,
}

/// What a job takes apart from its body and its failures.
const JOB: usize = 1024;

/// A job.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) view: JobView,
    pub(crate) body: Bytes,
    /// The most that it adds to what is stored: it was accepted, so there must be room for it until it is done.
    pub(crate) growth: Growth,
    /// The processor that took the request: it does the job too, whatever the endpoint is switched to
    /// in between. `None` for a job that a store held, and for one that is done.
    pub(crate) processor: Option<Arc<Processor>>,
    /// The request's credentials, until the records are judged. `None` for a job that a store held.
    pub(crate) credentials: Option<Secret>,
    /// How often it was begun since it last made progress. A store remembers it: a job that ends the process would
    /// end it at every start.
    pub(crate) attempts: u32,
}

impl Job {
    /// A job as a store held it; `retries` has those tried again that were set aside.
    pub(crate) fn restored(saved: SavedJob, retries: bool) -> Self {
        let progress: Progress = serde_json::from_str(&saved.progress).unwrap_or_default();
        let state = match (saved.done, progress.processed) {
            (true, _) => JobState::Done,
            (false, _) if progress.attempts >= ATTEMPTS && !retries => JobState::SetAside,
            (false, 0) => JobState::Queued,
            (false, _) => JobState::Running,
        };
        let Progress { records, processed, passed, failed, attempts } = progress;
        let attempts = if retries { 0 } else { attempts };
        let (id, area, exchange) = (saved.id, saved.area, saved.exchange);
        let view =
            JobView { id, area, state, records, processed, passed, failed, exchange, failures: Vec::new() };
        Self {
            view,
            body: saved.body.unwrap_or_default().into(),
            growth: Growth::default(),
            processor: None,
            credentials: None,
            attempts,
        }
    }

    /// The job as a store holds it. The body is written once.
    pub(crate) fn saved(&self, with_body: bool) -> SavedJob {
        let JobView { records, processed, passed, failed, .. } = self.view;
        let progress = Progress { records, processed, passed, failed, attempts: self.attempts };
        SavedJob {
            id: self.view.id,
            area: self.view.area.clone(),
            exchange: self.view.exchange,
            body: with_body.then(|| self.body.to_vec()),
            progress: serde_json::to_string(&progress).unwrap_or_default(),
            done: self.view.state == JobState::Done,
        }
    }
}

/// The jobs, the oldest first.
#[derive(Default)]
pub(crate) struct Jobs {
    all: VecDeque<Job>,
    last: u32,
    promised: Growth,
}

impl Jobs {
    pub(crate) fn restore(&mut self, saved: SavedJob, plan: Option<&Plan>, retries: bool) {
        self.last = self.last.max(saved.id);
        let mut job = Job::restored(saved, retries);
        if let Some(plan) = plan {
            job.growth = Growth::of(plan, job.view.records, job.body.len(), 0);
        }
        if job.view.state == JobState::SetAside {
            let JobView { id, area, records, .. } = &job.view;
            tracing::error!(
                "job {id} ({area}, {records} records) was begun {ATTEMPTS} times and ended the mock each time: it is \
                 set aside (a start with --retry-jobs tries it again)"
            );
        }
        self.all.push_back(job);
        self.recount();
    }

    pub(crate) fn add(&mut self, taken: NewJob<'_>) -> &Job {
        let NewJob { processor, area, records, exchange, credentials, body, growth, .. } = taken;
        self.last += 1;
        let is_done = |job: &Job| job.view.state == JobState::Done;
        while self.all.len() >= REMEMBERED && self.all.front().is_some_and(is_done) {
            self.all.pop_front();
        }
        let view = JobView {
            id: self.last,
            area: area.to_owned(),
            state: JobState::Queued,
            records,
            processed: 0,
            passed: 0,
            failed: 0,
            exchange,
            failures: Vec::new(),
        };
        let (processor, credentials) = (Some(Arc::clone(processor)), credentials.map(Secret::new));
        self.all.push_back(Job { view, body, growth, processor, credentials, attempts: 0 });
        self.recount();
        &self.all[self.all.len() - 1]
    }

    /// Puts a job in the place of what it was, and forgets the oldest that are done if the failures of all take more
    /// than so many bytes.
    pub(crate) fn put(&mut self, job: Job, most: usize) {
        if let Some(known) = self.get_mut(job.view.id) {
            *known = job;
        }
        let bytes = |job: &Job| job.view.failures.iter().map(Failure::bytes).sum::<usize>();
        let mut all: usize = self.all.iter().map(bytes).sum();
        while all > most
            && let Some(oldest) = self.all.pop_front_if(|job| job.view.state == JobState::Done)
        {
            all -= bytes(&oldest);
        }
        self.recount();
    }

    /// What open jobs may add to what is stored, with the bodies of all.
    pub(crate) const fn promised(&self) -> Growth {
        self.promised
    }

    fn recount(&mut self) {
        let mut promised = Growth::default();
        for job in &self.all {
            let growth = if job.view.state.is_open() { job.growth } else { Growth::default() };
            promised.records += growth.records;
            promised.bytes = promised.bytes.saturating_add(growth.bytes).saturating_add(JOB + job.body.len());
        }
        self.promised = promised;
    }

    /// The job that is next, or goes on.
    pub(crate) fn next(&self) -> Option<&Job> {
        self.all.iter().find(|job| job.view.state.is_open())
    }

    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Job> {
        self.all.iter_mut().find(|job| job.view.id == id)
    }

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.all.iter()
    }

    /// How many jobs are not begun or not done.
    pub(crate) fn waiting(&self) -> usize {
        self.all.iter().filter(|job| job.view.state.is_open()).count()
    }

    /// The jobs that were begun and are not done.
    pub(crate) fn begun(&mut self) -> impl Iterator<Item = &mut Job> {
        self.all.iter_mut().filter(|job| job.view.state.is_open() && job.attempts > 0)
    }

    /// Forgets every job. Numbers go on.
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.recount();
    }
}
