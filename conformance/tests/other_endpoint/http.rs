//! A plain HTTP/1.1 server over `std`, with habits of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// A request as it came: names of headers in lower case.
pub(crate) struct Heard {
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Heard {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// How answers go over the wire.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(crate) struct Wire {
    /// In chunks, without a length.
    pub(crate) chunked: bool,
    /// Without a length: the end of the connection is the body's.
    pub(crate) until_closed: bool,
    /// Each connection is closed after one answer.
    pub(crate) closes: bool,
    /// Names of headers in capitals.
    pub(crate) capitals: bool,
    /// Waits before each answer.
    pub(crate) waits: Duration,
}

/// An answer: its status, the value of its media type, its body.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) media_type: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(wire: Wire, answer: impl Fn(&Heard) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let answer: Arc<dyn Fn(&Heard) -> Said + Send + Sync> = Arc::new(answer);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let answer = Arc::clone(&answer);
                // A thread ends with its connection, at the latest when the client is dropped.
                std::thread::spawn(move || converse(stream, wire, &*answer));
            }
        });
        Self { address, stop, thread: Some(thread) }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn converse(stream: TcpStream, wire: Wire, answer: &dyn Fn(&Heard) -> Said) {
    let Ok(write) = stream.try_clone() else { return };
    let mut write = write;
    let mut read = BufReader::new(stream);
    while let Some(heard) = hear(&mut read) {
        std::thread::sleep(wire.waits);
        let said = answer(&heard);
        if say(&mut write, &said, wire).is_none() || wire.closes || wire.until_closed {
            let _ = write.shutdown(Shutdown::Both);
            return;
        }
    }
}

fn hear(read: &mut BufReader<TcpStream>) -> Option<Heard> {
    let mut first = String::new();
    read.read_line(&mut first).ok().filter(|length| *length > 0)?;
    let mut words = first.split_whitespace();
    let (verb, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        read.read_line(&mut line).ok().filter(|length| *length > 0)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let mut heard = Heard { verb, path, headers, body: Vec::new() };
    let length = heard.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    heard.body = vec![0; length];
    read.read_exact(&mut heard.body).ok()?;
    Some(heard)
}

fn say(write: &mut TcpStream, said: &Said, wire: Wire) -> Option<()> {
    let mut head = format!("HTTP/1.1 {} Whatever\r\n", said.status);
    let mut header = |name: &str, value: &str| {
        let name = if wire.capitals { name.to_uppercase() } else { name.to_lowercase() };
        head.extend([name.as_str(), ":", value, "\r\n"]);
    };
    header("Content-Type", &said.media_type);
    header("X-Served-By", "another");
    if wire.closes || wire.until_closed {
        header("Connection", "close");
    }
    let mut body = said.body.clone();
    if wire.chunked {
        header("Transfer-Encoding", "chunked");
        let mut chunks = Vec::new();
        for chunk in said.body.chunks(1000) {
            chunks.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            chunks.extend(chunk);
            chunks.extend(b"\r\n");
        }
        chunks.extend(b"0\r\n\r\n");
        body = chunks;
    } else if !wire.until_closed {
        header("Content-Length", &said.body.len().to_string());
    }
    head.push_str("\r\n");
    // In one go: two would wait for each other.
    write.write_all(&[head.as_bytes(), &body].concat()).ok()?;
    write.flush().ok()
}
