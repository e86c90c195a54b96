//! The command `tally`: its command line, and the contracts that the binary carries.
//!
//! The rest stands in crates of its own, re-exported here for one version under the names of before. The mock
//! answers by the generated validators; the runner judges by the oracle, which reads the spec. Neither knows the
//! other.

pub mod cli;
pub mod embedded;

pub use tally_fixtures as fixtures;
pub use tally_mock as mock;
pub use tally_oracle::{oracle, strategy};
pub use tally_runner::{check, client, observe, outcome, report, run};
