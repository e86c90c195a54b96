//! Accepts connections, and closes them.

use std::io::{self, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::config::Limits;
use super::served::Served;
use super::write_timeout::WriteTimeout;

/// How long to accept nothing if the system has no room for another connection.
const FULL: Duration = Duration::from_millis(50);

/// The most that is read ahead of a connection, and the longest head of a request.
const BUFFER: usize = 32 * 1024;

/// Serves until `stop` resolves, then lets the requests under way end within the grace.
pub(crate) async fn serve(
    listener: TcpListener,
    served: Arc<Served>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    // A connection is accepted once there is room for it: until then it waits in the system's queue, and
    // nothing here grows.
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_time).max_buf_size(BUFFER);
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let slot = Arc::clone(&slots).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, _) = listener.accept().await?;
            Ok((slot, stream))
        };
        let accepted = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((slot, stream)) => {
                // An answer is one write: to wait for a fuller packet would only delay it.
                let _ = stream.set_nodelay(true);
                let served = Arc::clone(&served);
                let service = service_fn(move |request| Arc::clone(&served).answer(request));
                let connection = graceful
                    .watch(http.serve_connection(WriteTimeout::new(stream, limits.body_time), service));
                tokio::spawn(async move {
                    // What goes wrong with one connection is its client's affair.
                    let _ = connection.await;
                    drop(slot);
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) => tokio::time::sleep(FULL).await,
        }
    }
    drop(listener);
    served.stop();
    let _ = tokio::time::timeout(limits.grace, graceful.shutdown()).await;
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}
