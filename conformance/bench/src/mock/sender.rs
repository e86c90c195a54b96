//! A connection that sends one body after the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection that is kept open.
pub struct Sender {
    stream: BufReader<TcpStream>,
}

impl Sender {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Where nobody listens there.
    pub fn connect(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).map_err(|error| error.to_string())?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream) })
    }

    /// Sends a whole request and reads its answer. The status and the body.
    ///
    /// # Errors
    ///
    /// Where the connection ends, or the answer is none of HTTP/1.1 with a length.
    pub fn send(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>), String> {
        self.stream.get_mut().write_all(request).map_err(|error| format!("sending: {error}"))?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("no status")?;
        let mut length = 0;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(|_| "a length that is no number")?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).map_err(|error| format!("reading: {error}"))?;
        Ok((status, body))
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).map_err(|error| format!("reading: {error}"))?;
        if read == 0 { Err("the connection ended".to_owned()) } else { Ok(line.trim_end().to_owned()) }
    }
}

/// A whole request.
#[must_use]
pub fn request(method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer token\r\n\
         Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}
