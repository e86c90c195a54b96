//! What every generated module builds on. Copied from the generator's own runtime.

mod judgement;
mod pointer;
mod registry;

pub use judgement::{Judgement, RecordVerdict, RequestVerdict, Violation};
pub use pointer::Pointer;
pub use registry::{Area, Contract, Statement};
