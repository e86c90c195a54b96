//! A closed list has no further values.

use tally_generated::gsapi_v1::usage::UsageRecordUsageLevel;

fn main() {
    let _ = UsageRecordUsageLevel::Teamlevel;
}
