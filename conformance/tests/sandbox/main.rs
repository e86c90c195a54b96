//! The mock as a sandbox: who may use it, what it bears, what it tells of itself.

mod description;
mod events;
mod faults;
mod guard;
mod journal;
mod limits;
mod shutdown;
mod support;
