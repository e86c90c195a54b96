//! JSON Pointers (RFC 6901).

use std::fmt;

const DIGITS: &[u8; 10] = b"0123456789";

/// A JSON Pointer into an instance; the empty one is the whole instance.
///
/// ```
/// use tally_generated::runtime::Pointer;
///
/// let pointer = Pointer::root().member("orders").index(0).member("a/b");
/// assert_eq!(pointer.as_str(), "/orders/0/a~1b");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole instance.
    #[must_use]
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// The pointer to a member of the object that this one points to.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut inner = self.clone();
        inner.push_member(name);
        inner
    }

    /// The pointer to an element of the array that this one points to.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut inner = self.clone();
        inner.push_index(index);
        inner
    }

    /// The pointer to the whole instance, with room for the usual steps.
    pub(super) fn with_room() -> Self {
        Self(String::with_capacity(48))
    }

    pub(super) fn push_member(&mut self, name: &str) {
        self.0.push('/');
        if name.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
            self.0.push_str(&name.replace('~', "~0").replace('/', "~1"));
        } else {
            self.0.push_str(name);
        }
    }

    pub(super) fn push_index(&mut self, index: usize) {
        self.0.push('/');
        // The digits from the last one on; as many as a `usize` can have.
        let (mut digits, mut start, mut rest) = ([0_u8; 20], 20, index);
        loop {
            start -= 1;
            digits[start] = DIGITS[rest % 10];
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.0.extend(digits[start..].iter().copied().map(char::from));
    }

    /// The pointer as text, such as `/data/0/name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
