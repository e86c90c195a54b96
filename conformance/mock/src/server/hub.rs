//! Tells of what happens, to whoever listens.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::broadcast;

/// How many events wait for a listener that is slow; then it is told how many it missed.
const WAITING: usize = 256;

/// Tells of what happens.
pub(super) struct Hub {
    events: broadcast::Sender<Arc<Event>>,
}

/// Something that happened.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: &'static str,
    /// JSON.
    pub(super) data: String,
}

impl Hub {
    pub(super) fn new() -> Self {
        Self { events: broadcast::Sender::new(WAITING) }
    }

    /// Tells of an event, which is only made where somebody listens.
    pub(super) fn tell(&self, name: &'static str, data: impl FnOnce() -> Value) {
        if self.events.receiver_count() > 0 {
            // The last listener may have left since; then nobody needs to know.
            let _ = self.events.send(Arc::new(Event { name, data: data().to_string() }));
        }
    }

    /// What happens from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }
}
