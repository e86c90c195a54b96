//! From text to model.

use serde::de::DeserializeOwned;

use crate::model::{Area, AreaFile, Contract, ContractFile, StatementsFile, WorkedExample};
use crate::{Problem, SourceFile};

/// Reads the files of a contract's folder.
///
/// # Errors
///
/// Every problem found.
pub fn read(files: &[SourceFile]) -> Result<Contract, Vec<Problem>> {
    let file: ContractFile = parse(find(files, "contract.toml")?)?;
    let statements: StatementsFile = parse(find(files, "statements.toml")?)?;
    let mut areas = Vec::new();
    for name in &file.areas {
        let area: AreaFile = parse(find(files, &format!("areas/{name}.toml"))?)?;
        let mut examples = Vec::new();
        for entry in &area.examples {
            let source = find(files, &entry.file)?;
            let value = serde_json::from_str(&source.text)
                .map_err(|error| vec![problem(source, error.line(), error.column(), error.to_string())])?;
            examples.push(WorkedExample { entry: entry.clone(), value, text: source.text.clone() });
        }
        areas.push(Area { name: name.clone(), file: area, examples });
    }
    let fixtures = files.iter().filter(|file| file.path.starts_with("fixtures/")).cloned().collect();
    Ok(Contract { file, statements: statements.statements, areas, fixtures })
}

fn find<'a>(files: &'a [SourceFile], path: &str) -> Result<&'a SourceFile, Vec<Problem>> {
    files.iter().find(|file| file.path == path).ok_or_else(|| {
        vec![Problem {
            file: path.to_owned(),
            line: 1,
            column: 1,
            message: "the file is missing".to_owned(),
            found: None,
            cure: None,
        }]
    })
}

fn parse<T: DeserializeOwned>(source: &SourceFile) -> Result<T, Vec<Problem>> {
    toml::from_str(&source.text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = source.text[..at].matches('\n').count() + 1;
        vec![problem(source, line, 1, error.message().to_owned())]
    })
}

fn problem(source: &SourceFile, line: usize, column: usize, message: String) -> Problem {
    Problem { file: source.shown_as.clone(), line, column, message, found: None, cure: None }
}
