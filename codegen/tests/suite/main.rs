//! The generator's tests, in one binary.

mod differential;
mod inexpressible;
mod instances;
mod stable;
