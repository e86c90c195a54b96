//! Whether a record passes, by the ledger's rows and by the endpoint's own habits where those leave a choice.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use serde_json::{Map, Value};
use tally_conformance::fixtures::Fixtures;

use crate::areas::{Area, Takes};
use crate::habits::{Gap, Habits};

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Passes,
    Fails(&'static str),
    /// The request is refused for it.
    Refuses,
}

/// What the organisation holds: IDs by their first fifteen characters.
pub(crate) struct Holds {
    ids: BTreeMap<&'static str, HashSet<String>>,
    /// The IDs as they are listed.
    listed: HashSet<String>,
    metrics: Vec<String>,
    codes: Vec<String>,
}

const LEVELS: [&str; 3] = ["ACCOUNTLEVEL", "INSTANCELEVEL", "USERLEVEL"];

impl Holds {
    pub(crate) fn new(fixtures: &Fixtures) -> Self {
        let names = |kind: &str| -> Vec<String> {
            fixtures.things.get(kind).into_iter().flatten().map(|thing| thing.name.clone()).collect()
        };
        let ids = ["account", "user", "playbook", "survey", "participant"].map(|kind| {
            let short = names(kind).iter().map(|id| id.chars().take(15).collect()).collect();
            (kind, short)
        });
        let kinds = ["account", "user", "playbook", "survey", "participant"];
        Self {
            ids: ids.into_iter().collect(),
            listed: kinds.iter().flat_map(|kind| names(kind)).collect(),
            metrics: names("metric"),
            codes: names("survey-code"),
        }
    }
}

/// A request under judgement.
pub(crate) struct Judge<'a> {
    pub(crate) area: &'a Area,
    pub(crate) holds: &'a Holds,
    pub(crate) habits: &'a Habits,
    pub(crate) options: &'a Map<String, Value>,
}

fn given<'v>(record: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    record.get(name).filter(|value| !value.is_null() && *value != "")
}

