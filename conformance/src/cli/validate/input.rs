//! What is validated: a file or standard input, of which no more is read than is allowed.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

/// The units that a size may have, and their bytes.
const UNITS: [(&str, u64); 8] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
    ("", 1),
];

/// Reads a size, such as `64MiB`.
///
/// # Errors
///
/// A text for a person: it is no size, or zero.
pub(super) fn size(text: &str) -> Result<Size, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim()));
    let bytes = unit.and_then(|(_, unit)| number.parse::<u64>().ok()?.checked_mul(*unit));
    match bytes {
        Some(0) => Err("must be at least 1".to_owned()),
        Some(bytes) => Ok(Size(bytes)),
        None => Err("must be a number of bytes, or one with a unit: kB, MB, GB, KiB, MiB or GiB".to_owned()),
    }
}

/// In the largest unit of 1,024 that divides it.
impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let binary = UNITS.iter().find(|(name, unit)| name.contains('i') && self.0.is_multiple_of(*unit));
        match binary {
            Some((name, unit)) => write!(formatter, "{} {name}", self.0 / unit),
            None => write!(formatter, "{} bytes", self.0),
        }
    }
}

/// A file, or standard input.
pub(super) struct Source {
    path: Option<PathBuf>,
}

impl Source {
    /// The file of that name; `-` and no name stand for standard input.
    pub(super) fn new(file: Option<&Path>) -> Self {
        Self { path: file.filter(|file| file.as_os_str() != "-").map(Path::to_owned) }
    }

    /// What to call it.
    pub(super) fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| "standard input".to_owned(), |path| path.display().to_string())
    }

    /// Opens it, and says how long it is if that is known.
    pub(super) fn open(&self) -> Result<(Box<dyn BufRead>, Option<u64>), String> {
        let Some(path) = &self.path else { return Ok((Box::new(io::stdin().lock()), None)) };
        let file = File::open(path).map_err(|error| self.failed(&error))?;
        let about = file.metadata().ok().filter(std::fs::Metadata::is_file);
        Ok((Box::new(BufReader::with_capacity(1 << 16, file)), about.map(|about| about.len())))
    }

    /// Reads it whole.
    ///
    /// # Errors
    ///
    /// A text for a person: it can't be read, or is larger than allowed.
    pub(super) fn whole(&self, most: Size) -> Result<Vec<u8>, String> {
        let (input, length) = self.open()?;
        let room = length.filter(|length| *length <= most.0).unwrap_or(0);
        let mut body = Vec::with_capacity(usize::try_from(room).unwrap_or(0) + 1);
        let mut input = input.take(most.0.saturating_add(1));
        input.read_to_end(&mut body).map_err(|error| self.failed(&error))?;
        if body.len() as u64 > most.0 {
            return Err(self.too_large("", most));
        }
        Ok(body)
    }

    /// The error of a body or a line that is larger than allowed. `line` names the line.
    pub(super) fn too_large(&self, line: &str, most: Size) -> String {
        format!("{}{line} is larger than {most}: raise --max-bytes to read it", self.name())
    }

    /// The error of what can't be read.
    pub(super) fn failed(&self, error: &io::Error) -> String {
        format!("{}: {error}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        for (text, bytes, shown) in [
            ("1", 1, "1 bytes"),
            ("1000", 1000, "1000 bytes"),
            ("64MiB", 64 << 20, "64 MiB"),
            ("64 mib", 64 << 20, "64 MiB"),
            ("2kB", 2000, "2000 bytes"),
            ("1536KiB", 1536 << 10, "1536 KiB"),
            ("3GB", 3_000_000_000, "3000000000 bytes"),
            ("1GiB", 1 << 30, "1 GiB"),
        ] {
            let size = size(text).expect(text);
            assert_eq!((size.0, size.to_string().as_str()), (bytes, shown), "{text}");
        }
        for text in ["", "0", "MiB", "-1", "1.5MiB", "1TiB", "99999999999999999999", "99999999999GiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
