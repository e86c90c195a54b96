//! Simple regular expressions, as runs of characters.

/// A form of text: runs of characters, and perhaps one optional group of further runs at its end.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The equivalent regular expression.
    pub pattern: &'static str,
    /// The runs, from the text's start.
    pub runs: &'static [Run],
    /// The optional group at the end; empty if there is none.
    pub tail: &'static [Run],
}

/// Consecutive ASCII characters of a set, as many as there are.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    set: [bool; 256],
    least: usize,
    most: usize,
}

impl Run {
    /// From `least` to `most` characters, each within one of the inclusive ranges.
    #[must_use]
    pub const fn new(pairs: &[(u8, u8)], least: usize, most: usize) -> Self {
        let mut set = [false; 256];
        let mut index = 0;
        while index < pairs.len() {
            let (first, end) = pairs[index];
            let mut letter = first;
            while letter <= end && letter < 128 {
                set[letter as usize] = true;
                letter += 1;
            }
            index += 1;
        }
        Self { set, least, most }
    }

    /// The text after the run, or `None` if the text does not start with one.
    #[inline]
    fn strip<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let within = |byte: &u8| self.set[usize::from(*byte)];
        // Most texts have the most characters allowed, each of them in the set.
        if let Some((head, rest)) = text.split_at_checked(self.most)
            && head.iter().fold(true, |all, byte| all & within(byte))
        {
            return Some(rest);
        }
        let length = text.iter().take(self.most).take_while(|byte| within(byte)).count();
        if length < self.least { None } else { text.get(length..) }
    }
}

impl Form {
    /// Whether the text has the form.
    #[inline]
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let rest = self.runs.iter().try_fold(text.as_bytes(), |rest, run| run.strip(rest));
        match rest {
            None => false,
            Some([]) => true,
            Some(rest) => {
                !self.tail.is_empty()
                    && self.tail.iter().try_fold(rest, |rest, run| run.strip(rest)) == Some(&[])
            }
        }
    }
}
