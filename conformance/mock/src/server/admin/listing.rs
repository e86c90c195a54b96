//! Long answers, written while they are sent: whoever reads slowly keeps little in memory.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use tokio::sync::mpsc;

use super::super::body::Body;
use super::super::served::Served;
use super::{error, with_headers};
use crate::endpoint::NO_ROOM;
use crate::memory::Taken;

/// The size of a piece that is sent.
const PIECE: usize = 8 * 1024;

/// An entry of a list.
pub(super) enum Entry {
    /// Its JSON.
    Ready(String),
    /// One that takes so many bytes while it is made. If there is no room for that, the text stands in its place.
    Large(usize, Box<dyn FnOnce() -> String + Send>, String),
}

/// An answer with a list: `start`, the entries with commas between them, and `end`.
pub(super) async fn stream(
    served: &Arc<Served>,
    start: String,
    end: &'static str,
    next: impl FnMut() -> Option<Entry> + Send + 'static,
) -> Response<Body> {
    let Some(place) = served.listing().await else { return error(StatusCode::SERVICE_UNAVAILABLE, NO_ROOM) };
    let mut pieces =
        Pieces { served: Arc::clone(served), next: Box::new(next), piece: start.into_bytes(), any: false };
    // What fits into a piece or two is an answer of known length.
    let body = match pieces.fill().await {
        Filled::End => {
            pieces.piece.extend_from_slice(end.as_bytes());
            Body::whole(pieces.piece)
        }
        Filled::Piece(large) => {
            let (sender, sent) = mpsc::channel(1);
            let stopped = served.stopped();
            tokio::spawn(async move {
                tokio::select! {
                    _ = pieces.send(&sender, large, end) => {}
                    () = stopped => {}
                    () = sender.closed() => {}
                }
                drop(place);
            });
            Body::Stream(sent)
        }
    };
    with_headers(StatusCode::OK, "application/json", body)
}

/// A long answer that is being written.
struct Pieces {
    served: Arc<Served>,
    next: Box<dyn FnMut() -> Option<Entry> + Send>,
    piece: Vec<u8>,
    any: bool,
}

/// What a piece was filled with.
enum Filled {
    /// The last entries.
    End,
    /// So much that it is to be sent, and a large entry behind it.
    Piece(Option<Bytes>),
}

impl Pieces {
    async fn fill(&mut self) -> Filled {
        while let Some(entry) = (self.next)() {
            if std::mem::replace(&mut self.any, true) {
                self.piece.push(b',');
            }
            match entry {
                Entry::Ready(text) => self.piece.extend_from_slice(text.as_bytes()),
                Entry::Large(bytes, make, otherwise) => match self.served.work.take(bytes).await {
                    Some(taken) => return Filled::Piece(Some(made(taken, make))),
                    None => self.piece.extend_from_slice(otherwise.as_bytes()),
                },
            }
            if self.piece.len() >= PIECE {
                return Filled::Piece(None);
            }
        }
        Filled::End
    }

    /// Sends it all; `None` if the reader has gone.
    async fn send(
        &mut self,
        sender: &mpsc::Sender<Bytes>,
        mut large: Option<Bytes>,
        end: &str,
    ) -> Option<()> {
        loop {
            sender.send(std::mem::take(&mut self.piece).into()).await.ok()?;
            if let Some(large) = large.take() {
                sender.send(large).await.ok()?;
            }
            match self.fill().await {
                Filled::Piece(more) => large = more,
                Filled::End => break,
            }
        }
        self.piece.extend_from_slice(end.as_bytes());
        sender.send(std::mem::take(&mut self.piece).into()).await.ok()
    }
}

/// Makes a large entry, which may take a while: other connections of this thread go elsewhere.
fn made(taken: Taken, make: Box<dyn FnOnce() -> String + Send>) -> Bytes {
    taken.hold(tokio::task::block_in_place(make).into_bytes())
}
