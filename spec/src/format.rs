//! The format's own JSON Schemas, so that editors complete and check a spec.

use serde_json::{Value, json};

use crate::model::{AreaFile, ContractFile, StatementsFile};

/// The schema of each kind of file, as the texts of files by name.
#[must_use]
pub fn format_schemas() -> Vec<(&'static str, String)> {
    let text = |title: &str, schema: schemars::Schema| {
        let mut schema = schema.to_value();
        if let Value::Object(members) = &mut schema {
            members.insert("title".to_owned(), json!(title));
        }
        format!("{schema:#}\n")
    };
    vec![
        ("contract.schema.json", text("contract.toml", schemars::schema_for!(ContractFile))),
        ("statements.schema.json", text("statements.toml", schemars::schema_for!(StatementsFile))),
        ("area.schema.json", text("areas/NAME.toml", schemars::schema_for!(AreaFile))),
    ]
}
