//! Tables as a spec's file writes them, with a key for each alternative.
//!
//! The model proper holds one enum instead. A table that gives none of the alternatives, or more than one, is
//! a [`Misfit`].

mod default;
mod rule;

use std::fmt;

pub(super) use default::DefaultTable;
pub(super) use rule::RuleTable;
use serde::Deserialize;
use serde_json::Value;

use super::{Default, Rule};

/// Keys of one table that do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) cure: &'static str,
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.message, self.cure)
    }
}

/// The misfits of an area's file, each with the JSON Pointer of its table. Tables of a wrong shape are left
/// to whoever checks shapes.
pub(crate) fn misfits(area: &Value) -> Vec<(String, Misfit)> {
    let rules = tables(area, "rules", |table: RuleTable| Rule::try_from(table).err());
    let defaults = tables(area, "defaults", |table: DefaultTable| Default::try_from(table).err());
    rules.into_iter().chain(defaults).collect()
}

fn tables<T: for<'de> Deserialize<'de>>(
    area: &Value,
    list: &str,
    misfit: impl Fn(T) -> Option<Misfit>,
) -> Vec<(String, Misfit)> {
    let entries = area.get(list).and_then(Value::as_array).into_iter().flatten().enumerate();
    entries
        .filter_map(|(index, entry)| Some((format!("/{list}/{index}"), misfit(T::deserialize(entry).ok()?)?)))
        .collect()
}

/// The key names, as a sentence lists them.
fn listed(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
