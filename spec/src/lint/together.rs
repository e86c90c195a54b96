//! Contracts of one workspace: what is generated for one may not overwrite what is generated for another.

use crate::Problem;
use crate::document::Document;
use crate::model::Contract;
use crate::names::snake;

/// Every problem between contracts, each at the later of the two.
///
/// Two contracts may not share a `schemaPath`, nor have names that are one module in Rust.
#[must_use]
pub fn lint_together(contracts: &[Contract]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, contract) in contracts.iter().enumerate() {
        for other in &contracts[..place] {
            let (one, two) = (&other.file, &contract.file);
            if one.schema_path == two.schema_path {
                let message =
                    format!("the contract `{}` has the schemaPath {:?} too", one.name, one.schema_path);
                problems.extend(problem(contract, "/schemaPath", message, "give each contract its own"));
            }
            if one.name != two.name && snake(&one.name) == snake(&two.name) {
                let message =
                    format!("the contracts `{}` and `{}` would have one name in Rust", one.name, two.name);
                problems.extend(problem(contract, "/name", message, "rename one of them and its folder"));
            }
        }
        if snake(&contract.file.name) == "runtime" {
            let message = "a contract can't be named `runtime`: generated code has a module of that name";
            problems.extend(problem(contract, "/name", message.to_owned(), "rename it and its folder"));
        }
    }
    problems
}

fn problem(contract: &Contract, pointer: &str, message: String, cure: &str) -> Option<Problem> {
    let source = contract.files.iter().find(|file| file.path == super::contract::FILE)?;
    let document = Document::parse(source).ok()?;
    Some(document.problem(pointer, message, Some(cure.to_owned())))
}
