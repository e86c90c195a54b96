//! The area whose requests are sent, and what they hold.

use serde_json::Value;
use tally_bench::contract::Contract;
use tally_bench::records::{Pattern, Records};
use tally_bench::subject::head;
use tally_generated::runtime;
use tally_spec::model::{Area, ExampleKind, Response, Unkeyed};

/// The records that the mock is to keep in memory.
pub(crate) const RECORDS: usize = 1_000_000;

/// An area of a contract whose requests are sent.
pub(crate) struct Measured<'c> {
    pub(crate) contract: &'c Contract,
    pub(crate) area: &'c Area,
    pub(crate) records: Records<'c>,
    /// The HTTP status of an answer that counts, and its member with the number of records that passed.
    pub(crate) status: u16,
    pub(crate) passed: &'c str,
}

impl<'c> Measured<'c> {
    /// Chooses the area with the smallest limit of at least so many records, whose records have keys of their own and
    /// are counted in the answer.
    ///
    /// # Errors
    ///
    /// If the contract has no such area.
    pub(crate) fn choose(contract: &'c Contract, size: usize) -> Result<Self, String> {
        let areas = contract.spec.areas.iter().filter(|area| {
            let limit = &area.limit;
            limit.counts.is_none() && limit.maximum >= size && area.key.unkeyed == Unkeyed::Keyed
        });
        let fitting = areas.filter_map(|area| Self::of(contract, area));
        fitting.min_by_key(|measured| measured.area.limit.maximum).ok_or_else(|| {
            let name = contract.generated.name;
            format!("no area of {name} counts {size} records of a request and tells {RECORDS} by their keys")
        })
    }

    fn of(contract: &'c Contract, area: &'c Area) -> Option<Self> {
        let records = Records::new(contract, area, Pattern::Plainest)?;
        let (status, passed) = match contract.spec.response(area) {
            Response::Counting(counted) => (counted.http_status, counted.pass_count.as_str()),
            Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => return None,
        };
        let fits = records.capacity() >= RECORDS;
        fits.then_some(Self { contract, area, records, status, passed })
    }

    /// What is generated for the area.
    pub(crate) fn generated(&self) -> &'static runtime::Area {
        self.contract.generated(self.area)
    }

    /// A request with the records `from..from + count` of an endless list, each with a key of its own.
    pub(crate) fn request(&self, base_path: &str, from: usize, count: usize) -> Vec<u8> {
        let records = (from..from + count).map(|number| Value::Object(self.records.numbered(number)));
        let body = self.contract.body(self.area, records.collect()).to_string();
        let mut request = head(&self.contract.spec, self.area, base_path, body.len()).into_bytes();
        request.extend_from_slice(body.as_bytes());
        request
    }

    /// A worked answer.
    pub(crate) fn answer(&self) -> String {
        let mut answers =
            self.area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Response);
        answers.next().map_or_else(|| "{}".to_owned(), |example| example.value.to_string())
    }
}
