//! When a run ends, even while something is waited for.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::http;

use super::{Answer, Failure};

/// How often it is looked at while something is waited for.
const PAUSE: Duration = Duration::from_millis(50);

/// When a run ends: at a time, or as soon as it is stopped.
#[derive(Debug, Clone, Default)]
pub(crate) struct Halt {
    stop: Option<Arc<AtomicBool>>,
    until: Option<Instant>,
}

impl Halt {
    pub(super) fn stop_with(&mut self, stop: Arc<AtomicBool>) {
        self.stop = Some(stop);
    }

    /// Ends at that time, unless an earlier one is set.
    pub(super) fn end_at(&mut self, time: Instant) {
        self.until = Some(self.until.map_or(time, |until| until.min(time)));
    }

    /// Whether the run is to end now.
    pub(super) fn is_reached(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
            || self.until.is_some_and(|until| Instant::now() >= until)
    }

    const fn may_come(&self) -> bool {
        self.stop.is_some() || self.until.is_some()
    }

    /// Waits for so long, or until the run ends.
    pub(super) fn sleep(&self, time: Duration) {
        let end = Instant::now() + time;
        while !self.is_reached() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(if self.may_come() { left.min(PAUSE) } else { left });
        }
    }

    /// What comes over the channel; `None` if the run ends first, or nothing can come any more.
    fn receive<T>(&self, channel: &Receiver<T>) -> Option<T> {
        loop {
            match channel.recv_timeout(PAUSE) {
                Ok(received) => return Some(received),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if self.is_reached() => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// What some work gives; `None` if the run ends first. The work then goes on, and nobody waits for it.
    pub(super) fn wait_for<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        if !self.may_come() {
            return Some(work());
        }
        let (send, receive) = channel();
        std::thread::spawn(move || {
            // Nobody may be waiting any more.
            let _ = send.send(work());
        });
        self.receive(&receive)
    }
}

/// A request as the agent takes it.
pub(super) type Built = http::Request<Arc<[u8]>>;
/// Sends a request and reads at most so many bytes of its answer's body.
type SendOne = fn(&ureq::Agent, &Built, usize) -> Result<Answer, Failure>;

/// Threads that send requests, so that whoever waits for an answer need not wait for it to its end.
#[derive(Default)]
pub(super) struct Senders {
    idle: Mutex<Vec<OneSender>>,
}

struct OneSender {
    requests: Sender<(ureq::Agent, Built, usize)>,
    answers: Receiver<Result<Answer, Failure>>,
}

impl Senders {
    /// Sends a request. If the run ends before the answer has come, the thread is left to itself.
    pub(super) fn send(
        &self,
        halt: &Halt,
        send: SendOne,
        (agent, request, most): (&ureq::Agent, Built, usize),
    ) -> Result<Answer, Failure> {
        if halt.is_reached() {
            return Err(Failure::Stopped);
        }
        if !halt.may_come() {
            return send(agent, &request, most);
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let sender = idle.unwrap_or_else(|| OneSender::start(send));
        if sender.requests.send((agent.clone(), request, most)).is_err() {
            return Err(Failure::Broken("the thread that sends requests has ended".to_owned()));
        }
        let answer = halt.receive(&sender.answers).ok_or(Failure::Stopped)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        answer
    }
}

impl OneSender {
    /// Starts a thread that ends when nobody can give it requests any more.
    fn start(send: SendOne) -> Self {
        let (requests, taken) = channel::<(ureq::Agent, Built, usize)>();
        let (given, answers) = channel();
        std::thread::spawn(move || {
            while let Ok((agent, request, most)) = taken.recv() {
                if given.send(send(&agent, &request, most)).is_err() {
                    return;
                }
            }
        });
        Self { requests, answers }
    }
}

impl fmt::Debug for Senders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Senders").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_waited_for_beyond_the_end() {
        let mut halt = Halt::default();
        halt.end_at(Instant::now() + Duration::from_millis(100));
        let started = Instant::now();
        halt.sleep(Duration::from_mins(1));
        assert!(halt.is_reached());
        assert_eq!(halt.wait_for(|| std::thread::sleep(Duration::from_mins(1))), None);
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        let stop = Arc::new(AtomicBool::new(false));
        let mut halt = Halt::default();
        halt.stop_with(Arc::clone(&stop));
        assert_eq!(halt.wait_for(|| 3), Some(3));
        stop.store(true, Ordering::Relaxed);
        assert!(halt.is_reached());
    }
}
