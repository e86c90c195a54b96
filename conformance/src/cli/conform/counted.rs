//! A reader whose readings are counted.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::Date;
use tally_spec::model::Area;

use tally_runner::observe::{Kept, Reader, Unreadable, Wanted};

/// Reads as another reader does, and counts how often.
pub(super) struct Counted<'r> {
    reader: &'r dyn Reader,
    readings: AtomicU64,
}

impl<'r> Counted<'r> {
    pub(super) fn new(reader: &'r dyn Reader) -> Self {
        Self { reader, readings: AtomicU64::new(0) }
    }

    /// How often something was read.
    pub(super) fn readings(&self) -> u64 {
        self.readings.load(Ordering::Relaxed)
    }

    fn one(&self) -> &dyn Reader {
        self.readings.fetch_add(1, Ordering::Relaxed);
        self.reader
    }
}

impl Reader for Counted<'_> {
    fn today(&self) -> Result<Option<Date>, Unreadable> {
        self.one().today()
    }

    fn records(&self, area: &Area, wanted: &[Wanted]) -> Result<Vec<Kept>, Unreadable> {
        self.one().records(area, wanted)
    }

    fn created(&self, kind: &str) -> Result<Option<Vec<String>>, Unreadable> {
        self.one().created(kind)
    }

    fn drain(&self) -> Result<bool, Unreadable> {
        self.one().drain()
    }
}
