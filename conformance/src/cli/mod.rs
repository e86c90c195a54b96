//! The commands of `tally`, and what they share.

pub mod checks;
pub mod conform;
pub mod merge_reports;
pub mod mock;
pub mod mutants;
pub mod skeleton;
pub mod validate;

use std::sync::Arc;

use tally_spec::model::Contract;

use crate::embedded;
use tally_spec::nearest;

/// The contract of that name, as its spec says it and as it was generated. The name may be left out where
/// there is only one.
///
/// # Errors
///
/// A text for a person: the name is needed, or unknown; or the two do not belong together.
pub fn contract(
    name: Option<&str>,
) -> Result<(Arc<Contract>, &'static tally_generated::runtime::Contract), String> {
    let names: Vec<_> = embedded::names().collect();
    let name = match (name, names.as_slice()) {
        (Some(name), _) => name,
        (None, [only]) => only,
        (None, _) => return Err(format!("--contract is needed; there are {}", names.join(", "))),
    };
    let files = embedded::files(name)
        .ok_or_else(|| format!("there is no contract {name:?}{}", suggestion(name, &names)))?;
    let contract = tally_spec::read(&files).map_err(|problems| {
        let first = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        format!("the embedded spec of {name} is broken: {first}")
    })?;
    let generated = tally_generated::CONTRACTS
        .iter()
        .find(|generated| generated.name == name)
        .ok_or_else(|| format!("nothing was generated for {name}: run `cargo xtask gen`"))?;
    Ok((Arc::new(contract), generated))
}

/// `; did you mean …?` or the list of what there is.
#[must_use]
pub fn suggestion(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("; did you mean {nearest:?}? There are {}", known.join(", ")),
        None => format!("; there are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested() {
        assert_eq!(suggestion("apha", &["alpha", "beta"]), "; did you mean \"alpha\"? There are alpha, beta");
        assert_eq!(suggestion("omega-nine", &["alpha"]), "; there are alpha");
    }
}
