//! Bodies to be measured, and the ways to check them.

pub mod bodies;
pub mod contestants;
pub mod goals;
pub mod hostile;
pub mod samples;
