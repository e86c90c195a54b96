//! The code that was generated for drawn contracts, compiled with every warning an error.

#![deny(warnings)]

include!(env!("TALLY_DRAWN_LIST"));
