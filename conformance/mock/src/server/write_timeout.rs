//! A connection that is closed if its client does not read.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::places::Place;

/// A connection that waits so long, and no longer, until its client takes more of an answer. Its place learns what
/// comes and goes.
pub(super) struct WriteTimeout<S> {
    stream: S,
    time: Duration,
    waits: Option<Pin<Box<Sleep>>>,
    place: Arc<Place>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> WriteTimeout<S> {
    pub(super) const fn new(stream: S, time: Duration, place: Arc<Place>) -> Self {
        Self { stream, time, waits: None, place }
    }

    fn stream(&mut self) -> Pin<&mut S> {
        Pin::new(&mut self.stream)
    }

    /// What came of an attempt to write, which fails once there were too many in vain.
    fn timed<T>(&mut self, context: &mut Context<'_>, came: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if came.is_ready() {
            self.waits = None;
            return came;
        }
        self.place.waits_to_write();
        let time = self.time;
        let waits = self.waits.get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        waits.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    /// What came of an attempt to write bytes.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        came: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = came {
            self.place.sent(bytes);
        }
        self.timed(context, came)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WriteTimeout<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let came = self.stream().poll_read(context, buffer);
        match came {
            Poll::Ready(_) => self.place.received(buffer.filled().len() - before),
            Poll::Pending => self.place.waits_to_read(),
        }
        came
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WriteTimeout<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let came = self.stream().poll_write(context, buffer);
        self.written(context, came)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let came = self.stream().poll_flush(context);
        if came.is_ready() {
            self.place.sent(0);
        }
        self.timed(context, came)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let came = self.stream().poll_shutdown(context);
        self.timed(context, came)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let came = self.stream().poll_write_vectored(context, buffers);
        self.written(context, came)
    }
}
