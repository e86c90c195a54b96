//! The record of published schemas: an `$id` once given away stays what it was.

use serde_json::Value;
use tally_spec::model::Contract;

use super::digest;
use crate::{Options, schema};

/// The digest of every schema of the contract, by its `$id`.
#[must_use]
pub fn digests(contract: &Contract, options: &Options) -> Vec<(String, String)> {
    schema::all(contract, options)
        .into_iter()
        .filter_map(|(_, schema)| {
            let id = schema.get("$id").and_then(Value::as_str)?.to_owned();
            Some((id, digest(&schema::to_text(&schema))))
        })
        .collect()
}

/// A schema that is no more what was published under its `$id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The `$id`.
    pub id: String,
    /// The digest recorded.
    pub recorded: String,
    /// The digest of what the spec makes now.
    pub made: String,
}

/// The schemas that changed under an `$id` on record. One on record that is no longer made is an older
/// version's, and stays as it is.
#[must_use]
pub fn changed(recorded: &[(String, String)], made: &[(String, String)]) -> Vec<Changed> {
    let mut changed = Vec::new();
    for (id, made) in made {
        let on_record = recorded.iter().find(|(one, _)| one == id);
        if let Some((_, recorded)) = on_record.filter(|(_, recorded)| recorded != made) {
            changed.push(Changed { id: id.clone(), recorded: recorded.clone(), made: made.clone() });
        }
    }
    changed
}

/// The text of the record: what is on it already, and what is made now under an `$id` that is not.
#[must_use]
pub fn record(recorded: &[(String, String)], made: &[(String, String)]) -> String {
    let mut entries: Vec<&(String, String)> = recorded.iter().collect();
    entries.extend(made.iter().filter(|(id, _)| !recorded.iter().any(|(one, _)| one == id)));
    entries.sort();
    let lines: Vec<String> =
        entries.iter().map(|(id, digest)| format!("\"{id}\" = \"{digest}\"\n")).collect();
    format!(
        "# The schemas that were published, by $id, each with its SHA-256. Written by `cargo xtask publish --record`.\n\
         # A schema that changes gets a new $id (schemaPath in contract.toml); `cargo xtask gen --check` sees to it.\n\
         # Take a line away only where its schema was never given to anybody.\n\n[schemas]\n{}",
        lines.concat()
    )
}
