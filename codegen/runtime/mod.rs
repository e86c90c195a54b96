//! What every generated module builds on. Copied from the generator's own runtime.

mod batch;
mod judgement;
mod numeric;
mod pointer;
mod record;
mod registry;
mod scalar;
mod text;

pub use batch::{Batch, Layout};
pub use judgement::{Judgement, RecordVerdict, RequestVerdict, Violation};
pub use numeric::TextOrNumber;
pub use pointer::Pointer;
pub use record::{Field, Record, Taken};
pub use registry::{Area, Contract, Statement};
pub use scalar::Scalar;
pub use text::{is_date, is_date_time};
