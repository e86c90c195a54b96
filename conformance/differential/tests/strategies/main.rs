//! The strategies and the oracle, held against each other over every area of both contracts.
//!
//! The one builds a record and says what is wrong with it; the other reads the record and says what must
//! become of it. Neither knows the other's way.

mod attribution;
mod batches;
mod conditions;
mod counted;
mod deaf;
mod defects;
mod differential;
mod digits;
mod echoes;
mod examples;
mod fates;
mod gathered;
mod instances;
mod support;
mod three_ways;
