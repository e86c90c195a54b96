//! A record without a required field is no record.

use tally_generated::gsapi_v1::milestones::Milestone;

fn main() {
    let _ = Milestone { account: "001F000001NH5isIAD".into(), milestone_date: None, comment: None };
}