impl Judge<'_> {
    fn is(&self, gap: Gap) -> bool {
        self.habits.otherwise.contains(&gap)
    }

    pub(crate) fn fates(&self, records: &[Value]) -> Vec<Fate> {
        let mut fates: Vec<Fate> = records.iter().map(|record| self.fate(record)).collect();
        let (last_alone, first_alone) = (self.is(Gap::LastAlonePasses), self.is(Gap::FirstAlonePasses));
        if (last_alone || first_alone) && !self.area.key.is_empty() {
            let keys = records.iter().map(|record| key(record, self.area.key));
            supersede(keys.collect(), &mut fates, last_alone);
        }
        if self.is(Gap::OneResponseOfAnAddress) && self.area.list == "npsResponses" {
            let parts = ["account", "surveycode", "surveyid", "useremail"];
            supersede(records.iter().map(|record| key(record, &parts)).collect(), &mut fates, true);
        }
        if self.is(Gap::EqualRecordsFail) {
            supersede(records.iter().map(Value::to_string).collect(), &mut fates, false);
        }
        fates
    }

    fn fate(&self, record: &Value) -> Fate {
        let wrong_type = match self.habits.refuses_wrong_types {
            _ if self.is(Gap::WrongTypesPass) => Fate::Passes,
            true => Fate::Refuses,
            false => Fate::Fails("a wrong type"),
        };
        let Some(members) = record.as_object() else { return wrong_type };
        let mut worst = Fate::Passes;
        let mut note = |fate: Fate| {
            if worst == Fate::Passes || fate == Fate::Refuses {
                worst = fate;
            }
        };
        for (name, value) in members {
            let Some((_, takes)) = self.area.fields.iter().find(|(known, _)| known == name) else {
                if self.habits.narrow {
                    note(Fate::Fails("an unknown field"));
                }
                continue;
            };
            if value.is_null() {
                if self.is(Gap::NullFails) {
                    note(Fate::Fails("null"));
                }
            } else {
                note(self.value(name, *takes, value, members, wrong_type));
            }
        }
        note(self.presence(members));
        worst
    }

    fn value(
        &self,
        name: &str,
        takes: Takes,
        value: &Value,
        record: &Map<String, Value>,
        wrong_type: Fate,
    ) -> Fate {
        let fits = match takes {
            Takes::Number => value.is_number(),
            Takes::Score => value.is_number() || value.is_string(),
            Takes::Digits => {
                value.is_string()
                    || value.is_number() && !(name == "numOfDays" && self.is(Gap::NumberOfDaysIsText))
            }
            Takes::Flag => value.is_boolean(),
            Takes::Custom(_) => value.is_object(),
            Takes::Participants => value.is_array(),
            _ => value.is_string(),
        };
        if !fits {
            return wrong_type;
        }
        match value {
            Value::String(text) if text.is_empty() => {
                if self.is(Gap::EmptyOptionalFails) {
                    Fate::Fails("empty")
                } else {
                    Fate::Passes
                }
            }
            Value::String(text) => self.text(name, takes, text, record),
            Value::Number(number) if self.is_out_of_range(name, number.as_f64().unwrap_or(0.0)) => {
                Fate::Fails("Invalid score")
            }
            Value::Number(number) => self.number(takes, number.as_f64().unwrap_or(0.0), number.is_f64()),
            Value::Object(members) => self.custom(takes, members, wrong_type),
            Value::Array(elements) => self.participants(elements, wrong_type),
            _ => Fate::Passes,
        }
    }

    fn text(&self, name: &str, takes: Takes, text: &str, record: &Map<String, Value>) -> Fate {
        let narrow = self.habits.narrow;
        let fails = |wrong: bool, why| if wrong { Fate::Fails(why) } else { Fate::Passes };
        if narrow && (text.chars().count() > 255 || text.chars().any(|c| c < ' ' && !"\t\n\r".contains(c))) {
            return Fate::Fails("a text that is not taken");
        }
        match takes {
            Takes::Account => fails(!self.names("account", text), "Invalid Account"),
            Takes::User => fails(!self.names("user", text), "Invalid assignee"),
            Takes::Playbook => fails(!self.names("playbook", text), "Invalid playbook"),
            Takes::Survey => {
                let decides = given(record, "surveycode").is_none() || self.is(Gap::SurveyIdMatters);
                let lax = self.is(Gap::AnySurveyId);
                let malformed = narrow && !is_id(text);
                fails(malformed || decides && !lax && !self.names("survey", text), "Invalid survey")
            }
            Takes::Metric => {
                let same = |known: &String| {
                    if self.is(Gap::BlanksMatter) { known == text } else { known.trim() == text.trim() }
                };
                let lax = self.is(Gap::AnyMeasure);
                fails(!lax && !self.holds.metrics.iter().any(same), "Invalid Metric")
            }
            // Whether unknown features and milestones are taken is open.
            Takes::Name => fails(narrow && text.contains("new name"), "no such name"),
            Takes::Level => {
                let level = if narrow { text } else { text.trim() };
                fails(!LEVELS.contains(&level), "Invalid level")
            }
            Takes::Day => self.day(name, text),
            Takes::Digits => self.digits(name, text),
            Takes::SurveyCode if self.area.list == "distributionData" => {
                let exact = self.is(Gap::CodesAreExact);
                let same = |known: &String| if exact { known == text } else { known.trim() == text.trim() };
                let known = self.holds.codes.iter().any(same);
                fails(!known && !self.is(Gap::AnyDistribution), "no such survey")
            }
            _ => Fate::Passes,
        }
    }

    /// Whether an ID names something of a kind.
    fn names(&self, kind: &str, text: &str) -> bool {
        let text = if self.habits.narrow { text } else { text.trim() };
        if (kind == "user" || kind == "playbook") && self.is(Gap::AnyAssignee) {
            return true;
        }
        let checks = !self.habits.narrow || text.len() != 18 || text[15..] == *suffix(&text[..15]);
        let form = !self.is(Gap::OneFormOfIds) || self.holds.listed.contains(text);
        let any_case = self.is(Gap::IdsInAnyCase);
        let holds = |short: &str| {
            let ids = &self.holds.ids[kind];
            ids.contains(short) || any_case && ids.iter().any(|known| known.eq_ignore_ascii_case(short))
        };
        is_id(text) && checks && form && holds(&text[..15])
    }

    fn is_out_of_range(&self, name: &str, number: f64) -> bool {
        let is_score = self.area.list == "scores" && matches!(name, "score" | "scorevalue");
        is_score && self.is(Gap::ScoresHaveARange) && !(0.0..=100.0).contains(&number)
    }

    fn day(&self, name: &str, text: &str) -> Fate {
        let text = if self.habits.narrow { text } else { text.trim() };
        let lenient = name == "respondeddate" && !self.habits.narrow || self.is(Gap::DateTimes);
        let spelt = if lenient && text.len() > 10 { text.get(..10).unwrap_or("") } else { text };
        let shaped = spelt.len() == 10 && spelt.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        match spelt.parse::<Date>() {
            Ok(day) if shaped && (!self.habits.narrow || (1700..=4000).contains(&day.year())) => Fate::Passes,
            // Blanks alone may be no value at all.
            Err(_) if spelt.is_empty() => Fate::Passes,
            _ => Fate::Fails("no date"),
        }
    }

    fn digits(&self, name: &str, text: &str) -> Fate {
        let plain =
            text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
        let text = text.trim();
        let number = if self.habits.narrow && !plain { None } else { text.parse::<f64>().ok() };
        match number {
            Some(number) if name == "npsscore" => self.score(number),
            Some(number) if number.is_finite() && number.fract() == 0.0 => Fate::Passes,
            None if text.is_empty() && !self.habits.narrow && name != "npsscore" => Fate::Passes,
            _ => Fate::Fails("no number"),
        }
    }

    fn score(&self, number: f64) -> Fate {
        let whole = number.fract() == 0.0 || self.is(Gap::Fractions);
        if (0.0..=10.0).contains(&number) && whole { Fate::Passes } else { Fate::Fails("Invalid NPS score") }
    }

    fn number(&self, takes: Takes, number: f64, written_with_point: bool) -> Fate {
        if self.habits.narrow && number.abs() > 9e15 {
            return Fate::Fails("too large");
        }
        match takes {
            Takes::Digits if self.area.list == "npsResponses" => {
                if written_with_point && self.is(Gap::DecimalsFail) {
                    return Fate::Fails("Invalid NPS score");
                }
                self.score(number)
            }
            Takes::Digits if number.fract() != 0.0 => Fate::Fails("no number of days"),
            _ => Fate::Passes,
        }
    }

    fn custom(&self, takes: Takes, members: &Map<String, Value>, wrong_type: Fate) -> Fate {
        let Takes::Custom(object) = takes else { return Fate::Passes };
        let mut named = None;
        for (name, value) in members {
            match (name.as_str(), value) {
                ("attributes", Value::Object(attributes)) => {
                    if attributes.get("type").is_some_and(|kind| !kind.is_string() && !kind.is_null()) {
                        return wrong_type;
                    }
                    if self.habits.narrow && attributes.keys().any(|name| name != "type") {
                        return Fate::Fails("an unknown attribute");
                    }
                    named = attributes.get("type").and_then(Value::as_str);
                }
                ("Id", Value::String(id)) if self.habits.narrow && !id.is_empty() => {
                    return Fate::Fails("another record");
                }
                ("attributes" | "Id", Value::Null) | ("Id", Value::String(_)) => {}
                ("attributes" | "Id", _) | (_, Value::Object(_) | Value::Array(_)) => return wrong_type,
                (name, _) if self.habits.narrow && name == "TallyUnknown" => {
                    return Fate::Fails("no such field");
                }
                _ => {}
            }
        }
        if self.habits.narrow && named != Some(object) { Fate::Fails("no such object") } else { Fate::Passes }
    }

    fn participants(&self, elements: &[Value], wrong_type: Fate) -> Fate {
        if self.is(Gap::AnyDistribution) {
            return Fate::Passes;
        }
        let mut with_id = 0;
        for element in elements {
            let Some(members) = element.as_object() else { return wrong_type };
            if self.habits.narrow && members.keys().any(|name| name != "Id" && name != "attributes") {
                return Fate::Fails("an unknown member");
            }
            match members.get("attributes") {
                None | Some(Value::Null) => {
                    if self.habits.narrow {
                        return Fate::Fails("no type");
                    }
                }
                Some(Value::Object(attributes)) => {
                    let kind = attributes.get("type");
                    if kind.is_some_and(|kind| !kind.is_string() && !kind.is_null()) {
                        return wrong_type;
                    }
                    if self.habits.narrow
                        && kind.and_then(Value::as_str) != Some("JBCXM__SurveyParticipant__c")
                    {
                        return Fate::Fails("another type");
                    }
                }
                Some(_) => return wrong_type,
            }
            match members.get("Id") {
                None | Some(Value::Null) => {}
                Some(Value::String(id)) if id.is_empty() => {}
                Some(Value::String(id)) if self.names("participant", id) => with_id += 1,
                Some(Value::String(_)) => return Fate::Fails("no such participant"),
                Some(_) => return wrong_type,
            }
        }
        let enough = if self.habits.narrow { with_id == elements.len() } else { with_id > 0 };
        if enough && with_id > 0 { Fate::Passes } else { Fate::Fails("no participant") }
    }

    /// What must be there.
    fn presence(&self, record: &Map<String, Value>) -> Fate {
        let has = |name: &str| match record.get(name) {
            Some(Value::String(text)) if text.is_empty() => self.is(Gap::EmptyIsValue),
            Some(Value::String(text)) if text.trim().is_empty() => !self.habits.narrow,
            Some(Value::Null) | None => false,
            Some(_) => true,
        };
        let needs = |names: &[&str]| names.iter().all(|name| has(name));
        let right = match (self.area.list, self.area.path) {
            ("customers", _) => needs(&["account"]),
            ("ctas", _) => needs(&["account", "name", "reason", "priority"]),
            ("customerFeatures", _) => self.is(Gap::FeaturesNeedNothing) || needs(&["account", "feature"]),
            ("milestones", _) => {
                let dated = !self.is(Gap::MilestonesNeedDates) || has("milestoneDate");
                if !has("milestone") {
                    return Fate::Fails("Milestone field is null or missing");
                }
                (self.is(Gap::MilestonesNeedNoAccount) || needs(&["account"])) && dated
            }
            ("npsResponses", _) => {
                let named = has("surveycode") || has("surveyid");
                named && needs(&["account", "useremail", "npsscore", "respondeddate"])
            }
            ("scores", path) => {
                let scored = has("scorevalue") || has("score") || self.is(Gap::ScoreMayBeMissing);
                let reset = record.get("resetscore") == Some(&Value::Bool(true));
                let key: &[&str] =
                    if path.contains("Metric") { &["account", "metric"] } else { &["account"] };
                needs(key) && (scored || reset)
            }
            ("distributionData", _) => {
                self.is(Gap::AnyDistribution) || needs(&["surveyCode", "participants"])
            }
            _ => return self.usage(record, &has),
        };
        if right { Fate::Passes } else { Fate::Fails("a required field is missing") }
    }

    fn usage(&self, record: &Map<String, Value>, has: &dyn Fn(&str) -> bool) -> Fate {
        let own = if has("usageLevel") { record.get("usageLevel").and_then(Value::as_str) } else { None };
        let options = given(self.options, "usageLevel").and_then(Value::as_str);
        let own = own.map(str::trim).filter(|level| !level.is_empty());
        let level = match (own, options) {
            (Some(_), Some(options)) if self.is(Gap::LevelBesideFirst) => options,
            (Some(_), Some(options)) if self.is(Gap::UnknownLevelBeside) && !LEVELS.contains(&options) => {
                return Fate::Fails("Invalid level");
            }
            (Some(own), _) => own,
            (None, Some(options)) => options,
            (None, None) if self.is(Gap::LevelHasADefault) => "ACCOUNTLEVEL",
            (None, None) => return Fate::Fails("no level"),
        };
        let more: &[&str] = match level {
            "ACCOUNTLEVEL" => &[],
            "INSTANCELEVEL" => &["instanceId"],
            "USERLEVEL" => &["user"],
            _ => return Fate::Fails("Invalid level"),
        };
        let right = ["account", "usageDate"].iter().chain(more).all(|name| has(name));
        if right { Fate::Passes } else { Fate::Fails("a required field is missing") }
    }
}

