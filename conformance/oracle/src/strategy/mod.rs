//! Makes requests from the spec: valid records, records with named defects, batches of them.
//!
//! Each record comes from one seed, and the same seed makes the same bytes on every machine. What a record
//! should be is constructed, never filtered out of what came by chance.

mod assemble;
mod batch;
mod defect;
mod defects;
mod facade;
mod forms;
mod keep;
mod layout;
mod maker;
mod numbers;
mod pairs;
mod pivots;
mod plan;
mod reading;
mod record;
mod references;
mod samples;
pub mod shrink;
mod source;
mod text;

pub use batch::{Batch, Origin, Record};
pub use defect::Defect;
pub use facade::{Defects, batches};
pub use maker::Maker;
pub use references::Reference;
pub use tally_fixtures::{Rng, join};
