//! What every generated module builds on. Copied from the generator's own runtime.

mod decode;
mod escape;
mod form;
mod judgement;
mod numeric;
mod json_value;
mod pointer;
mod reader;
mod record;
mod registry;
mod scalar;
mod scan;
mod text;
mod walk;

pub use decode::{Gather, Layout, Shape, gather_body, judge_body, read_body, wrong_envelope};
pub use form::{Form, Run};
pub use judgement::{Decoded, Judgement, RecordVerdict, RequestVerdict, Verdicts, Violation};
pub use numeric::TextOrNumber;
pub use json_value::{ExtraMembers, List, Number, JsonValue, Text};
pub use pointer::Pointer;
pub use reader::{Members, NotJson, Read, Reader};
pub use record::{Field, Record, Taken};
pub use registry::{Area, Contract, Source, Statement};
pub use scalar::Scalar;
pub use text::{is_date, is_date_time};
pub use walk::{each_element, each_member};
