//! A contract as its spec states it, together with the code generated for it.

use std::fmt;
use std::sync::Arc;

use tally_generated::runtime;
use tally_spec::model;
use tally_spec::{Problem, SourceFile};

/// A contract that a mock can answer by: its spec, and the validators generated from it.
///
/// ```
/// # fn main() -> Result<(), tally_mock::ContractError> {
/// let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0])?;
/// assert_eq!(contract.spec().areas.len(), contract.generated().areas.len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Contract {
    spec: Arc<model::Contract>,
    generated: &'static runtime::Contract,
}

/// Why a spec and generated code do not make a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContractError {
    /// The spec that the generated code carries cannot be read. Lists every problem found.
    Spec(Vec<Problem>),
    /// The spec and the generated code differ: the code was generated from another spec, or from an older
    /// version of it.
    Mismatch {
        /// What differs: the name, the base path or the areas.
        what: &'static str,
        /// What the spec says.
        spec: String,
        /// What the generated code says.
        generated: String,
    },
}

impl Contract {
    /// Joins a spec with the code generated from it.
    ///
    /// # Errors
    ///
    /// [`ContractError::Mismatch`] if their names, their base paths or their areas' names and paths differ.
    ///
    /// ```
    /// use tally_mock::{Contract, ContractError};
    ///
    /// let generated = tally_generated::CONTRACTS[0];
    /// let files = generated.sources.iter().map(|source| (source.path, source.text));
    /// let mut spec = tally_spec::read(&tally_spec::SourceFile::all(generated.name, files)).unwrap();
    /// assert!(Contract::new(spec.clone(), generated).is_ok());
    ///
    /// spec.areas.pop();
    /// let error = Contract::new(spec, generated).unwrap_err();
    /// assert!(matches!(error, ContractError::Mismatch { what: "areas", .. }));
    /// ```
    pub fn new(
        spec: impl Into<Arc<model::Contract>>,
        generated: &'static runtime::Contract,
    ) -> Result<Self, ContractError> {
        let spec = spec.into();
        let mismatch = |what, spec: &str, generated: &str| {
            let (spec, generated) = (spec.to_owned(), generated.to_owned());
            if spec == generated { Ok(()) } else { Err(ContractError::Mismatch { what, spec, generated }) }
        };
        mismatch("name", &spec.file.name, generated.name)?;
        mismatch("base path", spec.file.service.base_path(), generated.base_path)?;
        let of_spec = spec.areas.iter().map(|area| format!("{} at {}", area.name, area.path));
        let of_code = generated.areas.iter().map(|area| format!("{} at {}", area.name, area.path));
        mismatch("areas", &listed(of_spec), &listed(of_code))?;
        Ok(Self { spec, generated })
    }

    /// Reads the spec that the generated code carries.
    ///
    /// # Errors
    ///
    /// [`ContractError::Spec`] if that spec cannot be read.
    ///
    /// ```
    /// let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0]).unwrap();
    /// assert_eq!(contract.name(), tally_generated::CONTRACTS[0].name);
    /// ```
    pub fn from_generated(generated: &'static runtime::Contract) -> Result<Self, ContractError> {
        let files = generated.sources.iter().map(|source| (source.path, source.text));
        let files = SourceFile::all(generated.name, files);
        Self::new(tally_spec::read(&files).map_err(ContractError::Spec)?, generated)
    }

    /// The contract's name: its folder's under `spec/`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.spec.file.name
    }

    /// The spec.
    #[must_use]
    pub const fn spec(&self) -> &Arc<model::Contract> {
        &self.spec
    }

    /// The code generated from the spec.
    #[must_use]
    pub const fn generated(&self) -> &'static runtime::Contract {
        self.generated
    }
}

/// The entries in one line, in order of their names: areas are looked up by name.
fn listed(entries: impl Iterator<Item = String>) -> String {
    let mut entries: Vec<String> = entries.collect();
    entries.sort_unstable();
    entries.join(", ")
}

impl fmt::Display for ContractError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec(problems) => {
                formatter.write_str("the spec cannot be read")?;
                problems.iter().try_for_each(|problem| write!(formatter, "\n{problem}"))
            }
            Self::Mismatch { what, spec, generated } => write!(
                formatter,
                "the spec and the generated code differ in their {what}: the spec has {spec}, the generated \
                 code {generated}; run `cargo xtask gen`"
            ),
        }
    }
}

impl std::error::Error for ContractError {}
