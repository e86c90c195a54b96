//! The ways to check a body.

use serde::de::IgnoredAny;
use serde_json::Value;
use tally_generated::gsapi_v1::{customers, milestones, nps, usage};
use tally_generated::runtime::Area;

/// A way to check or read a body. The number it returns keeps the work from being optimised away.
pub struct Contestant {
    /// What people call it.
    pub name: &'static str,
    /// Runs it once.
    pub run: Box<dyn Fn(&[u8]) -> usize>,
}

/// Ours, asked for no records.
pub const CHECKING: &str = "ours, checking";
/// Ours, asked for the records.
pub const RECORDS: &str = "ours, with records";
/// `serde_json` into the same types, from bytes, borrowing: what most users have.
pub const TYPED: &str = "serde_json typed";
/// `serde_json` over the body, for nothing but its end.
pub const SKIPPING: &str = "serde_json skipping";
/// `serde_json::Value` and every error of the crate jsonschema.
pub const SCHEMA: &str = "Value + jsonschema";
/// JSON.parse and every error of a compiled validator.
pub const AJV: &str = "ajv, compiled";
/// The one that all others are compared with.
pub const BASELINE: &str = TYPED;

/// Every contestant for an area.
///
/// # Panics
///
/// Where the area is none of those measured, or its schema does not compile: both are bugs here.
#[must_use]
pub fn all(area: &str) -> Vec<Contestant> {
    let generated = tally_generated::gsapi_v1::CONTRACT.area(area).expect("the area is generated");
    let mut all = match area {
        "milestones" => typed::<milestones::Request<'static>>(),
        "customers" => typed::<customers::Request<'static>>(),
        "usage" => typed::<usage::Request<'static>>(),
        "nps" => typed::<nps::Request<'static>>(),
        other => panic!("no types for {other}"),
    };
    let judge = generated.judge;
    let ours = Contestant { name: CHECKING, run: Box::new(move |body| judge(body).records.len()) };
    let records = Contestant { name: RECORDS, run: with_records(area) };
    all.splice(0..0, [ours, records]);
    all.push(Contestant { name: SKIPPING, run: Box::new(skip) });
    all.push(Contestant { name: "serde_json Value", run: Box::new(|body| value(body).map_or(0, |_| 1)) });
    all.push(schema(generated));
    all
}

fn with_records(area: &str) -> Box<dyn Fn(&[u8]) -> usize> {
    match area {
        "milestones" => Box::new(|body| milestones::read(body).records.len()),
        "customers" => Box::new(|body| customers::read(body).records.len()),
        "usage" => Box::new(|body| usage::read(body).records.len()),
        _ => Box::new(|body| nps::read(body).records.len()),
    }
}

/// A type with a lifetime, named by any one of its instances.
trait Borrowing {
    type Of<'a>: serde::Deserialize<'a>;
}

macro_rules! borrowing {
    ($($area:ident),*) => {
        $(impl Borrowing for $area::Request<'static> { type Of<'a> = $area::Request<'a>; })*
    };
}

borrowing!(milestones, customers, usage, nps);

fn typed<T: Borrowing>() -> Vec<Contestant> {
    let parse = |body: &[u8]| usize::from(serde_json::from_slice::<T::Of<'_>>(body).is_ok());
    let sonic = |body: &[u8]| usize::from(sonic_rs::from_slice::<T::Of<'_>>(body).is_ok());
    vec![
        Contestant { name: TYPED, run: Box::new(parse) },
        Contestant { name: "sonic-rs typed", run: Box::new(sonic) },
    ]
}

fn skip(body: &[u8]) -> usize {
    usize::from(serde_json::from_slice::<IgnoredAny>(body).is_ok())
}

fn value(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

fn schema(area: &Area) -> Contestant {
    let schema: Value = serde_json::from_str(area.request_schema).expect("the schema is JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("it compiles");
    let run = move |body: &[u8]| value(body).map_or(0, |value| validator.iter_errors(&value).count());
    Contestant { name: SCHEMA, run: Box::new(run) }
}
