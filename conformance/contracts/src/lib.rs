//! Draws small contracts from the model and checks that what the linter accepts works.
//!
//! [`draw`] makes a contract's files from a seed. [`run`] lints them, generates what passes, compiles it in one
//! crate with every warning an error, and has that crate [`judge`] itself: the generated validator, the JSON
//! Schema and the oracle must agree, and a run against the contract's own mock must find nothing.

pub mod draw;
pub mod judge;
pub mod run;
