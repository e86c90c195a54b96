//! Faults as the mock's own API shows them.

use schemars::JsonSchema;
use serde::Serialize;

/// The fault that the mock has, and those it could have.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Faults")]
pub(crate) struct FaultsView<'c> {
    pub(crate) active: Option<ActiveFault>,
    pub(crate) faults: &'c [KnownFault],
    pub(crate) presets: Vec<KnownPreset>,
}

/// The fault that the mock has.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ActiveFault {
    /// As `PUT` takes it.
    pub(crate) fault: String,
    pub(crate) name: &'static str,
    pub(crate) argument: Option<f64>,
    /// The preset that it was set by; null if it was set by its own name.
    pub(crate) preset: Option<&'static str>,
    pub(crate) summary: &'static str,
}

/// A fault that the mock could have.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KnownFault {
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) argument: Option<FaultArgument>,
    /// Why no answer shows it.
    pub(crate) hidden: Option<&'static str>,
    /// The statements that it breaks.
    pub(crate) statements: Vec<String>,
}

/// What a fault's argument is, and its default.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FaultArgument {
    pub(crate) what: &'static str,
    pub(crate) default: f64,
}

/// A fault under the name of what it feels like.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KnownPreset {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// The fault that it stands for.
    pub(crate) fault: &'static str,
}
