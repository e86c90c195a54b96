//! The endpoint, served over HTTP.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use tally_generated::runtime;
use tally_spec::model::Contract;
use tokio::sync::oneshot;

use super::endpoint::{Answered, Received, Reply};
use super::fault::{Fault, Faulty, Wire};
use super::state::{Organisation, Setup};
use crate::fixtures::Fixtures;

/// The most bytes of a request's body; a larger one is answered 413.
const BODY_LIMIT: usize = 6 * 1024 * 1024;

/// What a mock is started with.
#[derive(Debug, Clone)]
pub struct MockConfig {
    /// The contract that it answers by.
    pub contract: Arc<Contract>,
    /// What was generated for it.
    pub generated: &'static runtime::Contract,
    /// What its organisation holds.
    pub fixtures: Fixtures,
    /// The token that it takes; any where none is given.
    pub token: Option<String>,
    /// Where it listens; port 0 for a free one.
    pub address: SocketAddr,
    /// A SQLite file that keeps what is written; in memory alone where none is named.
    pub store: Option<PathBuf>,
    /// How long a job rests between two pieces.
    pub job_pause: Duration,
    /// A fault that it has.
    pub fault: Option<Fault>,
    /// The seed of what a fault leaves to chance.
    pub seed: u64,
}

/// A mock that serves until it is stopped or dropped.
#[derive(Debug)]
pub struct RunningMock {
    address: SocketAddr,
    root: String,
    organisation: Arc<Organisation>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RunningMock {
    /// The URL of the API's root, base path included, with no slash at the end.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it answers for.
    #[must_use]
    pub const fn organisation(&self) -> &Arc<Organisation> {
        &self.organisation
    }

    /// Stops it, and waits until it has.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that has ended by itself hears nothing, which is what we want of it.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.organisation.end();
    }
}

impl Drop for RunningMock {
    fn drop(&mut self) {
        self.halt();
    }
}

/// Starts a mock on threads of its own, and returns once it listens.
///
/// # Errors
///
/// Where the address can't be listened on, or no thread can be had.
pub fn start(config: MockConfig) -> io::Result<RunningMock> {
    let (ready, listening) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let base_path = config.contract.file.service.base_path().to_owned();
    let wanted = config.address;
    let header = HeaderName::try_from(config.contract.file.service.authentication.header.as_str())
        .map_err(io::Error::other)?;
    let setup = Setup {
        fixtures: config.fixtures.clone(),
        store: config.store.clone(),
        job_pause: config.job_pause,
        now: jiff::Timestamp::now,
    };
    let organisation = Organisation::new(Arc::clone(&config.contract), setup).map_err(io::Error::other)?;
    let served = Arc::new(Served { endpoint: Faulty::new(config, Arc::clone(&organisation)), header });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let thread = std::thread::Builder::new().name("mock".to_owned()).spawn(move || {
        runtime.block_on(async move {
            let listener = match tokio::net::TcpListener::bind(wanted).await {
                Ok(listener) => listener,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            let _ = ready.send(listener.local_addr());
            let app = Router::new().fallback(handle).with_state(served);
            let stopped = async {
                let _ = stopped.await;
            };
            tokio::select! {
                served = axum::serve(listener, app) => drop(served),
                () = stopped => {}
            }
        });
        // Connections that clients keep open would hold up a graceful end for ever.
        runtime.shutdown_background();
    })?;
    let address = listening.recv().map_err(io::Error::other)??;
    let root = format!("http://{address}{base_path}");
    Ok(RunningMock { address, root, organisation, stop: Some(stop), thread: Some(thread) })
}

struct Served {
    endpoint: Faulty,
    header: HeaderName,
}

async fn handle(State(served): State<Arc<Served>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return response;
    };
    let text = |value: Option<&HeaderValue>| {
        value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let received = Received {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        credentials: text(parts.headers.get(&served.header)),
        media_type: text(parts.headers.get(header::CONTENT_TYPE)),
        body: body.into(),
        number: 0,
    };
    let (answered, wire) = served.endpoint.answer(received);
    let Answered { mut reply, receipt, .. } = answered;
    if let Some(receipt) = receipt {
        match receipt.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                served.endpoint.organisation().give_up(error);
                reply = served.endpoint.busy();
            }
            Err(_) => reply = served.endpoint.busy(),
        }
    }
    match wire {
        None => respond(reply),
        Some(wire) => over_wire(reply, wire).await,
    }
}

/// An answer that goes over the wire otherwise than it should.
async fn over_wire(reply: Reply, wire: Wire) -> Response<Body> {
    match wire {
        Wire::Waits(time) => tokio::time::sleep(time).await,
        Wire::Hangs => std::future::pending().await,
        Wire::Cut => {
            let half = reply.body[..reply.body.len() / 2].to_vec();
            let length = HeaderValue::from(reply.body.len());
            let mut response = respond(Reply { body: Vec::new(), ..reply });
            response.headers_mut().insert(header::CONTENT_LENGTH, length);
            *response.body_mut() = Body::new(Breaking { left: Some(half.into()) });
            return response;
        }
        Wire::Closed => {
            let mut response = respond(Reply { body: Vec::new(), ..reply });
            *response.body_mut() = Body::new(Breaking { left: None });
            return response;
        }
    }
    respond(reply)
}

/// A body that breaks off.
struct Breaking {
    left: Option<axum::body::Bytes>,
}

impl axum::body::HttpBody for Breaking {
    type Data = axum::body::Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        let frame = match self.left.take() {
            Some(bytes) => Ok(http_body::Frame::data(bytes)),
            None => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        };
        std::task::Poll::Ready(Some(frame))
    }
}

fn respond(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
