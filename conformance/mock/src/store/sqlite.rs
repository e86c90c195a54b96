//! A store in a `SQLite` file.
//!
//! One thread writes. What waits for it is written in one transaction, in the order in which it came, and
//! acknowledged once the transaction is on the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, Transaction, params};
use tally_fixtures::private;

use super::hold::Hold;
use super::{Change, Committed, Receipt, Saved, SavedJob, SavedRecord, Sent, Store, StoreError};

/// The version of the file's tables.
const VERSION: i64 = 2;

/// The most changes that are written in one transaction, unless a single order has more.
const GROUP: usize = 20_000;

const TABLES: &str = "
create table contract (name text not null) strict;
create table record (
    area text not null, number integer not null, key text, text text not null, zoned integer not null,
    created integer not null, updated integer not null, sent text, attached text,
    primary key (area, number)
) strict, without rowid;
create table thing (number integer primary key, kind text not null, name text not null) strict;
create table job (
    id integer primary key, area text not null, exchange integer not null, body blob, progress text not null,
    done integer not null
) strict;
create table clock (today text not null) strict;
";

/// Keeps data in a `SQLite` file, so that it survives the process.
///
/// ```
/// use tally_mock::{Contract, Mock, Sqlite};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let file = std::env::temp_dir().join(format!("tally-doc-{}.db", std::process::id()));
/// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
/// let mock = Mock::builder(contract).store(Sqlite::new(&file)).start()?;
/// # mock.stop();
/// # for end in ["", "-wal", "-shm", ".lock"] {
/// #     let _ = std::fs::remove_file(format!("{}{end}", file.display()));
/// # }
/// # Ok(())
/// # }
/// ```
pub struct Sqlite {
    path: PathBuf,
    writer: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread that writes is asked for.
enum Order {
    Write(Write),
    /// All that the file holds.
    Read(Sender<Result<Saved, StoreError>>),
    /// To write again after a failure, if that is possible.
    Resume(Sender<Result<(), StoreError>>),
}

/// Changes, all or none of which are written.
struct Write {
    changes: Vec<Change>,
    committed: Committed,
}

impl Sqlite {
    /// A store in that file. The file is opened, or created, when a mock starts.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), writer: None, thread: None }
    }

    /// Asks the thread that writes, after all that it was asked before.
    fn ask<T>(&self, order: fn(Sender<Result<T, StoreError>>) -> Order) -> Result<T, StoreError> {
        let ended = || StoreError::new("the store has ended");
        let (sender, answer) = mpsc::channel();
        let writer = self.writer.as_ref().ok_or_else(ended)?;
        writer.send(order(sender)).map_err(|_| ended())?;
        answer.recv().map_err(|_| ended())?
    }
}

