//! Turns a spec into Rust types, validators and JSON Schemas.
//!
//! The generator is pure: contracts in, a map of paths to texts out. It names no contract, no area and no
//! field of its own; all of them come from the spec.

pub mod diff;
mod emit;
mod escape;
mod names;
pub mod publish;
pub mod schema;

use std::collections::BTreeMap;

use tally_spec::model::Contract;

/// The generated files: their texts by path below `generated/`.
pub type Files = BTreeMap<String, String>;

/// What a generation depends on other than the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The URL below which schemas are published, with no slash at the end: the start of each `$id`.
    pub base_url: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { base_url: "https://tally.example".to_owned() }
    }
}

/// Generates the sources of the crate `generated`, for contracts in any order.
///
/// Rust sources are printed item by item and not yet by rustfmt: the caller runs it over those whose path
/// ends in `.rs`.
///
/// # Errors
///
/// Names what could not be generated: two contracts of one name or one `schemaPath`, or a contract whose texts make no
/// Rust code.
pub fn generate(contracts: &[Contract], options: &Options) -> Result<Files, Error> {
    let mut names: Vec<&str> = contracts.iter().map(|contract| contract.file.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::SameName(pair[0].to_owned()));
    }
    if let Some(problem) = tally_spec::lint_together(contracts).first() {
        return Err(Error::Together(problem.to_string()));
    }
    let mut contracts: Vec<&Contract> = contracts.iter().collect();
    contracts.sort_by(|one, other| one.file.name.cmp(&other.file.name));
    let mut files = Files::new();
    emit::library(&contracts, &mut files)?;
    for contract in contracts {
        emit::contract(contract, &mut files)?;
        for area in &contract.areas {
            for (path, schema) in [
                (schema::request_path(contract, area), schema::request(contract, area, options)),
                (schema::response_path(contract, area), schema::response(contract, area, options)),
            ] {
                files.insert(path, schema::to_text(&schema));
            }
        }
    }
    Ok(files)
}

/// Generates the items of one contract as they stand in a crate of somebody's own: types, validators and
/// the registry's entry, with the schemas written into the code.
///
/// They build on the runtime at the path given, or, without one, on a copy in their module `runtime`. `folder` is
/// the path of the contract's folder as `include_str!` finds it: the items carry the spec's files.
///
/// # Errors
///
/// As for [`generate`].
pub fn inline(
    contract: &Contract,
    folder: &str,
    runtime: Option<&syn::Path>,
    options: &Options,
) -> Result<proc_macro2::TokenStream, Error> {
    emit::inline(contract, folder, runtime, options)
}

/// Why nothing was generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Two contracts have this name.
    SameName(String),
    /// What would be generated for one contract would overwrite what is for another: a problem with its place.
    Together(String),
    /// What was emitted for this file is no Rust: a bug of the generator, or a name in the spec that makes
    /// no identifier.
    NotRust {
        /// The file below `generated/`.
        file: String,
        /// What the parser of Rust said.
        message: String,
    },
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SameName(name) => write!(formatter, "two contracts are named `{name}`; rename one"),
            Self::Together(problem) => formatter.write_str(problem),
            Self::NotRust { file, message } => {
                write!(formatter, "the code for {file} is no Rust: {message}")
            }
        }
    }
}

impl std::error::Error for Error {}
