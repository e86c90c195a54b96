//! The generator's tests, in one binary.

mod answers;
mod batches;
mod diff;
mod diff_complete;
mod differential;
mod hostile;
mod inexpressible;
mod instances;
mod publish;
mod rules;
mod stable;
mod texts;
