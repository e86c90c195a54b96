//! The contract that is measured: its spec, what is generated for it, and what its sample organisation holds.

use std::path::Path;

use serde_json::{Map, Value};
use tally_fixtures::Fixtures;
use tally_generated::{CONTRACTS, runtime};
use tally_spec::model::{self, Area};
use tally_spec::{SourceFile, render};

use crate::options::Options;

/// A contract that code was generated for.
pub struct Contract {
    /// Its spec, as the generated code carries it.
    pub spec: model::Contract,
    /// What is generated for it.
    pub generated: &'static runtime::Contract,
    /// What its sample organisation holds.
    pub fixtures: Fixtures,
}

impl Contract {
    /// The contract that `--contract` names, by itself or by its folder; the first that is generated if it names none.
    ///
    /// # Errors
    ///
    /// If nothing is generated for it, or its spec can't be read.
    pub fn of(options: &Options) -> Result<Self, String> {
        let named = options.value("--contract").map(|given| {
            Path::new(given).file_name().map_or_else(|| given.into(), |name| name.to_string_lossy())
        });
        let found = match &named {
            Some(name) => tally_generated::contract(name),
            None => CONTRACTS.first().copied(),
        };
        let generated = found.ok_or_else(|| {
            let all: Vec<&str> = CONTRACTS.iter().map(|contract| contract.name).collect();
            format!("nothing is generated for {named:?}; there are {}", all.join(", "))
        })?;
        let sources = generated.sources.iter().map(|source| (source.path, source.text));
        let files = SourceFile::all(generated.name, sources);
        let spec = tally_spec::read(&files).map_err(|problems| render(&problems, &files, false))?;
        let fixtures = Fixtures::sample(&spec).map_err(|problems| format!("{problems:?}"))?;
        Ok(Self { spec, generated, fixtures })
    }

    /// What is generated for an area.
    ///
    /// # Panics
    ///
    /// If nothing is: spec and generated code are of one contract.
    #[must_use]
    pub fn generated(&self, area: &Area) -> &'static runtime::Area {
        self.generated.area(&area.name).expect("each area of the spec is generated")
    }

    /// A request's body with these records, and without request options.
    #[must_use]
    pub fn body(&self, area: &Area, records: Vec<Value>) -> Value {
        let holder = Value::Object(Map::from_iter([(area.list.name.clone(), Value::Array(records))]));
        match &self.spec.file.service.envelope {
            Some(envelope) => Value::Object(Map::from_iter([(envelope.clone(), holder)])),
            None => holder,
        }
    }
}
