//! A contract as a sender needs it, read from its spec: an area, a record that is accepted, and the way to send it.

use std::path::Path;

use serde_json::{Map, Value};
use tally_spec::SourceFile;
use tally_spec::model::{
    Area, Constraint, Contract, ExampleKind, Field, JsonType, OverLimit, Response, Unkeyed,
};

/// The token that a mock under test takes.
pub const TOKEN: &str = "bench-token";

/// Takes the place of the records while a body is written around them.
const RECORDS: &str = "tally-bench-records";

/// An area whose every record is a new one, with a text of the sender's own in it.
pub struct Subject {
    contract: Contract,
    area: usize,
    parts: Parts,
}

/// What requests to an area are put together from.
struct Parts {
    /// The body before its records, and behind them.
    around: (String, String),
    /// A record that is accepted.
    template: Map<String, Value>,
    /// The member that takes any text.
    mark: String,
}

impl Subject {
    /// Reads a contract, and chooses the first area that can be measured.
    ///
    /// # Errors
    ///
    /// If the contract can't be read, or has no such area.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = Vec::new();
        gather(folder, "", &name, &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
        let contract =
            tally_spec::read(&files).map_err(|problems| tally_spec::render(&problems, &files, false))?;
        let mut areas = contract.areas.iter().enumerate();
        let found = areas.find_map(|(place, area)| Some((place, parts(&contract, area)?)));
        let Some((area, parts)) = found else {
            return Err(format!(
                "no area of {name} makes a new record of each that is sent, with a text of any form"
            ));
        };
        Ok(Self { contract, area, parts })
    }

    /// The contract.
    #[must_use]
    pub const fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The area.
    #[must_use]
    pub fn area(&self) -> &Area {
        &self.contract.areas[self.area]
    }

    /// The member of a record that holds its mark.
    #[must_use]
    pub fn mark(&self) -> &str {
        &self.parts.mark
    }

    /// The HTTP status of an answer to a request within the limit.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.contract.response(self.area()).http_status()
    }

    /// Whether a request over the limit is taken, for its records to be processed later.
    #[must_use]
    pub fn takes_more(&self) -> bool {
        matches!(self.area().limit.over, OverLimit::Acknowledges { .. })
    }

    /// A record that is accepted, with that text in it.
    #[must_use]
    pub fn record(&self, mark: &str) -> String {
        let mut record = self.parts.template.clone();
        record.insert(self.parts.mark.clone(), mark.into());
        Value::Object(record).to_string()
    }

    /// A body with these records, which stand as they are.
    #[must_use]
    pub fn body<'r>(&self, records: impl IntoIterator<Item = &'r str>) -> Vec<u8> {
        let mut body = self.parts.around.0.clone();
        for (place, record) in records.into_iter().enumerate() {
            if place > 0 {
                body.push(',');
            }
            body.push_str(record);
        }
        body.push_str(&self.parts.around.1);
        body.into_bytes()
    }

    /// A body of `size` bytes at most, filled with one record over and over.
    #[must_use]
    pub fn filled(&self, record: &str, size: usize) -> Vec<u8> {
        let room = size.saturating_sub(self.parts.around.0.len() + self.parts.around.1.len());
        self.body(std::iter::repeat_n(record, room / (record.len() + 1)))
    }

    /// The head of a request to the area with a body of that length.
    #[must_use]
    pub fn head(&self, base_path: &str, length: usize) -> String {
        head(&self.contract, self.area(), base_path, length)
    }

    /// A whole request to the area.
    #[must_use]
    pub fn request(&self, base_path: &str, body: &[u8]) -> Vec<u8> {
        let mut request = self.head(base_path, body.len()).into_bytes();
        request.extend_from_slice(body);
        request
    }

    /// An answer that names so many failed records, by its status and the list of their entries, each `{}`; `None` if
    /// no area's answer lists any.
    #[must_use]
    pub fn counting_answer(&self, entries: usize) -> Option<(&Area, String)> {
        let counted = |area: &'_ Area| match self.contract.response(area) {
            Response::Counting(counted) => Some(counted.clone()),
            Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => None,
        };
        let (area, shape) = self.contract.areas.iter().find_map(|area| Some((area, counted(area)?)))?;
        let list = vec!["{}"; entries].join(",");
        let quoted = |text: &str| Value::from(text).to_string();
        let text = format!(
            "{{{}:{},{}:0,{}:{entries},{}:{},{}:[{list}]}}",
            quoted(&shape.status.name),
            quoted(&shape.status.failure),
            quoted(&shape.pass_count),
            quoted(&shape.fail_count),
            quoted(&shape.next_batch_size),
            area.limit.maximum,
            quoted(&shape.errors),
        );
        Some((area, text))
    }
}

