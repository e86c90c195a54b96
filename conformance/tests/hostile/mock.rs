//! A mock as a process of its own, with little memory, and what is sent to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tally_spec::model::{Area, Contract, OverLimit};

use super::server::contract;

const MIB: usize = 1024 * 1024;

/// A mock, until it is dropped.
pub(crate) struct Mock {
    process: Child,
    address: SocketAddr,
    /// The path of the API's root.
    base: String,
    pub(crate) contract: Arc<Contract>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: bool,
    pub(crate) body: String,
}

impl Answer {
    /// Whether the request was accepted; if not, it was refused for want of room.
    pub(crate) fn is_accepted(&self) -> bool {
        match self.status {
            200 => true,
            503 => {
                assert!(self.retry_after, "{self:?}");
                false
            }
            _ => panic!("{self:?}"),
        }
    }
}

impl Mock {
    /// A mock that may take so much memory. Another build of the command may be named by `TALLY_BINARY`, and need not
    /// have the option.
    pub(crate) fn start(mebibytes: usize, more: &[&str]) -> Self {
        let binary = std::env::var_os("TALLY_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_tally").into());
        let help = Command::new(&binary).args(["mock", "--help"]).output().expect("it starts");
        let mut command = Command::new(&binary);
        command.args(["mock", "--addr", "127.0.0.1:0"]).args(more);
        if String::from_utf8_lossy(&help.stdout).contains("--max-memory") {
            command.arg("--max-memory").arg(format!("{mebibytes}MiB"));
        }
        command.env_remove("TALLY_TOKEN").env_remove("TALLY_ADMIN_TOKEN").stderr(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("it has an output"))
            .read_line(&mut line)
            .expect("it prints");
        let url = line.trim().strip_prefix("listening on http://").expect("it listens").to_owned();
        let (host, path) = url.split_once('/').unwrap_or((&url, ""));
        let address = host.parse().expect("an address");
        Self { process, address, base: format!("/{path}"), contract: contract() }
    }

    /// An area whose requests over the limit are taken, and whose limit counts records.
    pub(crate) fn area(&self) -> &Area {
        let takes = |area: &&Area| {
            matches!(area.limit.over, OverLimit::Acknowledges { .. }) && area.limit.counts.is_none()
        };
        self.contract.areas.iter().find(takes).expect("there is such an area")
    }

    /// A body of an area with these records.
    pub(crate) fn body<'r>(&self, area: &Area, records: impl IntoIterator<Item = &'r str>) -> String {
        let records: Vec<&str> = records.into_iter().collect();
        let inner = format!("{{{}:[{}]}}", Value::from(area.list.name.as_str()), records.join(","));
        match &self.contract.file.service.envelope {
            Some(envelope) => format!("{{{}:{inner}}}", Value::from(envelope.as_str())),
            None => inner,
        }
    }

    /// So many bytes of empty records.
    pub(crate) fn empty_records(&self, bytes: usize) -> String {
        self.body(self.area(), std::iter::repeat_n("{}", bytes / 3))
    }

    /// The path of an area.
    pub(crate) fn path(&self, area: &Area) -> String {
        format!("{}{}", self.base, area.path)
    }

    /// Sends a request, and leaves its answer unread.
    pub(crate) fn only_send(&self, method: &str, path: &str, body: &str) -> Option<TcpStream> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        for set in [TcpStream::set_read_timeout, TcpStream::set_write_timeout] {
            set(&stream, Some(Duration::from_mins(2))).ok()?;
        }
        let service = &self.contract.file.service;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{}: {} token\r\nContent-Type: {}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            self.address,
            service.authentication.header,
            service.authentication.scheme,
            service.media_type.value,
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        // A request may be refused before all of it was read.
        let _ = stream.write_all(body.as_bytes());
        Some(stream)
    }

    /// Sends a request and reads its answer. One that came in chunks is joined.
    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut stream = self.only_send(method, path, body).expect("it listens");
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, mut rest) = text.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let head = head.to_lowercase();
        let mut body = String::new();
        if head.contains("transfer-encoding: chunked") {
            while let Some((size, behind)) = rest.split_once("\r\n") {
                let size = usize::from_str_radix(size, 16).expect("a size");
                body.push_str(&behind[..size]);
                rest = &behind[size + 2..];
            }
        } else {
            rest.clone_into(&mut body);
        }
        Answer { status, retry_after: head.contains("\r\nretry-after:"), body }
    }

    /// The JSON of an answer of the mock's own API.
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("it is JSON")
    }

    /// How many records of an area are stored.
    pub(crate) fn stored(&self, area: &Area) -> usize {
        let total = self.get(&format!("/_tally/state/{}?limit=0", area.name))["total"].as_u64();
        usize::try_from(total.expect("a total")).expect("it is small")
    }

    /// The most resident memory that it had so far. Unit: bytes.
    pub(crate) fn peak(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is reported");
        let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1024
    }

    /// Checks that it never took more memory than so many mebibytes, and 64 of its own.
    pub(crate) fn check_peak(&self, mebibytes: usize, what: &str) {
        let (peak, bound) = (self.peak() / MIB, mebibytes + 64);
        eprintln!("{what}: peak {peak} MiB of {bound} MiB");
        assert!(peak <= bound, "{what}: {peak} MiB of {bound} MiB");
    }

    /// Asks it to end, and says how long it took.
    pub(crate) fn terminate(mut self) -> Duration {
        let started = Instant::now();
        let kill = Command::new("kill").args(["-s", "TERM", &self.process.id().to_string()]).status();
        assert!(kill.expect("it starts").success());
        let status = self.process.wait().expect("it ends");
        assert!(status.success(), "{status}");
        started.elapsed()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // One that has ended can't be killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
