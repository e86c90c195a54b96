//! From a request to its answer.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use tally_conformance::fixtures::Fixtures;

use crate::areas::{AREAS, Area, Takes};
use crate::habits::{Echoes, Empty, Gap, Habits};
use crate::http::{Heard, Said};
use crate::judge::{Fate, Holds, Judge, suffix};

/// The path of the API's root.
pub(crate) const BASE: &str = "/services/apexrest/JBCXM/GSAPI/V1";

pub(crate) struct Endpoint {
    habits: Habits,
    holds: Holds,
    zone: TimeZone,
    token: String,
}

/// The records of a request, and its options.
struct Opened {
    records: Vec<Value>,
    options: Map<String, Value>,
}

impl Endpoint {
    pub(crate) fn new(habits: Habits, fixtures: &Fixtures, token: &str) -> Self {
        let zone = fixtures.time_zone.clone();
        Self { habits, holds: Holds::new(fixtures), zone, token: token.to_owned() }
    }

    fn is(&self, gap: Gap) -> bool {
        self.habits.otherwise.contains(&gap)
    }

    pub(crate) fn answer(&self, heard: &Heard) -> Said {
        let area = AREAS.iter().find(|area| heard.path == format!("{BASE}{}", area.path));
        if self.is(Gap::OtherOrder) && area.is_some() && heard.verb == "POST" && parsed(&heard.body).is_none()
        {
            return self.refusal(400, "NOT_JSON");
        }
        let bearer = format!("Bearer {}", self.token);
        let is_allowed = heard.header("authorization") == Some(&bearer);
        if !is_allowed && !self.is(Gap::TokenLast) {
            return self.refusal(401, "INVALID_SESSION_ID");
        }
        let Some(area) = area else { return self.refusal(404, "NOT_FOUND") };
        if heard.verb != "POST" && !(heard.verb == "PUT" && self.is(Gap::PutToo)) {
            return self.refusal(405, "METHOD_NOT_ALLOWED");
        }
        let media_type = heard.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let plain = media_type.split(';').next().unwrap_or_default().trim() == "application/json";
        if !plain || self.is(Gap::NoCharset) && media_type.contains(';') {
            return self.refusal(415, "UNSUPPORTED_MEDIA_TYPE");
        }
        let value = match self.parsed(&heard.body) {
            Some(value) => value,
            None if self.is(Gap::LaxJson) => match lax(&heard.body) {
                Some(value) => value,
                None => return self.refusal(400, "NOT_JSON"),
            },
            None => return self.refusal(400, "NOT_JSON"),
        };
        match open(area, value, self.is(Gap::OptionsOfAnyType)) {
            _ if !is_allowed => self.refusal(401, "INVALID_SESSION_ID"),
            Some(opened) => self.judged(area, &opened),
            None if self.is(Gap::NoListIsEmpty) => self.empty(),
            None if self.is(Gap::Unprocessable) => self.refusal(422, "NO_LIST"),
            None => self.refusal(400, "NO_LIST"),
        }
    }

    fn parsed(&self, body: &[u8]) -> Option<Value> {
        if self.is(Gap::FirstMemberStands) {
            return serde_json::from_slice::<FirstStands>(body).ok().map(|value| value.0);
        }
        parsed(body)
    }

    fn judged(&self, area: &Area, opened: &Opened) -> Said {
        let judge = Judge { area, holds: &self.holds, habits: &self.habits, options: &opened.options };
        let records = &opened.records;
        let whole = area.list == "distributionData";
        let participants = || {
            let lists = records.iter().filter_map(|record| record.get("participants")?.as_array());
            lists.map(Vec::len).sum()
        };
        let counted =
            if whole && !self.is(Gap::LimitCountsDistributions) { participants() } else { records.len() };
        let halved = self.is(Gap::FewerFeatures) && area.list == "customerFeatures";
        if counted > if halved { area.limit / 2 } else { area.limit } {
            let refused = self.is(Gap::BadOverLimitRefused)
                && judge.fates(records).iter().any(|fate| *fate != Fate::Passes);
            return if refused { self.refusal(413, "TOO_MANY") } else { self.acknowledged() };
        }
        if records.is_empty() && !whole {
            return self.empty();
        }
        let fates = judge.fates(records);
        let unknown_beside = self.habits.narrow
            && opened.options.keys().any(|name| {
                !(area.zoned && name == "honorOrgTimeZone" || area.list == "usage" && name == "usageLevel")
            });
        if fates.contains(&Fate::Refuses) {
            return self.refusal(422, "WRONG_TYPE");
        }
        if whole {
            let lax = self.is(Gap::AnyDistribution);
            let passing = fates.iter().filter(|fate| **fate == Fate::Passes).count();
            let enough = passing == fates.len() || passing > 0 && self.is(Gap::DistributionsApart);
            let passes = !unknown_beside && enough && (lax || !records.is_empty());
            let word = if passes { "SUCCESS" } else { "FAILURE" };
            return self
                .json(200, &json!({ "msg": if passes { "sent" } else { "not sent" }, "status": word }));
        }
        self.counted(area, opened, &fates, unknown_beside)
    }

