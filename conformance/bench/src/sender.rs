//! A connection that sends one request after the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The longest body of an answer that is read. Unit: bytes.
const LONGEST: u64 = 256 << 20;

/// A connection that is kept open.
pub struct Sender {
    stream: BufReader<TcpStream>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Whether it says when to send again.
    pub retry_after: bool,
    /// The body.
    pub body: Vec<u8>,
}

impl Sender {
    /// Connects.
    ///
    /// # Errors
    ///
    /// If nobody listens there.
    pub fn connect(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        for set in [TcpStream::set_read_timeout, TcpStream::set_write_timeout] {
            set(&stream, Some(Duration::from_mins(2))).map_err(|error| error.to_string())?;
        }
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream) })
    }

    /// Sends a whole request and reads its answer. The status and the body.
    ///
    /// # Errors
    ///
    /// If the connection ends, or the answer is none of HTTP/1.1 with a length.
    pub fn send(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>), String> {
        self.exchange(request).map(|answer| (answer.status, answer.body))
    }

    /// Sends a whole request and reads its answer.
    ///
    /// # Errors
    ///
    /// If the connection ends, or the answer is none of HTTP/1.1.
    pub fn exchange(&mut self, request: &[u8]) -> Result<Answer, String> {
        // A server may refuse a request before it has read all of it: then its answer is there all the same.
        let sent = self.stream.get_mut().write_all(request);
        self.answer().map_err(|error| match sent {
            Ok(()) => error,
            Err(sending) => format!("sending: {sending}; {error}"),
        })
    }

    /// Sends a request, and leaves its answer unread.
    ///
    /// # Errors
    ///
    /// If the connection ends.
    pub fn only_send(&mut self, request: &[u8]) -> Result<(), String> {
        self.stream.get_mut().write_all(request).map_err(|error| format!("sending: {error}"))
    }

    fn answer(&mut self) -> Result<Answer, String> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("no status")?;
        let (mut length, mut chunked, mut retry_after) = (0, false, false);
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or("a header without a value")?;
            match name.to_ascii_lowercase().as_str() {
                "content-length" => {
                    length = value.trim().parse().map_err(|_| "a length that is no number")?;
                }
                "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
                "retry-after" => retry_after = true,
                _ => {}
            }
        }
        let body = if chunked { self.chunks()? } else { self.bytes(length)? };
        Ok(Answer { status, retry_after, body })
    }

    fn chunks(&mut self) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let length = u64::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16);
            let length = length.map_err(|_| "a chunk without a length")?;
            if length > LONGEST - body.len() as u64 {
                return Err("the answer is too long".to_owned());
            }
            body.extend(self.bytes(length)?);
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    fn bytes(&mut self, length: u64) -> Result<Vec<u8>, String> {
        if length > LONGEST {
            return Err("the answer is too long".to_owned());
        }
        let mut bytes = vec![0; usize::try_from(length).map_err(|error| error.to_string())?];
        self.stream.read_exact(&mut bytes).map_err(|error| format!("reading: {error}"))?;
        Ok(bytes)
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).map_err(|error| format!("reading: {error}"))?;
        if read == 0 { Err("the connection ended".to_owned()) } else { Ok(line.trim_end().to_owned()) }
    }
}

/// A whole request to a server on this machine.
#[must_use]
pub fn request(address: SocketAddr, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer token\r\n\
         Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}
