//! Broadcasts events to subscribers.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::broadcast;

/// How many events wait for a slow subscriber; after that it learns how many it missed.
const WAITING: usize = 256;

/// Broadcasts events to subscribers.
pub(super) struct EventBroadcast {
    events: broadcast::Sender<Arc<Event>>,
}

/// Something that happened.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: &'static str,
    /// JSON.
    pub(super) data: String,
}

impl EventBroadcast {
    pub(super) fn new() -> Self {
        Self { events: broadcast::Sender::new(WAITING) }
    }

    /// Sends an event, which is only made if somebody listens.
    pub(super) fn send(&self, name: &'static str, data: impl FnOnce() -> Value) {
        if self.events.receiver_count() > 0 {
            // The last listener may have left since; then nobody needs to know.
            let _ = self.events.send(Arc::new(Event { name, data: data().to_string() }));
        }
    }

    /// Receives the events from now on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }
}
