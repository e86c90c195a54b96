//! The generator's tests, in one binary.

mod diff;
mod differential;
mod instances;
mod publish;
mod stable;
