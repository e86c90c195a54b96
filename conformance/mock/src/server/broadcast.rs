//! Broadcasts events to subscribers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// How many events wait for a slow subscriber; after that it learns how many it missed.
const WAITING: usize = 256;

/// Broadcasts events to subscribers.
pub(super) struct EventBroadcast {
    events: broadcast::Sender<Arc<Event>>,
    /// The bytes of the events that wait.
    bytes: Arc<AtomicUsize>,
}

/// The most bytes that wait: what would be more is missed, as it is if too many wait. Unit: bytes.
const MOST: usize = 8 * 1024 * 1024;

/// Something that happened.
#[derive(Debug)]
pub(super) struct Event {
    /// As it is sent: made once for all listeners.
    pub(super) written: Bytes,
    bytes: Arc<AtomicUsize>,
}

impl Drop for Event {
    fn drop(&mut self) {
        self.bytes.fetch_sub(self.written.len(), Ordering::Relaxed);
    }
}

/// The event that says how many others were missed.
pub(super) fn missed(count: u64) -> Bytes {
    written("lagged", &json!({ "missed": count }))
}

/// An event as it is sent. JSON text has no line breaks.
fn written(name: &str, data: &Value) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}

impl EventBroadcast {
    pub(super) fn new() -> Self {
        Self { events: broadcast::Sender::new(WAITING), bytes: Arc::default() }
    }

    /// Sends an event, which is only made if somebody listens.
    pub(super) fn send(&self, name: &'static str, data: impl FnOnce() -> Value) {
        if self.events.receiver_count() > 0 {
            let mut written = written(name, &data());
            if self.bytes.load(Ordering::Relaxed) + written.len() > MOST {
                written = missed(1);
            }
            let bytes = Arc::clone(&self.bytes);
            bytes.fetch_add(written.len(), Ordering::Relaxed);
            // The last listener may have left since; then nobody needs to know.
            let _ = self.events.send(Arc::new(Event { written, bytes }));
        }
    }

    /// Receives the events from now on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }
}
