//! JSON that is read only if what it takes in memory is bounded: that is counted before it is spent.

use serde_json::Value;

/// What the values of an answer may take in memory, in bytes, however short it is.
pub const VALUES_LIMIT: usize = 16 * 1024 * 1024;
/// What they may take, as a multiple of its bytes.
const MULTIPLE: usize = 4;

/// The most that the values of an answer of so many bytes may take in memory.
pub(crate) fn most_values(bytes: usize) -> usize {
    VALUES_LIMIT.max(bytes.saturating_mul(MULTIPLE))
}

/// What a list, an object, a further value and a member take at most.
const LIST: usize = 300;
const OBJECT: usize = 600;
const VALUE: usize = 220;
const MEMBER: usize = 100;

/// The JSON, if its values take no more than that.
pub(crate) fn read(bytes: &[u8], most: usize) -> Option<Value> {
    if cost(bytes) > most {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}

/// What the values of a JSON text take in memory at most.
pub(crate) fn cost(bytes: &[u8]) -> usize {
    let mut cost = bytes.len();
    outside_of_strings(bytes, |byte| {
        cost += match byte {
            b'[' => LIST,
            b'{' => OBJECT,
            b',' => VALUE,
            b':' => MEMBER,
            _ => 0,
        };
    });
    cost
}

/// Looks at each byte of a JSON text that is outside of its strings.
pub(crate) fn outside_of_strings(bytes: &[u8], mut look: impl FnMut(u8)) {
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in bytes {
        if !in_string {
            in_string = *byte == b'"';
            look(*byte);
        } else if is_escaped {
            is_escaped = false;
        } else {
            is_escaped = *byte == b'\\';
            in_string = *byte != b'"';
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_would_take_too_much_is_not_read() {
        for dense in ["[[],[],[]]", "[0,0,0,0]", r#"[{},{"a":{}}]"#, "[[[[[]]]]]"] {
            let most = cost(dense.as_bytes());
            assert!(most > 50 * dense.len(), "{dense}");
            assert!(read(dense.as_bytes(), most).is_some() && read(dense.as_bytes(), most - 1).is_none());
        }
        let text = serde_json::to_vec(&json!({ "a": "[{,:\\\"[{,:" })).unwrap();
        assert_eq!(cost(&text), text.len() + OBJECT + MEMBER);
        assert_eq!(read(b"no JSON", 100), None);
    }
}
