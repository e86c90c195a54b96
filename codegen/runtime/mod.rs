//! What every generated module builds on. Copied from the generator's own runtime.

mod answer;
mod batch;
mod date;
mod decode;
mod escape;
mod form;
mod inspect;
mod json_value;
mod judgement;
mod numeric;
mod pointer;
mod reader;
mod record;
mod refusal;
mod registry;
mod scalar;
mod scan;
mod text;
mod walk;

pub use answer::AnswerError;
pub use date::{EpochDay, EpochMillis};
pub use decode::Gather;
pub use inspect::{Keeping, Observer, Outline};
pub use json_value::{JsonValue, List, Number, Text};
pub use judgement::{Decoded, Judgement, RecordVerdict, RequestVerdict, Verdicts, Violation};
pub use numeric::TextOrNumber;
pub use pointer::Pointer;
pub use refusal::{PlatformError, Refusal, RefusalCause};
pub use registry::{Area, Contract, Source, Statement};
pub use scalar::Scalar;
pub use text::{is_date, is_date_time};
pub use walk::{each_element, each_member};

// For generated code only.
#[doc(hidden)]
pub use answer::{FromJson, Json, JsonObject, deserialize_answer, parse_answer};
#[doc(hidden)]
pub use batch::split;
#[doc(hidden)]
pub use decode::{Layout, RequestOptions, Shape, gather_body, inspect_body, judge_body, read_body, wrong_envelope};
#[doc(hidden)]
pub use form::{Form, Run};
#[doc(hidden)]
pub use json_value::ExtraMembers;
#[doc(hidden)]
pub use reader::{Members, NotJson, Read, Reader};
#[doc(hidden)]
pub use record::{Field, Record, Taken};
#[doc(hidden)]
pub use refusal::{DocumentedRefusal, Refusals};
