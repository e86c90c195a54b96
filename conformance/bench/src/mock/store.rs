//! A bare loop that inserts records into `SQLite`.

use std::time::Instant;

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::measured::Measured;
use crate::{median, servers};

/// Records a second, in transactions of that size, as durable as the mock's.
///
/// # Errors
///
/// If the file can't be written.
pub(crate) fn bare(measured: &Measured<'_>, rounds: usize, size: usize) -> Result<f64, String> {
    let file = std::env::temp_dir().join(format!("tally-bench-bare-{}.sqlite", std::process::id()));
    let result = insert(measured, &file, rounds, size).map_err(|error| error.to_string());
    servers::remove(&file);
    result
}

fn insert(
    measured: &Measured<'_>,
    file: &std::path::Path,
    rounds: usize,
    size: usize,
) -> rusqlite::Result<f64> {
    let mut connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection
        .execute_batch("create table record (key text primary key, text text not null) without rowid")?;
    let mut speeds = Vec::new();
    let mut next = 0;
    for _ in 0..rounds {
        let batches: Vec<Vec<(String, String)>> = (0..50)
            .map(|_| {
                let records = (next..next + size).map(|number| measured.records.numbered(number));
                next += size;
                records
                    .map(|record| (measured.records.key(&record), Value::Object(record).to_string()))
                    .collect()
            })
            .collect();
        let started = Instant::now();
        for batch in &batches {
            let transaction = connection.transaction()?;
            for (key, text) in batch {
                transaction
                    .prepare_cached("insert into record values (?1, ?2)")?
                    .execute(params![key, text])?;
            }
            transaction.commit()?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of records is small")]
        speeds.push((batches.len() * size) as f64 / started.elapsed().as_secs_f64());
    }
    Ok(median(speeds))
}
