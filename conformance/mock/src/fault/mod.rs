//! Faults that the mock can have, so that the runner can be tested by them.
//!
//! A fault changes what the honest endpoint is given (the contract, the generated validator's judgement, the request) or
//! what it answers. The honest modules know nothing of it. Those with a name for people stand in the catalogue; a
//! [`Mutation`] comes from whoever starts the mock.

mod act;
mod answers;
mod body;
mod catalogue;
mod cites;
mod contracts;
mod endpoint;
mod history;
mod judgements;
mod mutation;
mod presets;

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};
use tally_spec::model::Contract;

use self::act::Act;
pub use self::catalogue::CATALOGUE;
pub(super) use self::endpoint::{FaultyEndpoint, Honest, Wrong};
pub use self::mutation::{Delivered, Exchanged, Mutation};
pub use self::presets::{PRESETS, Preset};
use crate::server::{FaultArgument, KnownFault};
use tally_spec::nearest;

/// A named fault.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name that `--fault` takes.
    pub name: &'static str,
    /// What it is about.
    pub group: &'static str,
    /// What the endpoint does wrong.
    pub summary: &'static str,
    /// What its argument is and its default, or `None` if it takes none.
    pub argument: Option<(&'static str, f64)>,
    /// Why it cannot be seen from outside, or `None` if it can.
    pub hidden: Option<&'static str>,
    /// The ids of the statements that it breaks, as the contract cites them. Empty if the contract has
    /// nothing of the kind.
    pub breaks: fn(&Contract) -> Vec<String>,
    /// What it changes.
    act: Act,
}

impl Entry {
    /// The entry as JSON, with the ids of the statements of a contract that it breaks.
    #[must_use]
    pub fn to_json(&self, contract: &Contract) -> Value {
        json!(self.view(contract))
    }

    fn view(&self, contract: &Contract) -> KnownFault {
        KnownFault {
            name: self.name,
            group: self.group,
            summary: self.summary,
            argument: self.argument.map(|(what, default)| FaultArgument { what, default }),
            hidden: self.hidden,
            statements: (self.breaks)(contract),
        }
    }
}

impl Entry {
    /// Whether it can be seen by a run that reads what is kept, and by no other.
    #[must_use]
    pub fn is_only_kept(&self) -> bool {
        self.hidden == Some(catalogue::ONLY_KEPT)
    }

    /// Whether it is the day's or the caller's, not the endpoint's: a run stops and is inconclusive.
    #[must_use]
    pub fn is_of_the_day(&self) -> bool {
        self.hidden == Some(catalogue::OF_THE_DAY)
    }
}

/// A fault of the catalogue, chosen by name. A fault of the day may stand beside one of the endpoint, after a comma:
/// `NAME,maintenance-after=100`.
#[derive(Clone, Copy)]
pub struct Fault {
    entry: &'static Entry,
    argument: f64,
    preset: Option<&'static Preset>,
    /// The fault of the day beside it, with its argument.
    of_the_day: Option<(&'static Entry, f64)>,
}

impl Fault {
    /// The catalogue's entry.
    #[must_use]
    pub const fn entry(self) -> &'static Entry {
        self.entry
    }

    /// The preset that it was chosen by, or `None` if it was chosen by its own name.
    #[must_use]
    pub const fn preset(self) -> Option<&'static Preset> {
        self.preset
    }

    /// The number that it was given, or its default; `None` if it takes none.
    #[must_use]
    pub fn argument(self) -> Option<f64> {
        self.entry.argument.map(|_| self.argument)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry.argument {
            Some(_) => write!(formatter, "{}={}", self.entry.name, self.argument),
            None => formatter.write_str(self.entry.name),
        }?;
        match self.of_the_day {
            Some((entry, argument)) => write!(formatter, ",{}={argument}", entry.name),
            None => Ok(()),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((left, right)) = text.split_once(',') else { return Self::one(text) };
        let (left, right) = (Self::one(left)?, Self::one(right)?);
        let (fault, day) = if left.entry.is_of_the_day() { (right, left) } else { (left, right) };
        if fault.entry.is_of_the_day() || !day.entry.is_of_the_day() {
            let names = CATALOGUE.iter().filter(|entry| entry.is_of_the_day()).map(|entry| entry.name);
            let names = names.collect::<Vec<_>>().join("`, `");
            return Err(format!("of two faults, one must be the day's (`{names}`) and the other must not"));
        }
        Ok(Self { of_the_day: Some((day.entry, day.argument)), ..fault })
    }
}

impl Fault {
    /// The fault of that name, alone.
    fn one(text: &str) -> Result<Self, String> {
        let preset = presets::find(text);
        let text = preset.map_or(text, |preset| preset.fault);
        let (name, given) = match text.split_once('=') {
            Some((name, given)) => (name, Some(given)),
            None => (text, None),
        };
        let Some(entry) = CATALOGUE.iter().find(|entry| entry.name == name) else {
            let names = CATALOGUE.iter().map(|entry| entry.name);
            let names = names.chain(PRESETS.iter().map(|preset| preset.name));
            let hint = nearest(name, names).map(|known| format!("; did you mean `{known}`?"));
            let hint = hint.unwrap_or_default();
            return Err(format!(
                "there is no fault `{name}`{hint} (`mock --list-faults` and `GET /_tally/fault` list them)"
            ));
        };
        let argument = match (entry.argument, given) {
            (None, None) => 0.0,
            (None, Some(_)) => return Err(format!("the fault `{name}` takes no argument")),
            (Some((_, usual)), None) => usual,
            (Some((what, _)), Some(given)) => given
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite() && *number >= 0.0)
                .ok_or_else(|| format!("`{given}` is not an argument of `{name}`, which takes {what}"))?,
        };
        Ok(Self { entry, argument, preset, of_the_day: None })
    }
}