/// The values of a record by which it is known.
fn key(record: &Value, parts: &[&str]) -> String {
    let part = |part: &&str| match record.get(part) {
        Some(Value::String(text)) if *part == "account" => text.chars().take(15).collect(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    parts.iter().map(part).collect::<Vec<_>>().join("\u{1}")
}

/// Fails all but the last, or all but the first, of the passing records with one key.
fn supersede(keys: Vec<String>, fates: &mut [Fate], last_stands: bool) {
    let mut standing: HashMap<String, usize> = HashMap::new();
    let passing: Vec<bool> = fates.iter().map(|fate| *fate == Fate::Passes).collect();
    for (index, key) in keys.into_iter().enumerate().filter(|(index, _)| passing[*index]) {
        let before = standing.get(&key).copied();
        let superseded = if last_stands { before } else { before.map(|_| index) };
        if let Some(superseded) = superseded {
            fates[superseded] = Fate::Fails("superseded");
        }
        if last_stands || before.is_none() {
            standing.insert(key, index);
        }
    }
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The last three characters of an ID's longer form: each tells which of five characters are capitals.
pub(crate) fn suffix(short: &str) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".as_bytes();
    let mut suffix = String::new();
    for part in 0..3 {
        let five = &short.as_bytes()[part * 5..part * 5 + 5];
        let mut index = 0;
        for (bit, byte) in five.iter().enumerate() {
            if byte.is_ascii_uppercase() {
                index += 1 << bit;
            }
        }
        suffix.push(char::from(letters[index]));
    }
    suffix
}
