//! Smaller texts of the same trouble.

use serde_json::Value;

/// The smallest text found, by dropping members and elements and by shortening text, that `still` holds of. The
/// text itself if none is, or if it is no JSON.
pub fn smallest(text: &[u8], mut still: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(text) else { return text.to_owned() };
    let written = |value: &Value| value.to_string().into_bytes();
    // What the text's own order, blanks and doubled members bring about would be lost.
    if !still(&written(&value)) {
        return text.to_owned();
    }
    while let Some(smaller) = smaller(&value).into_iter().find(|smaller| still(&written(smaller))) {
        value = smaller;
    }
    written(&value)
}

/// Each value that is smaller in one place, the boldest first.
fn smaller(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            for name in members.keys() {
                let mut fewer = members.clone();
                fewer.remove(name);
                found.push(Value::Object(fewer));
            }
            for (name, inner) in members {
                found.extend(smaller(inner).into_iter().map(|inner| {
                    let mut changed = members.clone();
                    changed.insert(name.clone(), inner);
                    Value::Object(changed)
                }));
            }
        }
        Value::Array(elements) => {
            for place in 0..elements.len() {
                let mut fewer = elements.clone();
                fewer.remove(place);
                found.push(Value::Array(fewer));
            }
            for (place, inner) in elements.iter().enumerate() {
                found.extend(smaller(inner).into_iter().map(|inner| {
                    let mut changed = elements.clone();
                    changed[place] = inner;
                    Value::Array(changed)
                }));
            }
        }
        Value::String(text) if !text.is_empty() => {
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            found.push(half.into());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::smallest;

    #[test]
    fn what_matters_stays() {
        let has_three = |text: &[u8]| text.windows(3).any(|three| three == b"\"c\"");
        let text = br#"{"a":[1,{"b":"long text"},{"c":[2,3]}],"d":null}"#;
        assert_eq!(smallest(text, has_three), br#"{"a":[{"c":[]}]}"#);
    }

    #[test]
    fn what_is_no_json_stays_as_it_is() {
        assert_eq!(smallest(b"{", |_| true), b"{");
    }
}
