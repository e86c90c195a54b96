//! The paths of the mock's own API.

use http::Method;

/// What a path and a method ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
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

/// A method, a path as `OpenAPI` writes it, and what they ask for.
pub(super) const ROUTES: &[(&str, &str, Operation)] = &[
    ("GET", "/healthz", Operation::Health),
    ("GET", "/_tally/openapi.json", Operation::OpenApi),
    ("GET", "/_tally/events", Operation::Events),
    ("GET", "/_tally/state", Operation::State),
    ("GET", "/_tally/state/{area}", Operation::Area),
    ("GET", "/_tally/things/{kind}", Operation::Entities),
    ("POST", "/_tally/reset", Operation::Reset),
    ("GET", "/_tally/journal", Operation::Journal),
    ("GET", "/_tally/journal/{number}", Operation::Exchange),
    ("GET", "/_tally/jobs", Operation::Jobs),
    ("POST", "/_tally/drain", Operation::Drain),
    ("GET", "/_tally/clock", Operation::Clock),
    ("PUT", "/_tally/clock", Operation::SetClock),
    ("DELETE", "/_tally/clock", Operation::FreeClock),
    ("GET", "/_tally/fault", Operation::Fault),
    ("PUT", "/_tally/fault", Operation::SetFault),
    ("DELETE", "/_tally/fault", Operation::NoFault),
    ("POST", "/_tally/judge/{area}", Operation::Judge),
];

/// What was found at a path.
pub(super) enum Found {
    /// The operation, and the value of the path's parameter.
    Route(Operation, String),
    /// The path takes other methods: those.
    OtherMethods(String),
    /// No such path.
    Nothing,
}

/// Finds the operation. `HEAD` means the same as `GET`.
pub(super) fn find(method: &Method, path: &str) -> Found {
    let wanted = if method == Method::HEAD { "GET" } else { method.as_str() };
    let mut methods = Vec::new();
    for (method, template, operation) in ROUTES {
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
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_description_has_the_paths_that_there_are() {
        let description: Value = serde_json::from_str(super::super::OPENAPI).expect("JSON");
        let described: BTreeSet<(String, String)> = description["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("an object").keys();
                let methods = methods.filter(|key| *key != "parameters" && *key != "summary");
                methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
            })
            .filter(|(_, path)| path != "/")
            .collect();
        let routed = ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()));
        assert_eq!(described, routed.collect());
    }

    #[test]
    fn a_parameter_is_one_segment() {
        assert_eq!(parameter("/a/{b}", "/a/c"), Some("c"));
        assert_eq!(parameter("/a/{b}", "/a/"), None);
        assert_eq!(parameter("/a/{b}", "/a/c/d"), None);
        assert_eq!(parameter("/a", "/a/"), None);
    }
}
