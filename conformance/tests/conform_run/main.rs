//! The runner against the honest mock, against faults, and against targets that tell nothing.

mod allowance;
mod dates;
mod ends;
mod engine;
mod faults;
mod honest;
mod known;
mod observed;
mod outages;
mod picture;
mod preflight;
mod remote;
mod reports;
mod second_contract;
mod shards;
mod shrinking;
mod support;
mod targets;
mod unjudged;
mod worked_examples;
