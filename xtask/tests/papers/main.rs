//! What the guides say is so: the contract of the tutorial lints, its mistakes are refused with the messages shown,
//! and every path that a guide names exists.

mod contract;
mod markdown;
mod paths;
