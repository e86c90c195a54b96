//! The fault that the mock has, and the faults that it could have.

use serde_json::{Value, json};

use super::super::super::fault::{CATALOGUE, Fault, PRESETS};
use super::super::served::Served;
use super::{Answer, Asked, bad, member};

/// The fault that it has, and those that there are for the contract.
pub(super) fn now(asked: &Asked<'_>) -> Value {
    let contract = &asked.served.contract;
    let faults = asked.served.faults.get_or_init(|| {
        // A fault that breaks no statement of the contract changes nothing there.
        let faults = CATALOGUE.iter().filter(|entry| !(entry.breaks)(contract).is_empty());
        faults.map(|entry| entry.to_json(contract)).collect()
    });
    let presets = PRESETS
        .iter()
        .map(|preset| json!({ "name": preset.name, "summary": preset.summary, "fault": preset.fault }));
    json!({
        "active": active(asked.served),
        "faults": faults,
        "presets": presets.collect::<Vec<_>>(),
    })
}

/// Gives it a fault.
pub(super) fn set(asked: &Asked<'_>) -> Answer {
    let fault: Fault = member(asked, "fault")?.parse().map_err(|error: String| bad(error))?;
    Ok(change(asked, Some(fault)))
}

/// Takes the fault from it.
pub(super) fn off(asked: &Asked<'_>) -> Value {
    change(asked, None)
}

fn change(asked: &Asked<'_>, fault: Option<Fault>) -> Value {
    asked.served.set_fault(fault);
    now(asked)
}

/// The fault that the mock has, as JSON.
pub(in crate::server) fn active(served: &Served) -> Value {
    served.endpoint.fault().map_or(Value::Null, |fault| {
        json!({
            "fault": fault.to_string(),
            "name": fault.entry().name,
            "argument": fault.argument(),
            "preset": fault.preset().map(|preset| preset.name),
            "summary": fault.entry().summary,
        })
    })
}