    fn counted(&self, area: &Area, opened: &Opened, fates: &[Fate], all_fail: bool) -> Said {
        let mut entries = Vec::new();
        let mut passed: u64 = 0;
        for (record, fate) in opened.records.iter().zip(fates) {
            match fate {
                Fate::Fails(why) => entries.push(self.entry(area, record, &opened.options, why)),
                _ if all_fail => entries.push(self.entry(area, record, &opened.options, "an unknown member")),
                _ => passed += 1,
            }
        }
        let failed = entries.len() as u64;
        if self.is(Gap::TwoEntries) {
            entries.extend(entries.clone());
        }
        if self.habits.turned {
            entries.reverse();
        }
        let status = match (passed, failed) {
            (_, 0) => "SUCCESS",
            (0, _) => "FAILED",
            _ => "PARTIAL SUCCESS",
        };
        if self.is(Gap::SumIsLess) && passed > 1 {
            passed -= 1;
        }
        let limit = if self.is(Gap::FewerFeatures) && area.list == "customerFeatures" {
            area.limit / 2
        } else if self.habits.shown_size && area.list == "milestones" {
            1000
        } else {
            area.limit
        };
        let count = |number: u64| {
            if self.habits.decimals {
                json!(f64::from(u32::try_from(number).unwrap_or(0)))
            } else {
                json!(number)
            }
        };
        let mut body = vec![
            ("passCount", count(passed)),
            ("status", json!(status)),
            ("errLog", json!(entries)),
            ("nextBatchSize", count(limit as u64)),
            ("failCount", count(failed)),
        ];
        if self.habits.wordy {
            body.push(("took", json!({ "ms": 3, "parts": [1, null] })));
            body.insert(0, ("batchId", Value::Null));
        }
        if self.habits.turned {
            body.reverse();
        }
        let body: Map<String, Value> =
            body.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.json(200, &Value::Object(body))
    }

    fn entry(&self, area: &Area, record: &Value, options: &Map<String, Value>, why: &str) -> Value {
        let mut entry =
            vec![("errorLog".to_owned(), json!(if self.habits.own_words { "Nope." } else { why }))];
        let mut echoes: Vec<(String, Value)> = Vec::new();
        for (name, field) in area.echoes {
            let takes = area.fields.iter().find(|(known, _)| known == field).map(|(_, takes)| *takes);
            let mut value = record.get(field).cloned().unwrap_or_default();
            if value.is_null() && self.is(Gap::DefaultsComeBack) {
                value = match *field {
                    "userrole" => json!("User"),
                    "username" => record.get("useremail").cloned().unwrap_or_default(),
                    _ => Value::Null,
                };
            }
            let value = match takes {
                Some(Takes::Day) => self.instant(&value, options),
                _ => self.echo(field, takes, value),
            };
            match self.habits.echoes {
                Echoes::Absent => {}
                Echoes::Null => echoes.push(((*name).to_owned(), Value::Null)),
                _ => echoes.push(((*name).to_owned(), value)),
            }
        }
        entry.extend(echoes);
        entry.push(("type".to_owned(), json!("Custom")));
        if self.habits.wordy {
            entry.push(("severity".to_owned(), json!(2)));
            entry.push(("record".to_owned(), record.clone()));
        }
        if self.habits.turned {
            entry.reverse();
        }
        Value::Object(entry.into_iter().collect())
    }

    fn echo(&self, field: &str, takes: Option<Takes>, value: Value) -> Value {
        let Value::String(text) = &value else {
            return match (self.habits.echoes, &value) {
                (_, Value::Object(_) | Value::Array(_)) => Value::Null,
                (Echoes::Short, Value::Number(number)) => json!(number.to_string()),
                _ => value,
            };
        };
        let id = matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let known = takes == Some(Takes::Account) && id;
        if self.is(Gap::TrimmedEchoes) {
            return json!(text.trim());
        }
        match self.habits.echoes {
            Echoes::Long if known => json!(format!("{}{}", &text[..15], suffix(&text[..15]))),
            Echoes::Short if known => json!(text[..15]),
            Echoes::Long if field == "npsscore" => {
                text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
            }
            Echoes::Understood if takes == Some(Takes::Account) && !known => Value::Null,
            Echoes::Understood if text.is_empty() => Value::Null,
            _ => value,
        }
    }

