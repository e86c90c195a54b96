//! Whether a saved counterexample can be replayed: what it names exists, and the run may send it.

use std::sync::Arc;

use serde_json::Value;
use tally_spec::model::{Area, Behaviour, Contract};
use tally_spec::nearest;

use super::config::Config;
use super::platform::ODD_BODIES;
use super::session::request_to;
use crate::check::platform_errors::{self, Allowed, OtherVerbs};
use crate::check::registry::{self, REGISTRY};
use crate::check::relation::Relation;
use crate::observe::scenario;
use crate::outcome::{Counterexample, How};

/// Every probe that there is.
const ALL: Allowed = Allowed { token_is_real: true, verbs: OtherVerbs::Any };

/// What a counterexample names that does not exist, for people; `None` if all of it does.
#[must_use]
pub fn unknown_name(contract: &Contract, saved: &Counterexample) -> Option<String> {
    if registry::find(&saved.check).is_none() {
        let hint = nearest(&saved.check, REGISTRY.iter().map(|check| check.id));
        let hint = hint.map_or_else(String::new, |name| format!("; did you mean {name:?}?"));
        return Some(format!("there is no check {:?}{hint} (see `tally checks`)", saved.check));
    }
    if saved.contract != contract.file.name {
        return Some(format!("it is about the contract {:?}, not {:?}", saved.contract, contract.file.name));
    }
    if let Some(name) = areas(saved).find(|name| contract.area(name).is_none()) {
        return Some(format!("there is no area {name:?}"));
    }
    if let Some(what) = probes(saved).find(|probe| !is_probe(contract, probe, ALL)) {
        return Some(format!("there is no request with {:?} to be refused", what.1));
    }
    match &saved.how {
        How::Related { relation, .. } if !Relation::ALL.iter().any(|known| known.check() == relation) => {
            Some(format!("there is no relation {relation:?}"))
        }
        How::OddBody(what) if !ODD_BODIES.contains(&what.as_str()) => {
            Some(format!("there is no odd body {what:?}"))
        }
        How::Scenario { number, .. } if *number >= scenario::count() => {
            Some(format!("there is no scenario {number}"))
        }
        _ => None,
    }
}

/// Why a run with this config sends nothing of a counterexample, for people; `None` if it does.
#[must_use]
pub fn why_left_out(contract: &Contract, config: &Config, saved: &Counterexample) -> Option<String> {
    let is_outside = |area: &&Area| area.behaviours.iter().any(Behaviour::is_outside_the_data);
    let outside = areas(saved).filter_map(|name| contract.area(name)).find(is_outside);
    if let Some(area) = outside.filter(|_| !config.allow_effects) {
        return Some(format!("{} has effects outside its data: needs --allow-effects", area.name));
    }
    let (_, what) = probes(saved).find(|probe| !is_probe(contract, probe, config.allowed()))?;
    Some(format!("a request with {what} is not sent: it needs --allow-verbs, or TALLY_TOKEN to be set"))
}

/// The areas that its requests go to.
fn areas(saved: &Counterexample) -> impl Iterator<Item = &str> {
    let earlier = match &saved.how {
        How::After { earlier, .. } => earlier.as_slice(),
        _ => &[],
    };
    earlier.iter().map(|step| step.area.as_str()).chain([saved.area.as_str()])
}

/// What is wrong with those of its requests that are to be refused, each with its area.
fn probes(saved: &Counterexample) -> impl Iterator<Item = (&str, &str)> {
    let (earlier, last) = match &saved.how {
        How::Probe(what) => (&[][..], Some(what)),
        How::After { earlier, probe } => (earlier.as_slice(), probe.as_ref()),
        _ => (&[][..], None),
    };
    let earlier = earlier.iter().filter_map(|step| Some((step.area.as_str(), step.probe.as_deref()?)));
    earlier.chain(last.map(|what| (saved.area.as_str(), what.as_str())))
}

fn is_probe(contract: &Contract, (area, what): &(&str, &str), allowed: Allowed) -> bool {
    let Some(area) = contract.area(area) else { return false };
    let good = request_to(contract, area, Arc::from(Value::Null.to_string().into_bytes()));
    platform_errors::probes(contract, area, &good, allowed).iter().any(|probe| probe.what == *what)
}
