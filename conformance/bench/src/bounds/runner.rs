//! `tally conform`: an answer costs at most eight times its bytes, and 64 MiB in all.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tally_bench::process::{self, Ended, Mock};
use tally_bench::sender::Sender;
use tally_bench::size::APART;

use super::{Setting, ceiling};

/// How many answers of success stay as they are.
const HONEST: usize = 4;

/// Every case.
pub(crate) fn cases(setting: &mut Setting) -> Result<(), String> {
    let area = setting.subject.area().name.clone();
    let nested = "[".repeat(100_000) + &"]".repeat(100_000);
    case(setting, "200 kB of nested brackets", &area, nested.into_bytes())?;
    let open = "[".repeat(200_000);
    case(setting, "200 kB of open brackets", &area, open.into_bytes())?;
    if let Some((area, answer)) = setting.subject.counting_answer(5_000_000) {
        let area = area.name.clone();
        case(setting, "a list of 15 MB of failures", &area, answer.into_bytes())?;
    }
    case(setting, "16 MB of text", &area, vec![b'x'; 16_000_000])
}

/// Runs the runner against a mock whose answers of success become this body, once the run is under way.
fn case(setting: &mut Setting, name: &str, area: &str, body: Vec<u8>) -> Result<(), String> {
    let bound = 8 * body.len() as u64 + APART;
    let requests = if setting.full { "100" } else { "30" };
    let mock = Mock::start(&setting.tally, &setting.named, ceiling(bound))?;
    let address = serve(&mock, body).map_err(|error| format!("no server: {error}"))?;
    let root = format!("http://{address}{}", mock.base_path);
    setting.case("conform", name, bound, |setting| {
        let below = |what: &str| setting.folder.join(format!("{what} {name}")).display().to_string();
        let fixtures = setting.contract.join("fixtures/sample.toml").display().to_string();
        let mut arguments: Vec<String> = [
            ["conform", "--target"],
            [&root, "--area"],
            [area, "--profile"],
            ["smoke", "--seed"],
            ["1", "--max-requests"],
            [requests, "--max-time"],
            ["60", "--report"],
            [&below("report"), "--counterexamples"],
            [&below("counterexamples"), "--fixtures"],
        ]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect();
        arguments.push(fixtures);
        arguments.extend(setting.named.clone());
        // An answer that is too long to be judged is no violation.
        judged(process::run(&setting.tally, &arguments, ceiling(bound), Duration::from_mins(2)), &[1, 3])
    });
    Ok(())
}

/// The memory of a command that ended, and what is wrong unless it exits with one of these codes.
pub(crate) fn judged(ended: Result<Ended, String>, codes: &[i32]) -> (Option<u64>, Option<String>) {
    match ended {
        Err(error) => (None, Some(error)),
        Ok(Ended { peak, code, stopped }) => {
            let wrong = match (stopped.as_deref(), code) {
                (Some("time"), _) => Some("it does not end".to_owned()),
                (Some(_), _) => Some("it was killed, since it took far more than its bound".to_owned()),
                (None, None) => Some("a signal ended it".to_owned()),
                (None, Some(code)) if !codes.contains(&code) => Some(format!("it exits with {code}")),
                (None, Some(_)) => None,
            };
            (Some(peak), wrong)
        }
    }
}

/// Passes requests on to a mock, for as long as the process lives. Of its answers of success all but the first become
/// that body: a runner that is answered the same from the start on gives up before it has anything to report.
fn serve(mock: &Mock, body: Vec<u8>) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let (address, behind) = (listener.local_addr()?, mock.address);
    let (body, answered) = (Arc::new(body), Arc::<AtomicUsize>::default());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (body, answered) = (Arc::clone(&body), Arc::clone(&answered));
            // A client that goes away has seen enough.
            thread::spawn(move || pass_on(stream, behind, &body, &answered).ok());
        }
    });
    Ok(address)
}

fn pass_on(
    stream: TcpStream,
    behind: SocketAddr,
    hostile: &[u8],
    answered: &AtomicUsize,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let (mut request, mut length) = (Vec::new(), 0);
        loop {
            let start = request.len();
            if reader.read_until(b'\n', &mut request)? == 0 {
                return Ok(());
            }
            let line = String::from_utf8_lossy(&request[start..]).trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        reader.by_ref().take(length).read_to_end(&mut request)?;
        let sent = Sender::connect(behind).and_then(|mut sender| sender.exchange(&request));
        let answer = sent.map_err(std::io::Error::other)?;
        let is_hostile = answer.status < 300 && answered.fetch_add(1, Ordering::Relaxed) >= HONEST;
        let body = if is_hostile { hostile } else { &answer.body };
        let (status, length) = (answer.status, body.len());
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        let stream = reader.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
    }
}
