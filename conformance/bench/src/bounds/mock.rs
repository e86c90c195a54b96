//! `tally mock`: memory stays below `--max-memory` and 64 MiB; what does not fit is answered, never aborted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tally_bench::process::Mock;
use tally_bench::sender::{Answer, Sender, request};
use tally_bench::size::{APART, MIB};

use super::{Setting, bounded, ceiling};

/// The size of a large body, below the limit of one. Unit: bytes.
const LARGE: usize = 6_000_000;

/// Answers that a mock gives when it has no room: come again, or the batch is too large for it.
const NO_ROOM: [u16; 3] = [413, 503, 507];

/// Every case.
#[expect(clippy::unnecessary_wraps, reason = "the other parts can fail before their first case")]
pub(crate) fn cases(setting: &mut Setting) -> Result<(), String> {
    let memory = if setting.full { 512 } else { 64 };
    let times: &[usize] = if setting.full { &[1, 8, 20] } else { &[1, 8] };
    for times in times {
        case(setting, &format!("two million `{{}}` in 6 MB, ×{times}"), memory, |setting, mock| {
            empty_records(setting, mock, *times)
        });
    }
    let total = if setting.full { 1500 } else { 150 };
    case(setting, &format!("records of 20 kB, {total} MB"), memory, |setting, mock| {
        records(setting, mock, total * 50, 20_000)
    });
    let (count, shown) = if setting.full { (10_000_000, "10,000,000") } else { (400_000, "400,000") };
    case(setting, &format!("{shown} records"), memory, |setting, mock| records(setting, mock, count, 0));
    let readers = if setting.full { 300 } else { 80 };
    case(setting, &format!("{readers} slow readers of /_tally/state"), memory, |setting, mock| {
        slow_readers(setting, mock, readers)
    });
    case(setting, &format!("{} slow readers of /_tally/judge", readers / 4), memory, |setting, mock| {
        slow_judges(setting, mock, readers / 4)
    });
    Ok(())
}

/// Starts a mock, does something to it, and holds it to its bound; in the end it must answer as before.
fn case(
    setting: &mut Setting,
    name: &str,
    mib: u64,
    act: impl FnOnce(&Setting, &Mock) -> Result<(), String>,
) {
    let (options, memory) = bounded(setting, mib);
    setting.case("mock", name, memory + APART, |setting| {
        let mut mock = match Mock::start(&setting.tally, &options, ceiling(memory + APART)) {
            Ok(mock) => mock,
            Err(error) => return (None, Some(error)),
        };
        let acted = act(setting, &mock);
        let wrong = mock.ended().or_else(|| acted.err()).or_else(|| is_well(&mock).err());
        (mock.peak(), wrong)
    });
}

/// Whether the mock answers within a minute.
fn is_well(mock: &Mock) -> Result<(), String> {
    let started = Instant::now();
    mock.admin("GET", "/healthz").map_err(|error| format!("it is not well: {error}"))?;
    if started.elapsed() > Duration::from_secs(1) {
        return Err(format!("it is well, and took {:.1} s to say so", started.elapsed().as_secs_f64()));
    }
    Ok(())
}

/// Whether an answer is one that a mock may give to a hostile body: it was taken, or there is no room.
fn check(answer: &Answer) -> Result<(), String> {
    match answer.status {
        200..=299 => Ok(()),
        503 if !answer.retry_after => Err("503 without Retry-After".to_owned()),
        status if NO_ROOM.contains(&status) => Ok(()),
        status => Err(format!("HTTP {status}: {:.200}", String::from_utf8_lossy(&answer.body))),
    }
}

/// So many bodies of two million records at once, and some seconds of their jobs.
fn empty_records(setting: &Setting, mock: &Mock, times: usize) -> Result<(), String> {
    let sent = setting.subject.request(&mock.base_path, &setting.subject.filled("{}", LARGE));
    thread::scope(|scope| {
        let once = || Sender::connect(mock.address)?.exchange(&sent).and_then(|answer| check(&answer));
        let senders: Vec<_> = (0..times).map(|_| scope.spawn(once)).collect();
        senders.into_iter().try_for_each(|sender| sender.join().map_err(|_| "a sender failed".to_owned())?)
    })?;
    thread::sleep(Duration::from_secs(if setting.full { 20 } else { 3 }));
    Ok(())
}

/// New records in batches, until so many were sent; how many were kept is the mock's to say.
fn records(setting: &Setting, mock: &Mock, count: usize, padding: usize) -> Result<(), String> {
    let subject = &setting.subject;
    let batch = subject.area().limit.maximum.min(4_000_000 / (padding + 1)).max(1);
    let pad = "x".repeat(padding);
    let (next, kept) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let first_wrong = Mutex::new(None);
    let send = || -> Result<(), String> {
        let mut sender = Sender::connect(mock.address)?;
        loop {
            let from = next.fetch_add(batch, Ordering::Relaxed);
            if from >= count {
                return Ok(());
            }
            let records: Vec<String> =
                (from..from + batch).map(|number| subject.record(&format!("{number}{pad}"))).collect();
            let sent = subject.request(&mock.base_path, &subject.body(records.iter().map(String::as_str)));
            let answer = sender.exchange(&sent)?;
            check(&answer)?;
            if NO_ROOM.contains(&answer.status) {
                continue;
            }
            kept.fetch_add(batch, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                if let Err(error) = send() {
                    first_wrong.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            });
        }
    });
    if let Some(wrong) = first_wrong.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(wrong);
    }
    let path = format!("/_tally/state/{}?limit=1", subject.area().name);
    let total = mock.admin("GET", &path)?["total"].as_u64().unwrap_or(0);
    let kept = kept.into_inner() as u64;
    if total == 0 || total > kept {
        return Err(format!("{total} records are kept, {kept} were acknowledged"));
    }
    Ok(())
}

/// Connections that ask for as many records as there may be in one answer, and read nothing of it.
fn slow_readers(setting: &Setting, mock: &Mock, readers: usize) -> Result<(), String> {
    records(setting, mock, 20 * setting.subject.area().limit.maximum.min(250), 4000)?;
    let path = format!("/_tally/state/{}?limit=1000", setting.subject.area().name);
    unread(mock, readers, &request(mock.address, "GET", &path, b""))
}

/// Connections that have a large body judged, and read nothing of the answer.
fn slow_judges(setting: &Setting, mock: &Mock, readers: usize) -> Result<(), String> {
    let path = format!("/_tally/judge/{}", setting.subject.area().name);
    unread(mock, readers, &request(mock.address, "POST", &path, &setting.subject.filled("{}", 1_000_000)))
}

fn unread(mock: &Mock, readers: usize, sent: &[u8]) -> Result<(), String> {
    let held: Arc<Mutex<Vec<Sender>>> = Arc::default();
    thread::scope(|scope| {
        for _ in 0..readers.min(32) {
            let held = Arc::clone(&held);
            scope.spawn(move || {
                for _ in 0..readers.div_ceil(32) {
                    // A connection that the mock closes holds no memory of it.
                    let Ok(mut sender) = Sender::connect(mock.address) else { continue };
                    if sender.only_send(sent).is_ok() {
                        held.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
                    }
                }
            });
        }
    });
    thread::sleep(Duration::from_secs(4));
    let held = held.lock().unwrap_or_else(PoisonError::into_inner).len();
    if held * 2 < readers { Err(format!("only {held} of {readers} requests were taken")) } else { Ok(()) }
}

const _: () = assert!(LARGE as u64 <= 6 * MIB);