    /// The epoch milliseconds of a day.
    fn instant(&self, value: &Value, options: &Map<String, Value>) -> Value {
        let day = value.as_str().and_then(|text| text.get(..10)?.parse::<Date>().ok());
        let honoured =
            options.get("honorOrgTimeZone") == Some(&Value::Bool(true)) && !self.is(Gap::AlwaysUtc);
        let zone = if honoured { self.zone.clone() } else { TimeZone::UTC };
        let instant = day.and_then(|day| day.to_zoned_datetime(zone).ok());
        let late = if self.is(Gap::Noon) { 12 * 3_600_000 } else { 0 };
        instant.map_or(Value::Null, |instant| {
            let milliseconds = instant.timestamp().as_millisecond() + late;
            if self.habits.decimals {
                json!(milliseconds.to_string().parse::<f64>().unwrap_or(0.0))
            } else {
                json!(milliseconds)
            }
        })
    }

    fn acknowledged(&self) -> Said {
        let mut body = json!({ "msg": "later", "status": "SUCCESS" });
        if self.habits.wordy {
            body["jobId"] = json!("7071x00000000zz");
        }
        if self.is(Gap::AcknowledgedOtherwise) {
            return self.json(202, &json!({ "status": "QUEUED" }));
        }
        self.json(200, &body)
    }

    fn empty(&self) -> Said {
        if self.is(Gap::EmptyIsServerError) {
            return self.refusal(500, "UNKNOWN");
        }
        if self.is(Gap::EmptyIsNull) {
            return self.json(200, &Value::Null);
        }
        let status = match self.habits.empty {
            Empty::Refused => return self.refusal(400, "EMPTY"),
            Empty::NoContent => return Said { status: 204, ..self.json(200, &json!("")) }.without_body(),
            Empty::Succeeds => "SUCCESS",
            Empty::Fails => "FAILED",
        };
        let body =
            json!({ "passCount": 0, "failCount": 0, "errLog": [], "status": status, "nextBatchSize": 9 });
        self.json(200, &body)
    }

    fn refusal(&self, status: u16, code: &str) -> Said {
        let own = self.habits.own_words && status != 401;
        let mut error = json!({ "errorCode": if own { "E_OWN" } else { code }, "message": "No, sorry" });
        if self.habits.wordy {
            error["fields"] = json!([]);
        }
        self.json(status, &json!([error]))
    }

    fn json(&self, status: u16, body: &Value) -> Said {
        let mut body = if self.habits.airy { format!("\r\n {body:#} \n") } else { body.to_string() };
        if self.habits.airy {
            // An escape in place of the character itself is the same text.
            body = body.chars().map(|c| if c.is_ascii() { c.to_string() } else { escaped(c) }).collect();
        }
        let media_type = if self.habits.own_words {
            "Application/JSON; charset=\"UTF-8\""
        } else {
            "application/json;charset=utf-8"
        };
        Said { status, media_type: media_type.to_owned(), body: body.into_bytes() }
    }
}

impl Said {
    fn without_body(self) -> Self {
        Self { body: Vec::new(), ..self }
    }
}

fn escaped(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().fold(String::new(), |text, unit| format!("{text}\\u{unit:04X}"))
}

fn parsed(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

/// JSON in which the first of two members with one name stands.
struct FirstStands(Value);

impl<'de> serde::Deserialize<'de> for FirstStands {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FirstStandsVisitor).map(Self)
    }
}

struct FirstStandsVisitor;

impl<'de> serde::de::Visitor<'de> for FirstStandsVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(FirstStands(element)) = elements.next_element()? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, FirstStands(member))) = members.next_entry::<String, FirstStands>()? {
            object.entry(name).or_insert(member);
        }
        Ok(Value::Object(object))
    }
}

/// The first value, past a byte order mark and whatever comes behind.
fn lax(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::Deserializer::from_slice(body).into_iter().next()?.ok()
}

fn open(area: &Area, value: Value, takes_any_option: bool) -> Option<Opened> {
    let Value::Object(mut body) = value else { return None };
    let Some(Value::Object(mut options)) = body.shift_remove("data") else { return None };
    let records = match options.shift_remove(area.list)? {
        Value::Array(records) => records,
        one @ Value::Object(_) if area.list == "distributionData" => vec![one],
        _ => return None,
    };
    let fits = |name: &str, value: &Value| match name {
        "honorOrgTimeZone" if area.zoned => value.is_boolean() || value.is_null(),
        "usageLevel" if area.list == "usage" => value.is_string() || value.is_null(),
        _ => true,
    };
    let fits = |name: &str, value: &Value| takes_any_option || fits(name, value);
    options.iter().all(|(name, value)| fits(name, value)).then_some(())?;
    // What else the body holds is taken for options.
    options.extend(body);
    Some(Opened { records, options })
}
