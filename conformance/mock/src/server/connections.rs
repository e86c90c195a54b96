//! Accepts connections, and closes them.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::body::Body;
use super::config::Limits;
use super::places::{Phase, Place, Places};
use super::seldom::Seldom;
use super::served::Served;
use super::transport::Transport;
use super::write_timeout::WriteTimeout;

/// How long to accept nothing if the system has no room for another connection.
const FULL: Duration = Duration::from_millis(50);

/// The most that is read ahead of a connection, and the longest head of a request.
const BUFFER: usize = 32 * 1024;

/// How many connections may wait in the system's queue, if the system allows that many.
const QUEUE: u32 = 4096;

/// Where connections come in, and what they speak.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) transport: Transport,
}

impl Door {
    /// Listens at an address.
    ///
    /// # Errors
    ///
    /// If it can't be listened on.
    ///
    /// # Panics
    ///
    /// Outside a runtime.
    pub(crate) fn open(address: SocketAddr, transport: Transport) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // On other systems an address can be taken again at once, and this would let others take it, too.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self { listener: socket.listen(QUEUE)?, transport })
    }
}

/// What every connection is served with.
struct Speaker {
    http: http1::Builder,
    transport: Transport,
    served: Arc<Served>,
    limits: Limits,
}

/// Serves until `stop` resolves, then lets the requests under way end within the grace.
pub(crate) async fn serve(door: Door, served: Arc<Served>, limits: Limits, stop: impl Future<Output = ()>) {
    let Door { listener, transport } = door;
    let (places, graceful, refused) =
        (Places::new(limits.connections), GracefulShutdown::new(), Seldom::default());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_time).max_buf_size(BUFFER);
    let speaker = Arc::new(Speaker { http, transport, served: Arc::clone(&served), limits });
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let (stream, _) = listener.accept().await?;
            // It waits here until there is a place for it, and others wait in the system's queue: nothing grows.
            Ok((stream, places.take().await))
        };
        let accepted = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, ticket)) => {
                let (speaker, watcher) = (Arc::clone(&speaker), graceful.watcher());
                let place = Arc::clone(ticket.place());
                let task = tokio::spawn(async move {
                    speaker.connection(stream, ticket.place(), watcher).await;
                });
                place.set_task(task.abort_handle());
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if let Some(times) = refused.one_more() {
                    tracing::warn!("no connection can be accepted: {error} ({times} times)");
                }
                // Too many files may be open: one less makes room.
                places.make_room();
                tokio::time::sleep(FULL).await;
            }
        }
    }
    drop(listener);
    served.stop();
    let _ = tokio::time::timeout(limits.grace, graceful.shutdown()).await;
}

impl Speaker {
    /// Serves a connection to its end.
    async fn connection(&self, stream: TcpStream, place: &Arc<Place>, watcher: Watcher) {
        // An answer is one write: to wait for a fuller packet would only delay it.
        let _ = stream.set_nodelay(true);
        match &self.transport {
            Transport::Plain => self.speak(stream, place, watcher).await,
            #[cfg(feature = "tls")]
            Transport::Tls(tls) => {
                place.waits_to_read();
                let accepted = tokio::select! {
                    accepted = tls.accept(stream, self.limits.header_time) => accepted,
                    () = self.served.stopped() => None,
                };
                if let Some(stream) = accepted {
                    self.speak(stream, place, watcher).await;
                }
            }
        }
    }

    /// Speaks HTTP to the end of a connection.
    async fn speak<S>(&self, stream: S, place: &Arc<Place>, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = TokioIo::new(WriteTimeout::new(stream, self.limits.body_time, Arc::clone(place)));
        let service = service_fn(|request| {
            let (served, place) = (Arc::clone(&self.served), Arc::clone(place));
            async move {
                let response = served.answer(request, &place).await?;
                if !matches!(response.body(), Body::Stream(_)) {
                    place.begin(Phase::Answered);
                }
                Ok::<_, super::wire::Closed>(response)
            }
        });
        // What goes wrong with one connection is its client's affair.
        if let Err(error) = watcher.watch(self.http.serve_connection(stream, service)).await {
            tracing::debug!("a connection ended: {error}");
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}
