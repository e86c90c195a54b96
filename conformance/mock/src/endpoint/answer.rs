//! The bodies of answers.

use serde_json::{Map, Value, json};
use tally_spec::model::{
    Acknowledged, Area, Counted, PlatformError, PlatformErrors, Positional, Service, Whole,
};

/// The body of a refusal.
pub(crate) fn refusal(errors: &PlatformErrors, code: &str, text: &str) -> Value {
    let mut error = Map::new();
    error.insert(errors.message.clone(), json!(text));
    error.insert(errors.code.clone(), json!(code));
    if errors.list { json!([error]) } else { Value::Object(error) }
}

/// The body of the platform's refusal.
pub(crate) fn platform(errors: &PlatformErrors, error: &PlatformError) -> Value {
    refusal(errors, &error.code, &error.text)
}

/// The status and the body of a refusal because there were too many requests: the contract's own if it has one, and one
/// with a code before one that a status alone tells.
pub(crate) fn too_many(service: &Service, text: &str) -> (u16, Value) {
    let with_code = service.backoff.iter().find(|backoff| backoff.code.is_some());
    let backoff = with_code.or(service.backoff.first());
    let status = backoff.map_or(429, |backoff| backoff.http_status);
    let code = backoff.and_then(|backoff| backoff.code.as_deref()).unwrap_or("TOO_MANY_REQUESTS");
    (status, refusal(&service.errors, code, text))
}

/// The body that counts `passed` records and lists an entry for each that failed.
pub(crate) fn counting(area: &Area, counted: &Counted, passed: usize, entries: Vec<Value>) -> Value {
    let failed = entries.len();
    let words = &counted.status;
    let status = match (passed, failed) {
        (_, 0) => &words.success,
        (0, _) => &words.failure,
        _ => &words.partial,
    };
    let mut body = Map::new();
    if area.next_batch_size.is_some() {
        body.insert(counted.next_batch_size.clone(), json!(area.limit.maximum));
    }
    body.insert(counted.errors.clone(), Value::Array(entries));
    body.insert(words.name.clone(), json!(status));
    body.insert(counted.fail_count.clone(), json!(failed));
    body.insert(counted.pass_count.clone(), json!(passed));
    Value::Object(body)
}

/// An entry for a failed record.
pub(crate) fn entry(counted: &Counted, echoes: Vec<(String, Value)>, text: &str) -> Value {
    let mut entry = Map::new();
    for constant in &counted.entry.constants {
        entry.insert(constant.name.clone(), json!(constant.value));
    }
    entry.extend(echoes);
    entry.insert(counted.entry.message.clone(), json!(text));
    Value::Object(entry)
}

/// The body that judges the request whole.
pub(crate) fn whole(whole: &Whole, error: Option<&str>) -> Value {
    let (word, text) = match error {
        None => (&whole.status.success, "The request was processed"),
        Some(error) => (&whole.status.failure, error),
    };
    json!({ whole.status.name.as_str(): word, whole.message.as_str(): text })
}

/// The body with an entry for each record, by position.
pub(crate) fn by_position(positional: &Positional, verdicts: &[Option<String>]) -> Value {
    let entry = |verdict: &Option<String>| match verdict {
        None => json!({ positional.passed.name.as_str(): true }),
        Some(error) => {
            json!({ positional.passed.name.as_str(): false, positional.message.as_str(): error })
        }
    };
    json!({ positional.results.as_str(): verdicts.iter().map(entry).collect::<Vec<_>>() })
}

/// The body that acknowledges a request over the limit.
pub(crate) fn acknowledged(later: &Acknowledged, counted: usize) -> Value {
    let text = format!("{counted} records were taken; a batch job processes them");
    json!({ later.status.name.as_str(): later.status.value, later.message.as_str(): text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_requests_are_refused_in_the_contract_s_own_way_if_it_has_one() {
        let contract =
            crate::Contract::from_generated(tally_generated::CONTRACTS[0]).expect("it can be read");
        let mut service = contract.spec().file.service.clone();
        let (status, body) = too_many(&service, "Too many");
        let own = service.backoff.iter().find(|backoff| backoff.code.is_some()).expect("one with a code");
        assert_eq!(status, own.http_status);
        assert!(body.to_string().contains(own.code.as_deref().expect("a code")), "{body}");
        service.backoff.retain(|backoff| backoff.code.is_none());
        assert_eq!(too_many(&service, "Too many").0, service.backoff[0].http_status);
        service.backoff.clear();
        assert_eq!(too_many(&service, "Too many").0, 429);
    }
}
