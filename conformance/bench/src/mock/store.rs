//! A bare loop that inserts records into SQLite.

use std::time::Instant;

use rusqlite::{Connection, params};

use crate::{load, median, servers};

/// Records a second, in transactions of that size, as durable as the mock's.
///
/// # Errors
///
/// Where the file can't be written.
pub fn bare(rounds: usize, size: usize) -> Result<f64, String> {
    let file = std::env::temp_dir().join(format!("tally-bench-bare-{}.sqlite", std::process::id()));
    let result = insert(&file, rounds, size).map_err(|error| error.to_string());
    servers::remove(&file);
    result
}

fn insert(file: &std::path::Path, rounds: usize, size: usize) -> rusqlite::Result<f64> {
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
                let records = load::records(next, size);
                next += size;
                let key =
                    |record: &serde_json::Value| format!("{} {}", record["account"], record["usageDate"]);
                records.iter().map(|record| (key(record), record.to_string())).collect()
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
