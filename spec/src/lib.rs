//! Reads, checks and models the spec of a batch API.
//!
//! A spec is a folder of TOML and JSON. [`read`] takes its files as text and gives a [`model::Contract`],
//! or every problem that it found at once. Nothing here touches disk, clock or network.

mod document;
mod format;
mod lint;
pub mod model;
pub mod names;
mod near;
mod problem;
mod read;
mod shape;
mod source;
mod unseen;

pub use format::format_schemas;
pub use lint::lint_together;
pub use near::nearest;
pub use problem::{Problem, render};
pub use read::{read, read_earlier};
pub use source::SourceFile;
pub use unseen::is_unseen;
