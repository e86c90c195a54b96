//! What every connection answers from.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use serde_json::json;
use tally_spec::model::Contract;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use super::backend::Backend;
use super::body::Reading;
use super::broadcast::EventBroadcast;
use super::config::Limits;
use super::guard::Guard;
use super::journal::Journal;
use super::rate::Rate;
use super::redact::Redact;
use super::work::Work;
use crate::memory::{Memory, Room, Taken};
use crate::organisation::Organisation;

/// What an answer takes that is written while it is sent: some pieces, and what the connection holds back.
const LISTING: usize = 48 * 1024;

/// What every connection answers from.
pub(crate) struct Served {
    pub(crate) endpoint: Arc<dyn Backend>,
    pub(super) contract: Arc<Contract>,
    pub(crate) journal: Journal,
    pub(super) events: Arc<EventBroadcast>,
    /// Permits to listen to events.
    pub(super) listeners: Arc<Semaphore>,
    /// The header that the contract's authentication names.
    pub(super) header: HeaderName,
    pub(super) guard: Guard,
    pub(super) rate: Rate,
    pub(super) reading: Reading,
    /// Room for answers that are written while they are sent, and how long it is waited for.
    listings: Room,
    longest: Duration,
    /// Room and turns for what takes much.
    pub(super) work: Work,
    pub(super) redact: Arc<Redact>,
    stopping: watch::Sender<bool>,
}

/// What a mock is served with.
pub(crate) struct Setup {
    pub(crate) endpoint: Arc<dyn Backend>,
    pub(crate) contract: Arc<Contract>,
    pub(crate) header: HeaderName,
    pub(crate) guard: Guard,
    pub(crate) limits: Limits,
    pub(crate) redact: Arc<Redact>,
    pub(crate) memory: Memory,
}

impl Served {
    pub(crate) fn new(setup: Setup) -> Arc<Self> {
        let Setup { endpoint, contract, header, guard, limits, redact, memory } = setup;
        let events = Arc::new(EventBroadcast::new());
        let last = endpoint.organisation().last_exchange();
        let of_jobs = Arc::clone(&events);
        endpoint.organisation().watch_jobs(Box::new(move |job| of_jobs.send("job", || json!(job))));
        Arc::new(Self {
            endpoint,
            contract,
            // What a store kept is marked with numbers of a journal before this one.
            journal: Journal::new(last, memory.journal),
            events,
            // A page that listens holds its connection for as long as it is open: enough must be left for others.
            listeners: Arc::new(Semaphore::new(limits.connections.div_ceil(4))),
            header,
            guard,
            rate: Rate::new(limits.rate),
            listings: memory.listings.clone(),
            longest: limits.body_time,
            work: Work::new(memory.work.clone(), limits.body_time),
            reading: Reading::new(limits, memory),
            redact,
            stopping: watch::Sender::new(false),
        })
    }

    /// The organisation that the endpoint answers for.
    pub(crate) fn organisation(&self) -> &Arc<Organisation> {
        self.endpoint.organisation()
    }

    /// Notifies the listeners, once the endpoint was given another fault, or none.
    pub(crate) fn fault_changed(&self) {
        self.events.send("fault", || json!(self.endpoint.active_fault()));
    }

    /// Clears the journal and notifies the listeners, once the organisation was reset.
    pub(crate) fn has_reset(&self) {
        self.journal.clear();
        self.events.send("reset", || json!({}));
    }

    /// Room for an answer that is written while it is sent, or `None` if there is none in time.
    pub(super) async fn listing(&self) -> Option<Taken> {
        self.listings.take_by(LISTING, Instant::now() + self.longest).await
    }

    /// Signals shutdown to every open connection.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Resolves once the mock stops.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut stopping = self.stopping.subscribe();
        async move {
            // If this fails, the sender is gone, and with it the server.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        }
    }
}
