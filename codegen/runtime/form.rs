//! Forms of text: a regular expression of the simple kind, as runs of letters.

/// A form that text may have: runs of letters, and perhaps one more group of runs, all of it or none.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The regular expression that says the same.
    pub pattern: &'static str,
    /// The runs, from the text's start.
    pub runs: &'static [Run],
    /// The runs that may follow; none where the text ends behind `runs`.
    pub tail: &'static [Run],
}

/// So many ASCII letters of a set in a row, as many as there are.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    set: [bool; 256],
    least: usize,
    most: usize,
}

impl Run {
    /// From `least` to `most` letters, each between the two of one of the pairs, both included.
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

    /// The text behind the run, where it starts with one.
    #[inline]
    fn strip<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let within = |byte: &u8| self.set[usize::from(*byte)];
        // As many letters as there may be, each of the set, is what most texts have.
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