impl Store for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn open(&mut self, contract: &str) -> Result<Saved, StoreError> {
        let shown = self.path.display();
        let failed = |error: rusqlite::Error| StoreError::new(format!("{shown}: {error}"));
        let mut hold = Hold::take(&self.path)?;
        // SQLite gives its other files the permissions of this one.
        private::create(&self.path).map_err(|error| StoreError::new(format!("{shown}: {error}")))?;
        let mut connection = Connection::open(&self.path).map_err(failed)?;
        prepare(&mut connection, contract).map_err(|error| match error {
            Unfit::Failed(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                StoreError::new(format!("{shown} is not a SQLite file; name another file"))
            }
            Unfit::Failed(error) => failed(error),
            Unfit::Other(what) => StoreError::new(format!("{shown} {what}; name another file")),
        })?;
        let saved = load(&connection).map_err(failed)?;
        hold.identify();
        let (writer, orders) = mpsc::channel();
        let mut writing = Writer { connection, hold, name: shown.to_string(), state: Ok(()) };
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writing.work(&orders))
            .map_err(|error| StoreError::new(format!("cannot start the store's thread: {error}")))?;
        (self.writer, self.thread) = (Some(writer), Some(thread));
        Ok(saved)
    }

    fn commit(&self, changes: Vec<Change>) -> Receipt {
        let (committed, receipt) = Receipt::pending();
        if let Some(writer) = &self.writer {
            // A writer that has ended drops the order, and the receipt resolves to an error.
            let _ = writer.send(Order::Write(Write { changes, committed }));
        }
        receipt
    }

    fn read_again(&self) -> Result<Saved, StoreError> {
        self.ask(Order::Read)
    }

    fn resume(&self) -> Result<(), StoreError> {
        self.ask(Order::Resume)
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sqlite").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.writer = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

enum Unfit {
    Failed(rusqlite::Error),
    Other(&'static str),
}

impl From<rusqlite::Error> for Unfit {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

fn prepare(connection: &mut Connection, contract: &str) -> Result<(), Unfit> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    let transaction = connection.transaction()?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = transaction.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
    if (version, tables) == (0, 0) {
        transaction.execute_batch(TABLES)?;
        transaction.execute("insert into contract values (?1)", [contract])?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    } else if version != VERSION {
        return Err(Unfit::Other("is not a store of this version of the mock"));
    }
    let name: Option<String> =
        transaction.query_row("select name from contract", [], |row| row.get(0)).optional()?;
    if name.as_deref() != Some(contract) {
        return Err(Unfit::Other("holds records of another contract"));
    }
    transaction.commit()?;
    Ok(())
}

fn load(connection: &Connection) -> rusqlite::Result<Saved> {
    let mut records = connection.prepare(
        "select area, number, key, text, zoned, created, updated, sent, attached from record \
         order by area, number",
    )?;
    let mut things = connection.prepare("select kind, name from thing order by number")?;
    let mut jobs =
        connection.prepare("select id, area, exchange, body, progress, done from job order by id")?;
    Ok(Saved {
        records: records.query_map([], record)?.collect::<Result<_, _>>()?,
        things: things.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?,
        jobs: jobs.query_map([], job)?.collect::<Result<_, _>>()?,
        today: connection.query_row("select today from clock", [], |row| row.get(0)).optional()?,
    })
}

fn record(row: &Row<'_>) -> rusqlite::Result<SavedRecord> {
    let (sent, attached): (Option<String>, Option<String>) = (row.get(7)?, row.get(8)?);
    let sent: Option<BTreeMap<String, Sent>> = sent.and_then(|text| serde_json::from_str(&text).ok());
    let attached = attached.and_then(|text| serde_json::from_str(&text).ok());
    Ok(SavedRecord {
        area: row.get(0)?,
        number: row.get(1)?,
        key: row.get(2)?,
        text: row.get(3)?,
        zoned: row.get::<_, i64>(4)?.cast_unsigned(),
        created: row.get(5)?,
        updated: row.get(6)?,
        sent,
        attached,
    })
}

fn job(row: &Row<'_>) -> rusqlite::Result<SavedJob> {
    Ok(SavedJob {
        id: row.get(0)?,
        area: row.get(1)?,
        exchange: row.get(2)?,
        body: row.get(3)?,
        progress: row.get(4)?,
        done: row.get(5)?,
    })
}

/// The thread that writes.
struct Writer {
    connection: Connection,
    hold: Hold,
    /// The file's name, for messages.
    name: String,
    /// Why nothing is written any more. After a failure the file holds what was acknowledged, and no more.
    state: Result<(), StoreError>,
}

impl Writer {
    /// Carries out orders until nobody can give one any more.
    fn work(&mut self, orders: &Receiver<Order>) {
        let mut next = orders.recv().ok();
        while let Some(order) = next {
            next = match order {
                Order::Write(first) => {
                    let (group, other) = gather(first, orders);
                    self.write(group);
                    other
                }
                Order::Read(answer) => {
                    // Whoever asked may have gone; so below.
                    let _ = answer.send(load(&self.connection).map_err(|error| self.failed(&error)));
                    None
                }
                Order::Resume(answer) => {
                    self.state = self.resume();
                    let _ = answer.send(self.state.clone());
                    None
                }
            };
            next = next.or_else(|| orders.recv().ok());
        }
    }

    fn write(&mut self, group: Vec<Write>) {
        if self.state.is_ok() {
            let written = self
                .hold
                .check()
                .and_then(|()| write(&mut self.connection, &group).map_err(|error| self.failed(&error)));
            self.state = written;
        }
        for one in group {
            one.committed.resolve(self.state.clone());
        }
    }

    /// Checks that the file is there and can be written to, by writing what it says already.
    fn resume(&self) -> Result<(), StoreError> {
        self.hold.check()?;
        let again = || {
            self.connection.execute_batch("begin immediate")?;
            self.connection.pragma_update(None, "user_version", VERSION)?;
            self.connection.execute_batch(ROOM)?;
            self.connection.execute_batch("commit")
        };
        again().map_err(|error| {
            // What has not begun can't be rolled back.
            let _ = self.connection.execute_batch("rollback");
            self.failed(&error)
        })
    }

    fn failed(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::new(format!("{}: {error}", self.name))
    }
}

/// Takes up a mebibyte, and gives it back: less room than that is as good as none.
const ROOM: &str = "
create table room (filler blob);
insert into room values (zeroblob(1048576));
drop table room;
";

/// The writes that wait, in the order in which they came, and what was asked after them.
fn gather(first: Write, orders: &Receiver<Order>) -> (Vec<Write>, Option<Order>) {
    let mut count = first.changes.len();
    let mut group = vec![first];
    while count < GROUP
        && let Ok(next) = orders.try_recv()
    {
        let Order::Write(next) = next else { return (group, Some(next)) };
        count += next.changes.len();
        group.push(next);
    }
    (group, None)
}

fn write(connection: &mut Connection, group: &[Write]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for change in group.iter().flat_map(|one| &one.changes) {
        apply(&transaction, change)?;
    }
    transaction.commit()
}

fn apply(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Record(saved) => {
            let mut insert = transaction.prepare_cached(
                "insert into record values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict (area, number) do \
                 update set text = excluded.text, zoned = excluded.zoned, updated = excluded.updated, \
                 sent = excluded.sent, attached = excluded.attached",
            )?;
            let sent = saved.sent.as_ref().and_then(|sent| serde_json::to_string(sent).ok());
            let attached = saved.attached.as_ref().and_then(|attached| serde_json::to_string(attached).ok());
            insert.execute(params![
                saved.area,
                saved.number,
                saved.key,
                saved.text,
                saved.zoned.cast_signed(),
                saved.created,
                saved.updated,
                sent,
                attached
            ])?;
        }
        Change::Thing { kind, name } => {
            transaction
                .prepare_cached("insert into thing (kind, name) values (?1, ?2)")?
                .execute(params![kind, name])?;
        }
        Change::Job(saved) => {
            transaction
                .prepare_cached(
                    "insert into job values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (id) do update set \
                     body = iif(excluded.done, null, body), progress = excluded.progress, \
                     done = excluded.done",
                )?
                .execute(params![
                    saved.id,
                    saved.area,
                    saved.exchange,
                    saved.body,
                    saved.progress,
                    saved.done
                ])?;
        }
        Change::Today(today) => {
            transaction.execute("delete from clock", [])?;
            if let Some(today) = today {
                transaction.execute("insert into clock values (?1)", [today])?;
            }
        }
        Change::Reset => {
            transaction.execute_batch(
                "delete from record; delete from thing; delete from job; delete from clock;",
            )?;
        }
    }
    Ok(())
}
