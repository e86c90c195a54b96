//! Bodies: of requests, read within bounds, and of answers.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http::header::EXPECT;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::config::Limits;
use crate::memory::{MIDDLE, Memory, Taken};

/// How much of a body that is too large is read and thrown away, so that its sender hears why.
const PASSED_OVER: usize = 64 * 1024 * 1024;

/// Reads bodies of requests.
pub(super) struct Reading {
    limits: Limits,
    memory: Memory,
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than the limit.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// There was no room for it in time.
    NoRoom,
    /// The connection broke.
    Broken,
}

/// A body that was read, with the room that it takes.
pub(super) struct Whole {
    pub(super) bytes: Bytes,
    _room: Option<Taken>,
}

impl Reading {
    pub(super) const fn new(limits: Limits, memory: Memory) -> Self {
        Self { limits, memory }
    }

    /// Reads a body whole, or says why it can't.
    pub(super) async fn whole(&self, headers: &HeaderMap, mut body: Incoming) -> Result<Whole, Unread> {
        let by = Instant::now() + self.limits.body_time;
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > self.limits.body {
            // A sender who waits to hear whether to send it at all need not send it.
            return if headers.contains_key(EXPECT) {
                Err(Unread::TooLarge)
            } else {
                pass_over(body, by).await
            };
        }
        let (mut room, mut held) = (None, self.memory.small);
        if announced > held {
            (room, held) = (Some(self.room_for(announced, by).await?), announced);
        }
        let mut gathered = Vec::with_capacity(announced);
        while let Some(data) = next(&mut body, by).await? {
            let length = gathered.len() + data.len();
            if length > self.limits.body {
                drop((gathered, room));
                return pass_over(body, by).await;
            }
            if length > held {
                // Of a body whose length was not announced more must be feared.
                held = if length > MIDDLE { self.limits.body } else { MIDDLE.min(self.limits.body) };
                room = Some(self.room_for(held, by).await?);
            }
            gathered.extend_from_slice(&data);
        }
        if gathered.capacity() / 2 > gathered.len() {
            gathered.shrink_to_fit();
        }
        Ok(Whole { bytes: gathered.into(), _room: room })
    }

    async fn room_for(&self, bytes: usize, by: Instant) -> Result<Taken, Unread> {
        let room = if bytes > MIDDLE { &self.memory.large } else { &self.memory.middle };
        room.take_by(bytes, by).await.ok_or(Unread::NoRoom)
    }
}

/// The next piece of a body, or `None` after its last.
async fn next(body: &mut Incoming, by: Instant) -> Result<Option<Bytes>, Unread> {
    loop {
        match tokio::time::timeout_at(by, body.frame()).await {
            Err(_) => return Err(Unread::TooSlow),
            Ok(None) => return Ok(None),
            Ok(Some(Err(_))) => return Err(Unread::Broken),
            Ok(Some(Ok(frame))) => {
                // Anything but data is a trailer, which nobody asked for.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// Reads and throws away, so that the sender has done with sending when it hears why.
async fn pass_over(mut body: Incoming, by: Instant) -> Result<Whole, Unread> {
    let mut passed = 0;
    while let Some(data) = next(&mut body, by).await? {
        passed += data.len();
        if passed > PASSED_OVER {
            break;
        }
    }
    Err(Unread::TooLarge)
}

/// The body of an answer.
pub(super) enum Body {
    /// Bytes that are at hand.
    Whole(Option<Bytes>),
    /// Half of what was announced; then the connection breaks.
    Cut(Cut),
    /// Pieces as they come, until their sender is dropped.
    Stream(mpsc::Receiver<Bytes>),
}

/// How far a body that is cut has come.
pub(super) enum Cut {
    /// Its half is still to go.
    Half(Bytes),
    /// Its half is to be sent before the connection breaks.
    Sent,
    /// The connection breaks.
    Over,
}

impl Body {
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Some(bytes.into()))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Stream(pieces) => pieces.poll_recv(context).map(|piece| Some(Ok(Frame::data(piece?)))),
            Self::Cut(cut) => match std::mem::replace(cut, Cut::Over) {
                Cut::Half(half) => {
                    *cut = Cut::Sent;
                    Poll::Ready(Some(Ok(Frame::data(half))))
                }
                Cut::Sent => {
                    // The connection sends what it has while it waits for more.
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                Cut::Over => Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset)))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Cut(_) | Self::Stream(_) => SizeHint::default(),
        }
    }
}
