//! The ways to check a body.

use serde::de::IgnoredAny;
use serde_json::Value;
use tally_generated::runtime;

use crate::contract::Contract;

/// Checks or reads a body. The number keeps the work from being optimised away.
pub type Run = Box<dyn Fn(&[u8]) -> usize>;

/// A way to check or read a body.
pub struct Contestant {
    /// What people call it.
    pub name: &'static str,
    /// Runs it once.
    pub run: Run,
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
/// If the area's schema does not compile, which is a bug here.
#[must_use]
pub fn all(contract: &Contract, area: &runtime::Area) -> Vec<Contestant> {
    let (judge, typed) = (area.judge, Typed::of(contract, area));
    let contestant = |name, run: Run| Contestant { name, run };
    vec![
        contestant(CHECKING, Box::new(move |body| judge(body).records.len())),
        contestant(RECORDS, Box::new(typed.read)),
        contestant(TYPED, Box::new(move |body| usize::from((typed.parse)(body)))),
        contestant("sonic-rs typed", Box::new(move |body| usize::from((typed.sonic)(body)))),
        contestant(SKIPPING, Box::new(skip)),
        contestant("serde_json Value", Box::new(|body| value(body).map_or(0, |_| 1))),
        schema(area),
    ]
}

/// What parses into an area's own types.
#[derive(Clone, Copy)]
pub struct Typed {
    /// Whether `serde_json` parses a body.
    pub parse: fn(&[u8]) -> bool,
    sonic: fn(&[u8]) -> bool,
    /// The number of records that ours hands over.
    read: fn(&[u8]) -> usize,
}

impl Typed {
    /// What is generated for an area.
    ///
    /// # Panics
    ///
    /// If nothing is: `build.rs` lists every module of an area.
    #[must_use]
    pub fn of(contract: &Contract, area: &runtime::Area) -> Self {
        typed(contract.generated.name, area.path).expect("each area has a module")
    }
}

macro_rules! areas {
    ($($contract:ident :: $area:ident),*) => {
        fn typed(contract: &str, path: &str) -> Option<Typed> {
            $({
                use tally_generated::$contract::{CONTRACT, $area};
                if contract == CONTRACT.name && path == $area::PATH {
                    return Some(Typed {
                        parse: |body| serde_json::from_slice::<$area::Request<'_>>(body).is_ok(),
                        sonic: |body| sonic_rs::from_slice::<$area::Request<'_>>(body).is_ok(),
                        read: |body| $area::read(body).records.len(),
                    });
                }
            })*
            None
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/areas.rs"));

fn skip(body: &[u8]) -> usize {
    usize::from(serde_json::from_slice::<IgnoredAny>(body).is_ok())
}

fn value(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

fn schema(area: &runtime::Area) -> Contestant {
    let schema: Value = serde_json::from_str(area.request_schema).expect("the schema is JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("it compiles");
    let run = move |body: &[u8]| value(body).map_or(0, |value| validator.iter_errors(&value).count());
    Contestant { name: SCHEMA, run: Box::new(run) }
}
