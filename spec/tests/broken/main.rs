//! A broken spec yields all its problems, each with its place and its cure.
//!
//! Each case changes the second contract, which is sound, and lists the problems as printed.

#[path = "../common/mod.rs"]
mod common;
mod read;
mod support;
mod unworkable;
