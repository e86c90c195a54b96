//! What the mock stores in the end, compared with what it acknowledged.

use std::collections::BTreeMap;
use std::fmt;

use tally_bench::process::Mock;

use crate::tally::Load;

/// Records in one answer.
const PAGE: usize = 1000;

/// How the two differ.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) stored: usize,
    pub(crate) missing: Vec<String>,
    pub(crate) twice: Vec<String>,
    /// Those that nobody was to store: of requests that were refused, cut, or too large.
    pub(crate) unasked: Vec<String>,
}

impl Comparison {
    pub(crate) fn is_exact(&self) -> bool {
        self.missing.is_empty() && self.twice.is_empty() && self.unasked.is_empty() && self.stored > 0
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} stored", self.stored)?;
        for (what, marks) in [("missing", &self.missing), ("twice", &self.twice), ("unasked", &self.unasked)]
        {
            write!(formatter, ", {} {what}", marks.len())?;
            if let Some(mark) = marks.first() {
                write!(formatter, " ({mark:.40} …)")?;
            }
        }
        Ok(())
    }
}

/// Waits for the jobs to end, and reads every record.
pub(crate) fn compare(load: &Load, mock: &Mock) -> Result<Comparison, String> {
    mock.admin("POST", "/_tally/drain?seconds=600")?;
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let area = &load.subject.area().name;
    let mut offset = 0;
    loop {
        let page = mock.admin("GET", &format!("/_tally/state/{area}?offset={offset}&limit={PAGE}"))?;
        let records = page["records"].as_array().map_or(&[][..], Vec::as_slice);
        if records.is_empty() {
            break;
        }
        offset += records.len();
        for record in records {
            let mark = record["record"][load.subject.mark()].as_str().unwrap_or("a record without a mark");
            *found.entry(mark.to_owned()).or_default() += 1;
        }
    }
    let (acknowledged, open) = load.tally.marks();
    let named = |marks: Vec<&String>| marks.into_iter().cloned().collect();
    Ok(Comparison {
        stored: found.values().sum(),
        missing: named(acknowledged.iter().filter(|mark| !found.contains_key(*mark)).collect()),
        twice: named(found.iter().filter(|(_, times)| **times > 1).map(|(mark, _)| mark).collect()),
        unasked: named(
            found.keys().filter(|mark| !acknowledged.contains(*mark) && !open.contains(*mark)).collect(),
        ),
    })
}
