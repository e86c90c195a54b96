//! Renders a report: for the terminal, as HTML, Markdown, `JUnit` XML, HTTP Archive, SARIF and WFC.
//!
//! What it renders stands in [`crate::outcome`]; how a run came to it is none of this module's business.

mod areas;
mod escape;
mod files;
mod har;
mod html;
mod junit;
mod number;
mod sarif;
mod summary;
mod terminal;
mod wfc;
mod wrap;

pub use self::escape::{escaped, escaped_lines};
pub use self::har::to_har;
pub use self::html::to_html;
pub use self::junit::to_junit;
pub use self::number::{counted, grouped, lasting, moment};
pub use self::sarif::to_sarif;
pub use self::summary::{append_summary, to_summary};
pub use self::terminal::{Colour, Terminal, Verbosity};
pub use self::wfc::to_wfc;
pub use self::wrap::wrapped;
pub use crate::outcome::{
    AreaTally, Boundary, CheckTally, Coverage, Difference, EPOCH, Finding, First, Rate, Report, Severity,
    Shard, ShownRequest, ShownResponse, Timing, Unmergeable, Unreadable, Verdict, curl, from_json, merge,
    to_json, to_text,
};
