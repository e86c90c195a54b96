//! The fault that the mock has, and the faults that it could have.

use serde_json::{Value, json};

use super::{AdminRequest, Answer, bad, member};

/// The fault that it has, and those that there are for the contract.
pub(super) fn now(request: &AdminRequest<'_>) -> Value {
    json!(request.served.endpoint.faults())
}

/// Gives it a fault.
pub(super) fn set(request: &AdminRequest<'_>) -> Answer {
    change(request, Some(&member(request, "fault")?))
}

/// Takes the fault from it.
pub(super) fn off(request: &AdminRequest<'_>) -> Answer {
    change(request, None)
}

fn change(request: &AdminRequest<'_>, name: Option<&str>) -> Answer {
    request.served.endpoint.set_fault(name).map_err(bad)?;
    request.served.fault_changed();
    Ok(now(request))
}
