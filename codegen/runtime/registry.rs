//! What the generated modules are listed as: contracts, their areas, their statements.

use super::{Gather, Judgement, Observer, Outline};

/// A contract, with everything generated for it that can be looked up by name.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// The contract's name: its folder's under `spec/`.
    pub name: &'static str,
    /// What people call the API.
    pub title: &'static str,
    /// The path of the API's root, with its first slash and no last one.
    pub base_path: &'static str,
    /// The areas, in the spec's order.
    pub areas: &'static [Area],
    /// The statements, in the spec's order.
    pub statements: &'static [Statement],
    /// The files of the spec that all this was generated from, by path.
    pub sources: &'static [Source],
}

/// A file of a spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its path below the contract's folder, with `/` between its parts.
    pub path: &'static str,
    /// What it says.
    pub text: &'static str,
}

impl Contract {
    /// The area of that name, or whose path is the one given (its first slash may be left out).
    #[must_use]
    pub fn area(&self, name_or_path: &str) -> Option<&'static Area> {
        let wanted = name_or_path.trim_matches('/');
        self.areas.iter().find(|area| area.name == wanted || area.path.trim_matches('/') == wanted)
    }
}

/// An area: one batch call.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// The area's name in the spec.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The path below the API's root, with its first slash.
    pub path: &'static str,
    /// The most that one request may hold for its records to be processed at once.
    ///
    /// Unit: what [`Judgement::counted`] counts.
    pub limit: usize,
    /// Judges a request's body by the rules of shape.
    pub judge: fn(body: &[u8]) -> Judgement,
    /// Judges a request's body and hands over what it holds.
    pub gather: for<'a> fn(body: &'a [u8], gather: &mut dyn Gather<'a>) -> Judgement,
    /// Judges a request's body and hands on what is found one by one, in memory that does not grow with it.
    pub inspect: fn(body: &[u8], observer: &mut dyn Observer) -> Outline,
    /// The JSON Schema of requests, draft 2020-12, as text.
    pub request_schema: &'static str,
    /// The JSON Schema of responses, draft 2020-12, as text.
    pub response_schema: &'static str,
}

/// A numbered statement about the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Its number, such as `R4.1`.
    pub id: &'static str,
    /// `stated`, `shown`, `platform` or `assumed`.
    pub provenance: &'static str,
    /// The place in the API's document that says or shows it, such as `Orders › Note, 1st bullet`; the title of
    /// the platform's documentation if the platform documents it. `None` if it is assumed or no place is named.
    pub location: Option<&'static str>,
    /// What it says.
    pub summary: &'static str,
}
