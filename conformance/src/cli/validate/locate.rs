//! Where in a text a JSON Pointer points to, by line and column.
//!
//! Pointers are asked for in the order in which a validator reports them, so what was found on the way to one is kept
//! for the next: many violations of one body take time in proportion to the body.

/// The text of a body, known to be JSON.
#[derive(Debug)]
pub(super) struct Locator<'t> {
    text: &'t [u8],
    lines: Lines,
    /// The names of the last pointer.
    names: Vec<String>,
    /// The objects and lists on the way to it, the whole body first.
    levels: Vec<Level>,
}

/// An object or a list.
#[derive(Debug)]
enum Level {
    /// The places of its members' names, sorted by name; of one name, in the order of the text.
    Object(Vec<usize>),
    /// Its start, and the index and place of the element that was last found.
    List { start: usize, index: usize, at: usize },
    /// A value without members.
    Leaf,
}

/// A line and a column, from 1. Unit of the column: characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl<'t> Locator<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let root = level(text, blanks(text, 0));
        Self { text, lines: Lines::new(text), names: Vec::new(), levels: vec![root] }
    }

    /// The position of the value that the pointer points to, if there is one.
    pub(super) fn find(&mut self, pointer: &str) -> Option<Position> {
        let names: Vec<String> =
            pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
        let common = names.iter().zip(&self.names).take_while(|(one, other)| one == other).count();
        // The levels above the first name that differs are the same.
        self.levels.truncate(common + 1);
        let mut at = blanks(self.text, 0);
        let known = self.levels.len() - 1;
        for (depth, name) in names.iter().enumerate().skip(known) {
            at = self.step(name)?;
            if depth + 1 < names.len() {
                self.levels.push(level(self.text, at));
            }
        }
        self.names = names;
        // A pointer that was asked for before may end where a level is known.
        if known > 0 && self.names.len() == known {
            self.levels.pop();
            at = self.step(&self.names.last()?.clone())?;
        }
        Some(self.lines.position(self.text, at))
    }

    /// The place of a member or element of the innermost level.
    fn step(&mut self, name: &str) -> Option<usize> {
        let text = self.text;
        match self.levels.last_mut()? {
            Level::Leaf => None,
            Level::Object(members) => {
                let behind = members.partition_point(|place| name_at(text, *place).as_str() <= name);
                let last = *members.get(behind.checked_sub(1)?)?;
                let is_it = name_at(text, last) == name;
                is_it.then(|| value_of(text, last))
            }
            Level::List { start, index, at } => {
                let wanted: usize = name.parse().ok()?;
                if wanted < *index {
                    (*index, *at) = (0, blanks(text, *start + 1));
                }
                while *index < wanted {
                    let comma = blanks(text, end_of_value(text, *at));
                    if text.get(comma) != Some(&b',') {
                        return None;
                    }
                    (*index, *at) = (*index + 1, blanks(text, comma + 1));
                }
                Some(*at)
            }
        }
    }
}

/// What is at a place.
fn level(text: &[u8], start: usize) -> Level {
    match text.get(start) {
        Some(b'[') => Level::List { start, index: 0, at: blanks(text, start + 1) },
        Some(b'{') => {
            let mut members = Vec::new();
            let mut at = blanks(text, start + 1);
            while text.get(at) == Some(&b'"') {
                members.push(at);
                at = blanks(text, end_of_value(text, value_of(text, at)));
                if text.get(at) == Some(&b',') {
                    at = blanks(text, at + 1);
                }
            }
            members.sort_unstable_by(|one, other| {
                name_at(text, *one).cmp(&name_at(text, *other)).then(one.cmp(other))
            });
            Level::Object(members)
        }
        _ => Level::Leaf,
    }
}

/// The member's name that starts at a place.
fn name_at(text: &[u8], place: usize) -> String {
    serde_json::from_slice(text.get(place..end_of_text(text, place)).unwrap_or_default()).unwrap_or_default()
}

/// The place of the value whose member's name starts at a place.
fn value_of(text: &[u8], name: usize) -> usize {
    blanks(text, blanks(text, end_of_text(text, name)) + 1)
}

/// The place of the next byte that is no blank.
fn blanks(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The place behind the text whose opening quote is at a place.
fn end_of_text(text: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// The place behind the value that starts at a place.
fn end_of_value(text: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = end_of_text(text, at),
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            // The end of what holds the value.
            b'}' | b']' | b',' if depth == 0 => break,
            b'}' | b']' => (at, depth) = (at + 1, depth - 1),
            _ => at += 1,
        }
        if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
            break;
        }
    }
    at
}

/// Line and column at the start of each block, so that a place is found by looking at one block.
#[derive(Debug)]
struct Lines {
    blocks: Vec<Position>,
}

/// Unit: bytes.
const BLOCK: usize = 4096;

impl Lines {
    fn new(text: &[u8]) -> Self {
        let mut position = Position { line: 1, column: 1 };
        let mut blocks = Vec::with_capacity(text.len() / BLOCK + 1);
        for block in text.chunks(BLOCK) {
            blocks.push(position);
            for byte in block {
                position.pass(*byte);
            }
        }
        Self { blocks }
    }

    fn position(&self, text: &[u8], at: usize) -> Position {
        let block = at / BLOCK;
        let mut position = self.blocks.get(block).copied().unwrap_or(Position { line: 1, column: 1 });
        let passed = text.get(block * BLOCK..at).unwrap_or_default();
        for byte in passed {
            position.pass(*byte);
        }
        position
    }
}

impl Position {
    const fn pass(&mut self, byte: u8) {
        match byte {
            b'\n' => (self.line, self.column) = (self.line + 1, 1),
            // The bytes of a character behind its first.
            0x80..0xC0 => {}
            _ => self.column += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "{ \"a\\u0062\" : [1,\n  {\"ä\": \"}\", \"x\":[[],{}] , \"x\":-1.5e3 }, \"\\\"]\",\n\t{}],\"~/\":0}";

    #[test]
    fn pointers_are_found_in_any_order() {
        let cases = [
            ("/ab", 1, 15),
            ("/ab/0", 1, 16),
            ("/ab/1", 2, 3),
            ("/ab/1/ä", 2, 9),
            ("/ab/1/x", 2, 32),
            ("/ab/2", 2, 42),
            ("/ab/3", 3, 2),
            ("/~0~1", 3, 11),
        ];
        for first in 0..cases.len() {
            let mut locator = Locator::new(TEXT.as_bytes());
            for place in (0..cases.len()).chain((0..cases.len()).rev()) {
                let (pointer, line, column) = cases[(first + place * 3) % cases.len()];
                assert_eq!(locator.find(pointer), Some(Position { line, column }), "{pointer}");
            }
            for pointer in ["/ab/4", "/ab/x", "/b", "/ab/0/x", "/ab/1/x/0"] {
                assert_eq!(locator.find(pointer), None, "{pointer}");
            }
        }
    }

    #[test]
    fn the_whole_body_is_where_it_starts() {
        assert_eq!(Locator::new(b"\n  []").find(""), Some(Position { line: 2, column: 3 }));
    }

    #[test]
    fn far_places_are_found_by_their_block() {
        let text = format!("[{}7]", "\"ä\",\n".repeat(3000));
        let found = Locator::new(text.as_bytes()).find("/3000");
        assert_eq!(found, Some(Position { line: 3001, column: 1 }));
    }
}
