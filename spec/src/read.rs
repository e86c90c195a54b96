//! From text to model.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::{Document, at};
use crate::lint::Edition;
use crate::model::{Area, AreaFile, Contract, ContractFile, Example, StatementsFile, WorkedExample, misfits};
use crate::{Problem, SourceFile, lint, shape};

/// Reads the files of a contract's folder.
///
/// # Errors
///
/// Every problem found, in the order of the files and of their lines.
pub fn read(files: &[SourceFile]) -> Result<Contract, Vec<Problem>> {
    read_as(files, Edition::Current)
}

/// Reads a contract as [`read`] does, but one that may be older than what the spec format requires today.
///
/// For comparing versions: a published one can't be edited any more.
///
/// # Errors
///
/// Every problem found, in the order of the files and of their lines.
pub fn read_earlier(files: &[SourceFile]) -> Result<Contract, Vec<Problem>> {
    read_as(files, Edition::Earlier)
}

fn read_as(files: &[SourceFile], edition: Edition) -> Result<Contract, Vec<Problem>> {
    let mut reader = Reader { files, documents: BTreeMap::new(), problems: Vec::new() };
    let contract = reader.contract();
    if let Some(contract) = &contract {
        let documents = &reader.documents;
        reader.problems.extend(lint::lint(contract, files, documents, edition));
    }
    let mut problems = reader.problems;
    problems.sort_by(|one, other| {
        (&one.file, one.line, one.column).cmp(&(&other.file, other.line, other.column))
    });
    problems.dedup();
    match contract {
        Some(contract) if problems.is_empty() => Ok(contract),
        _ => Err(problems),
    }
}

struct Reader<'s> {
    files: &'s [SourceFile],
    documents: BTreeMap<String, Document<'s>>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// The model, where every file is sound enough to be one.
    fn contract(&mut self) -> Option<Contract> {
        let file: Option<ContractFile> = self.parse("contract.toml", "contract.toml", "");
        let statements: Option<StatementsFile> = self.parse("statements.toml", "contract.toml", "");
        let mut areas = Vec::new();
        let mut complete = true;
        let names = match &file {
            Some(file) => file.areas.clone(),
            // The list can't be read: the files there are checked all the same.
            None => self.area_files(),
        };
        for (index, name) in names.iter().enumerate() {
            let area = self.area(name, index);
            complete &= area.is_some();
            areas.extend(area);
        }
        let mut files = self.files.to_vec();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let (file, statements) = (file?, statements?);
        complete.then_some(Contract { file, statements: statements.statements, areas, files })
    }

    fn area_files(&self) -> Vec<String> {
        let name =
            |file: &SourceFile| Some(file.path.strip_prefix("areas/")?.strip_suffix(".toml")?.to_owned());
        self.files.iter().filter_map(name).collect()
    }

    fn area(&mut self, name: &str, index: usize) -> Option<Area> {
        let path = format!("areas/{name}.toml");
        let file: AreaFile = self.parse(&path, "contract.toml", &format!("/areas/{index}"))?;
        let mut examples = Vec::new();
        for (place, entry) in file.examples.iter().enumerate() {
            examples.push(self.example(&path, place, entry)?);
        }
        Some(Area { name: name.to_owned(), file, examples })
    }

    fn example(&mut self, area: &str, place: usize, entry: &Example) -> Option<WorkedExample> {
        let Some(source) = self.files.iter().find(|file| file.path == entry.file) else {
            let problem = self.documents.get(area)?.problem(
                &format!("/examples/{place}/file"),
                format!("there is no file {}", entry.file),
                Some("write it, or take the example away".to_owned()),
            );
            self.problems.push(problem);
            return None;
        };
        match serde_json::from_str::<Value>(&source.text) {
            Ok(value) => Some(WorkedExample { entry: entry.clone(), value, text: source.text.clone() }),
            Err(error) => {
                let lines = source.text.split_inclusive('\n').take(error.line().saturating_sub(1));
                let offset = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
                let cure = Some("mend the JSON".to_owned());
                self.problems.push(at(source, offset..offset + 1, error.to_string(), cure));
                None
            }
        }
    }

    /// A file's model. Where the file is missing, the problem stands at what names it.
    fn parse<T: DeserializeOwned + JsonSchema>(&mut self, path: &str, named_in: &str, by: &str) -> Option<T> {
        let Some(source) = self.files.iter().find(|file| file.path == path) else {
            self.missing(path, named_in, by);
            return None;
        };
        let document = match Document::parse(source) {
            Ok(document) => document,
            Err(problems) => {
                self.problems.extend(problems);
                return None;
            }
        };
        let schema = schemars::schema_for!(T).to_value();
        let problems = shape::check(&document, &schema);
        let sound = problems.is_empty();
        self.problems.extend(problems);
        let model = if sound { self.model(&document) } else { None };
        self.documents.insert(path.to_owned(), document);
        model
    }

    /// The model of a file whose shape is sound.
    fn model<T: DeserializeOwned>(&mut self, document: &Document<'_>) -> Option<T> {
        let value = document.value();
        let misfits = misfits(&value);
        match serde_json::from_value(value) {
            Ok(model) => Some(model),
            Err(error) if misfits.is_empty() => {
                self.problems.push(document.problem("", error.to_string(), None));
                None
            }
            Err(_) => {
                self.problems.extend(misfits.into_iter().map(|(pointer, misfit)| {
                    document.problem(&pointer, misfit.message, Some(misfit.cure.to_owned()))
                }));
                None
            }
        }
    }

    fn missing(&mut self, path: &str, named_in: &str, by: &str) {
        let message = format!("there is no file {path}");
        let problem = match self.documents.get(named_in) {
            Some(document) => document.problem(by, message, Some("write it".to_owned())),
            None => Problem {
                file: path.to_owned(),
                line: 1,
                column: 1,
                message,
                found: None,
                cure: Some("write it".to_owned()),
            },
        };
        self.problems.push(problem);
    }
}
