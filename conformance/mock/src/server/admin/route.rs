//! What a route of the mock's own API is, and how one is found.

use http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// What a path and a method ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Page,
    Health,
    OpenApi,
    Events,
    State,
    Area,
    Entities,
    Reset,
    Journal,
    Exchange,
    Jobs,
    Drain,
    Clock,
    SetClock,
    FreeClock,
    Fault,
    SetFault,
    NoFault,
    Judge,
}

/// A method at a path: what it asks for, what it takes and what it answers.
pub(super) struct Route {
    pub(super) method: &'static str,
    /// The path as `OpenAPI` writes it.
    pub(super) path: &'static str,
    pub(super) operation: Operation,
    /// The operation's name for clients that are generated.
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    /// What else there is to know; empty if nothing is.
    pub(super) about: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) body: Option<RequestBody>,
    pub(super) success: Success,
    /// The refusals of its own: the HTTP status, and why.
    pub(super) refusals: &'static [(u16, &'static str)],
    /// Whether it is answered without a token, whoever asks.
    pub(super) is_open: bool,
}

/// A parameter of a path or of a query.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) place: &'static str,
    pub(super) takes: Takes,
    /// What it means; empty if its name says it.
    pub(super) about: &'static str,
}

/// What a parameter takes.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    Text,
    /// Texts: the parameter may be repeated.
    Texts,
    /// A number from `least` on, and the one that is taken if there is none.
    Number {
        least: u64,
        usual: Option<u64>,
    },
    /// True or false, and false if there is none.
    Flag,
}

/// The body of a request.
pub(super) enum RequestBody {
    /// Any JSON.
    Any,
    /// An object with one member, which is text.
    Member { name: &'static str, format: Option<&'static str>, about: &'static str, example: &'static str },
}

/// The answer of success.
pub(super) struct Success {
    pub(super) about: &'static str,
    pub(super) media_type: &'static str,
    /// Its schema.
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Success {
    /// A value as JSON.
    pub(super) const fn json<T: JsonSchema>(about: &'static str) -> Self {
        Self { about, media_type: "application/json", schema: |schemas| schemas.subschema_for::<T>() }
    }

    /// Text of another media type.
    pub(super) const fn text(media_type: &'static str, about: &'static str) -> Self {
        Self { about, media_type, schema: |schemas| schemas.subschema_for::<String>() }
    }
}

impl Route {
    pub(super) const fn new(
        method: &'static str,
        path: &'static str,
        operation: Operation,
        id: &'static str,
        summary: &'static str,
        success: Success,
    ) -> Self {
        Self {
            method,
            path,
            operation,
            id,
            summary,
            about: "",
            parameters: &[],
            body: None,
            success,
            refusals: &[],
            is_open: false,
        }
    }

    pub(super) const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    pub(super) const fn takes(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, ..self }
    }

    pub(super) const fn with_body(self, body: RequestBody) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(super) const fn refuses(self, refusals: &'static [(u16, &'static str)]) -> Self {
        Self { refusals, ..self }
    }

    pub(super) const fn open(self) -> Self {
        Self { is_open: true, ..self }
    }
}

/// What was found at a path.
pub(super) enum Found {
    /// The operation, and the value of the path's parameter.
    Route(Operation, String),
    /// The path takes other methods: those.
    OtherMethods(String),
    /// No such path.
    Nothing,
}

/// Finds the operation among routes. `HEAD` means the same as `GET`.
pub(super) fn find(routes: &[Route], method: &Method, path: &str) -> Found {
    let wanted = if method == Method::HEAD { "GET" } else { method.as_str() };
    let mut methods = Vec::new();
    for Route { method, path: template, operation, .. } in routes {
        let Some(name) = parameter(template, path) else { continue };
        if *method == wanted {
            let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
            return Found::Route(*operation, name.into_owned());
        }
        methods.push(*method);
        if *method == "GET" {
            methods.push("HEAD");
        }
    }
    if methods.is_empty() { Found::Nothing } else { Found::OtherMethods(methods.join(", ")) }
}

/// The parameter of a path, empty if the template has none; `None` if the path does not match.
fn parameter<'p>(template: &str, path: &'p str) -> Option<&'p str> {
    match template.split_once('{') {
        None => (template == path).then_some(""),
        Some((before, _)) => path.strip_prefix(before).filter(|name| !name.is_empty() && !name.contains('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_one_segment() {
        assert_eq!(parameter("/a/{b}", "/a/c"), Some("c"));
        assert_eq!(parameter("/a/{b}", "/a/"), None);
        assert_eq!(parameter("/a/{b}", "/a/c/d"), None);
        assert_eq!(parameter("/a", "/a/"), None);
    }
}
