//! A store that keeps nothing beyond the process.

use super::{Change, Receipt, Saved, Store, StoreError};

/// Keeps data in memory, for as long as the mock runs. The default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory;

impl Store for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn open(&mut self, _contract: &str) -> Result<Saved, StoreError> {
        Ok(Saved::default())
    }

    fn commit(&self, _changes: Vec<Change>) -> Receipt {
        Receipt::ready(Ok(()))
    }

    fn keeps_changes(&self) -> bool {
        false
    }
}
