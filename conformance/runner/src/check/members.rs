//! Members of answers that no documented answer shows.

use std::fmt;

use serde_json::{Map, Value};
use tally_spec::model::{Acknowledged, Area, Counted, Positional, Response, Whole};

use super::shown;

/// A member that no documented answer shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extra<'a> {
    /// The list whose elements have it; `None` if the body has it.
    pub(crate) list: Option<&'a str>,
    /// The place of the first element that has it.
    pub(crate) place: usize,
    pub(crate) name: &'a str,
    pub(crate) value: &'a Value,
}

impl fmt::Display for Extra<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`: {}", self.name, shown(Some(self.value)))?;
        self.list.map_or(Ok(()), |list| write!(formatter, " in `{list}[{}]`", self.place))
    }
}

/// The first member of an area's answer that no documented answer shows: of the body, or else of its elements.
pub(crate) fn first_extra<'a>(
    response: &'a Response,
    area: &'a Area,
    body: &'a Map<String, Value>,
) -> Option<Extra<'a>> {
    match response {
        Response::Counting(shape) => counting(shape, area, body),
        Response::Whole(Whole { status, message, .. }) => of_body(body, &[&status.name, message]),
        Response::ByPosition(Positional { results, passed, message, .. }) => {
            of_body(body, &[results]).or_else(|| of_elements(body, results, &[&passed.name, message]))
        }
        Response::Later(later) => acknowledged(later, body),
    }
}

/// The first member of an acknowledgement that no documented one shows.
pub(crate) fn acknowledged<'a>(later: &'a Acknowledged, body: &'a Map<String, Value>) -> Option<Extra<'a>> {
    of_body(body, &[&later.status.name, &later.message])
}

fn counting<'a>(shape: &'a Counted, area: &'a Area, body: &'a Map<String, Value>) -> Option<Extra<'a>> {
    let own =
        [&shape.pass_count, &shape.fail_count, &shape.next_batch_size, &shape.status.name, &shape.errors];
    let constants = shape.entry.constants.iter().map(|constant| &constant.name);
    let echoes = area.echoes.iter().map(|echo| &echo.name);
    let of_entries: Vec<&String> = constants.chain(echoes).chain([&shape.entry.message]).collect();
    of_body(body, &own).or_else(|| of_elements(body, &shape.errors, &of_entries))
}

fn of_body<'a>(body: &'a Map<String, Value>, known: &[&String]) -> Option<Extra<'a>> {
    let (name, value) = body.iter().find(|(name, _)| !known.contains(name))?;
    Some(Extra { list: None, place: 0, name, value })
}

fn of_elements<'a>(body: &'a Map<String, Value>, list: &'a String, known: &[&String]) -> Option<Extra<'a>> {
    let elements = body.get(list)?.as_array()?;
    elements.iter().enumerate().find_map(|(place, element)| {
        let extra = of_body(element.as_object()?, known)?;
        Some(Extra { list: Some(list), place, ..extra })
    })
}
