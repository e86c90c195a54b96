//! The fault that the mock has, and the faults that it could have.

use serde_json::Value;

use super::{Answer, Asked, bad, member};

/// The fault that it has, and those that there are for the contract.
pub(super) fn now(asked: &Asked<'_>) -> Value {
    asked.served.endpoint.faults()
}

/// Gives it a fault.
pub(super) fn set(asked: &Asked<'_>) -> Answer {
    change(asked, Some(&member(asked, "fault")?))
}

/// Takes the fault from it.
pub(super) fn off(asked: &Asked<'_>) -> Answer {
    change(asked, None)
}

fn change(asked: &Asked<'_>, name: Option<&str>) -> Answer {
    asked.served.endpoint.set_fault(name).map_err(bad)?;
    asked.served.fault_changed();
    Ok(now(asked))
}
