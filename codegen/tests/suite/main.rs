//! The generator's tests, in one binary.

mod differential;
mod instances;
mod stable;