/// The head of a request to an area with a body of that length.
#[must_use]
pub fn head(contract: &Contract, area: &Area, base_path: &str, length: usize) -> String {
    let service = &contract.file.service;
    format!(
        "{} {base_path}{} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}: {} {TOKEN}\r\nContent-Type: {}\r\n\
         Accept: application/json\r\nContent-Length: {length}\r\n\r\n",
        service.verb.value,
        area.path,
        service.authentication.header,
        service.authentication.scheme,
        service.media_type.value,
    )
}

/// What is needed of an area; `None` if it can't be measured.
fn parts(contract: &Contract, area: &Area) -> Option<Parts> {
    let mut examples = area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request);
    let example = &examples.next()?.value;
    let mut template = area.records(contract, example).first()?.as_object()?.clone();
    let mark = match area.key.unkeyed {
        Unkeyed::New => {
            // Without a key, each is a new one.
            for field in area.key.parts.iter().flat_map(tally_spec::model::KeyPart::fields) {
                remove(&mut template, field);
            }
            area.fields.iter().find(|field| takes_any_text(area, field))?
        }
        Unkeyed::Keyed => {
            let mut parts = area.key.parts.iter().flat_map(tally_spec::model::KeyPart::fields);
            parts.find_map(|name| {
                area.fields.iter().find(|field| field.name == *name && takes_any_text(area, field))
            })?
        }
    };
    let mut holder = contract.holder(example)?.as_object()?.clone();
    holder.insert(area.list.name.clone(), RECORDS.into());
    let body = match &contract.file.service.envelope {
        Some(envelope) => Value::Object(Map::from_iter([(envelope.clone(), Value::Object(holder))])),
        None => Value::Object(holder),
    };
    let body = body.to_string();
    let (before, behind) = body.split_once(&format!("\"{RECORDS}\""))?;
    Some(Parts { around: (format!("{before}["), format!("]{behind}")), template, mark: mark.name.clone() })
}

/// Whether every text is accepted in a record's field, and no rule depends on it.
fn takes_any_text(area: &Area, field: &Field) -> bool {
    let plain = field.types() == [JsonType::String]
        && field.closed.is_none()
        && field.format.is_none()
        && field.kind.is_none();
    let is_named = |rule: &tally_spec::model::Rule| {
        let constrained = match &rule.constraint {
            Constraint::Required(_) | Constraint::AnyOf(_) => None,
            constraint => constraint.field(),
        };
        constrained == Some(&field.name) || rule.conditions().any(|condition| condition.field == field.name)
    };
    plain && !area.rules.iter().any(is_named)
}

/// Takes away the value at a path of the spec, `object/member`.
fn remove(record: &mut Map<String, Value>, path: &str) {
    match path.split_once('/') {
        None => {
            record.shift_remove(path);
        }
        Some((name, rest)) => {
            if let Some(Value::Object(inner)) = record.get_mut(name) {
                remove(inner, rest);
            }
        }
    }
}

/// Reads the files of a folder and of those within it.
fn gather(folder: &Path, below: &str, name: &str, files: &mut Vec<SourceFile>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &format!("{path}/"), name, files)?;
        } else {
            let text = std::fs::read_to_string(entry.path())?;
            files.push(SourceFile { shown_as: format!("spec/{name}/{path}"), path, text });
        }
    }
    Ok(())
}
