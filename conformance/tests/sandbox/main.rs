//! The mock as a sandbox: who may use it, its limits, and its own API.

mod description;
mod events;
mod faults;
mod guard;
mod journal;
mod limits;
mod shutdown;
mod support;
