//! Writes each finding as a file that runs without this program: a shell script, a Hurl file, or a test for pytest.
//!
//! Each sends the finding's requests in order and asserts what is documented of the responses: it fails while the
//! finding is there. The token and the root of the API come from the environment.

#[cfg(test)]
mod hostile;
mod hurl;
mod hurl_text;
mod hurl_token;
mod pytest;
mod python;
mod shell;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::outcome::{Finding, Report, ShownRequest};
use crate::report::escaped;

/// The environment variable with the token.
const TOKEN: &str = TOKEN_PLACE.split_at(1).1;
/// What stands for the token in a shown request.
const TOKEN_PLACE: &str = "$TALLY_TOKEN";
/// The environment variable with the root of the API.
const TARGET: &str = "TALLY_TARGET";
/// How often the requests are sent: some endpoints answer a request wrong only once they have seen it.
const TRIES: usize = 3;
/// How often the requests of an intermittent finding are sent.
const TRIES_IF_INTERMITTENT: usize = 20;
/// How long one response may take, in seconds.
const TIMEOUT: u64 = 30;

/// The form of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A script for a POSIX shell, with curl, and Python for the JSON.
    Shell,
    /// A file for Hurl.
    Hurl,
    /// A test for pytest, with no other library.
    Pytest,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Shell, Self::Hurl, Self::Pytest];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shell => "sh",
            Self::Hurl => "hurl",
            Self::Pytest => "pytest",
        }
    }

    fn file_name(self, stem: &str) -> String {
        match self {
            Self::Shell => format!("{stem}.sh"),
            Self::Hurl => format!("{stem}.hurl"),
            Self::Pytest => format!("test_{}.py", stem.replace('-', "_")),
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|form| form.as_str() == name)
            .ok_or_else(|| format!("{name:?} must be sh, hurl or pytest"))
    }
}

/// What is written of a report's findings.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The files by name.
    pub files: BTreeMap<String, String>,
    /// The findings that no such file can show, and why.
    pub left_out: Vec<String>,
}

/// Writes each finding of a report in a form.
#[must_use]
pub fn emit(report: &Report, form: Form) -> Emitted {
    let mut emitted = Emitted::default();
    for (index, finding) in report.findings.iter().enumerate() {
        let case = Case::of(report, finding, index);
        if finding.assertions.is_empty() {
            let why = "it is about stored records, which the API does not show";
            emitted.left_out.push(format!("{} in {}: {why}", finding.check, finding.area));
            continue;
        }
        let text = match form {
            Form::Shell => Some(shell::file(&case)),
            Form::Hurl => hurl::file(&case),
            Form::Pytest => Some(pytest::file(&case)),
        };
        match text {
            Some(text) => drop(emitted.files.insert(form.file_name(&case.stem), text)),
            None => {
                let why = "Hurl cannot compare what it is about";
                emitted.left_out.push(format!("{} in {}: {why}", finding.check, finding.area));
            }
        }
    }
    emitted
}

/// A finding, prepared for every form.
struct Case<'f> {
    finding: &'f Finding,
    /// The root of the API in the run.
    root: &'f str,
    /// A name for its file, without an extension: letters, digits and hyphens.
    stem: String,
    /// The requests in order.
    requests: Vec<&'f ShownRequest>,
    /// How often they are sent.
    tries: usize,
}

impl<'f> Case<'f> {
    fn of(report: &'f Report, finding: &'f Finding, index: usize) -> Self {
        let word = |text: &str| text.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let number = index + 1;
        Self {
            finding,
            root: &report.target,
            stem: format!("{number:03}-{}-{}", word(&finding.area), word(&finding.check)),
            requests: finding.before.iter().chain([&finding.request]).collect(),
            tries: if finding.rate.is_some() { TRIES_IF_INTERMITTENT } else { TRIES },
        }
    }

    /// The path of a request below the root.
    fn path(&self, request: &'f ShownRequest) -> &'f str {
        request.url.strip_prefix(self.root).unwrap_or(&request.url)
    }

    /// What the file says of itself, in lines of visible text.
    fn about(&self) -> Vec<String> {
        let finding = self.finding;
        let mut lines = vec![
            format!("{}: {}", finding.statement_and_source(), finding.summary),
            finding.message.clone(),
            format!("Found by the check {} in {}.", finding.check, finding.areas.join(", ")),
            "This fails as long as the endpoint answers so, and passes once it answers as documented."
                .to_owned(),
        ];
        if let Some(rate) = finding.rate {
            let (shown, tried) = (rate.shown, rate.tried);
            lines.push(format!("Intermittent ({shown} of {tried} times): it is tried {} times.", self.tries));
        }
        lines.iter().flat_map(|line| wrapped_lines(&escaped(line))).collect()
    }
}

/// The text in lines of about a hundred columns.
fn wrapped_lines(text: &str) -> Vec<String> {
    crate::report::wrapped(text, 100, 0).lines().map(str::to_owned).collect()
}

/// Appends a piece of a file.
fn add(file: &mut String, piece: &str) {
    file.push_str(piece);
}

/// A header's value in two parts, before and after the token; `None` if it does not hold the token.
fn around_token(value: &str) -> Option<(&str, &str)> {
    value.split_once(TOKEN_PLACE)
}

/// Whether a request of this method has a body.
fn has_body(request: &ShownRequest) -> bool {
    !matches!(request.method.as_str(), "GET" | "HEAD")
}
