//! What is written of a run, from made-up reports: no target is called.

mod checks;
mod emitted;
mod exchanged;
mod hostile;
mod html;
mod merging;
mod samples;
mod written;
