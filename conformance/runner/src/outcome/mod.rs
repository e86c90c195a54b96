//! What a run finds out: the values that a run makes, that reports render, and that `report.json` holds.
//!
//! Nothing here knows how a run works or how a report looks. The derives decide what `report.json` holds; its
//! schema, `conformance/report.schema.json`, is theirs too.

mod assertion;
mod causes;
mod counterexample;
mod coverage;
mod curl;
mod difference;
mod entry;
mod finding;
mod json;
mod key;
mod laid_out;
mod merge;
mod observer;
mod outage;
mod report;
mod shown;
mod verdict;
mod wire;

pub use self::assertion::{Acceptable, Assertion, Belonging, Path, Results, Step, Test};
pub use self::causes::join_causes;
pub use self::counterexample::{Counterexample, Earlier, How};
pub use self::coverage::{Boundary, Coverage};
pub use self::curl::{body_file, curl, is_long};
pub use self::difference::Difference;
pub use self::finding::{Also, Finding, Rate};
pub use self::json::{Unreadable, from_json, json_schema, to_json, to_text};
pub use self::key::{FindingKey, merge_findings};
pub(crate) use self::laid_out::compact;
pub use self::merge::{Unmergeable, merge};
pub use self::observer::{AreaDone, Observer, Silent};
pub use self::outage::Outage;
pub use self::report::{AreaTally, CheckTally, EPOCH, First, Report, Shard, Timing};
pub use self::shown::{ShownRequest, ShownResponse};
pub use self::verdict::{Severity, Verdict};
