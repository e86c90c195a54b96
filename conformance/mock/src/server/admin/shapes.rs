//! The shapes of answers with long lists, for their description: such an answer is written a piece at a time, and is
//! never there as a whole.

#![allow(dead_code, reason = "schemas are made of these types, and no values")]

use schemars::JsonSchema;
use serde::Serialize;

use super::super::journal::SummaryView;
use crate::organisation::{JobView, RecordView};

/// Records of an area, in the order of their creation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Records")]
pub(super) struct RecordList {
    area: String,
    /// How many records match.
    total: usize,
    /// How many were skipped.
    offset: usize,
    /// How many were asked for.
    limit: usize,
    records: Vec<Record>,
}

/// A record as it is kept. Its members are null if there is no room in memory to show them.
#[derive(Serialize, JsonSchema)]
struct Record {
    #[serde(flatten)]
    kept: RecordView,
    /// Why its members are not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    omitted: Option<String>,
}

/// Entities of a kind that requests created.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Created")]
pub(super) struct CreatedList {
    kind: String,
    /// How many were created by requests.
    total: usize,
    /// How many were skipped.
    offset: usize,
    /// How many were asked for.
    limit: usize,
    /// Their names.
    #[schemars(length(max = 1000))]
    created: Vec<String>,
}

/// Exchanges of the API.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Journal")]
pub(super) struct ExchangeList {
    /// The number of the oldest exchange that is kept; 0 if none is.
    oldest: u32,
    /// The number of the newest.
    newest: u32,
    entries: Vec<SummaryView<'static>>,
}

/// Batches over their limit.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Jobs")]
pub(super) struct JobList {
    jobs: Vec<JobView>,
}
