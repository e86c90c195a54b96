//! Waiting until changes are durable.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::sync::oneshot;

use super::StoreError;

/// Resolves once changes are durable, or could not be made so.
#[derive(Debug)]
pub struct Receipt(oneshot::Receiver<Result<(), StoreError>>);

/// The store's half of a [`Receipt`].
#[derive(Debug)]
pub struct Committed(oneshot::Sender<Result<(), StoreError>>);

impl Receipt {
    /// A receipt, and what resolves it. If that is dropped, the receipt resolves to an error.
    ///
    /// ```
    /// let (committed, receipt) = tally_mock::Receipt::pending();
    /// std::thread::spawn(move || committed.resolve(Ok(())));
    /// assert_eq!(receipt.wait(), Ok(()));
    /// ```
    #[must_use]
    pub fn pending() -> (Committed, Self) {
        let (sender, receiver) = oneshot::channel();
        (Committed(sender), Self(receiver))
    }

    /// A receipt that has resolved already.
    ///
    /// ```
    /// assert_eq!(tally_mock::Receipt::ready(Ok(())).wait(), Ok(()));
    /// ```
    #[must_use]
    pub fn ready(result: Result<(), StoreError>) -> Self {
        let (committed, receipt) = Self::pending();
        committed.resolve(result);
        receipt
    }

    /// Blocks the thread until the receipt resolves; may be called from async code, too.
    ///
    /// # Errors
    ///
    /// If the changes could not be made durable.
    pub fn wait(self) -> Result<(), StoreError> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut receipt = pin!(self);
        loop {
            match receipt.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(result) => return result,
                Poll::Pending => thread::park(),
            }
        }
    }
}

impl Future for Receipt {
    type Output = Result<(), StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let ended = || StoreError::new("the store has ended");
        Pin::new(&mut self.0).poll(context).map(|received| received.unwrap_or_else(|_| Err(ended())))
    }
}

impl Committed {
    /// Resolves the receipt.
    pub fn resolve(self, result: Result<(), StoreError>) {
        // Whoever held the receipt may have gone.
        let _ = self.0.send(result);
    }
}

/// Wakes a thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
