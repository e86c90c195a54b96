//! Bodies to be measured, the ways to check them, and the command `tally` under hostile input.

#[cfg(feature = "contestants")]
pub mod bodies;
#[cfg(feature = "contestants")]
pub mod contestants;
#[cfg(feature = "contestants")]
pub mod contract;
#[cfg(feature = "contestants")]
pub mod goals;
#[cfg(feature = "contestants")]
pub mod growth;
pub mod options;
pub mod process;
#[cfg(feature = "contestants")]
pub mod records;
#[cfg(feature = "contestants")]
pub mod samples;
pub mod sender;
pub mod size;
pub mod subject;
