//! The runner against the honest mock, against faults, and against targets that tell nothing.

mod faults;
mod honest;
mod reports;
mod support;
mod targets;
mod unjudged;
