//! Judges a field's value: its JSON type, and what its type, format, kind and closed list ask.

use serde_json::{Number, Value};
use tally_spec::model::{Additional, Cites, Field, JsonType, Rule, TextFormat, UnknownThing};

use super::finding::{Finding, Place};
use super::record::Judge;
use super::request::{Members, has_value, is_taken, json_type};
use super::things::Form;
use super::{Fate, Reason, date, numeral};

/// Texts up to this many characters are nothing that an endpoint could stumble over.
const ORDINARY_LENGTH: usize = 255;
/// Whole numbers up to here are the same to every JSON parser.
const ORDINARY_NUMBER: f64 = 9_007_199_254_740_991.0;
/// Numbers that any range holds.
const MODEST_NUMBERS: std::ops::RangeInclusive<f64> = 0.0..=100.0;
/// Years that every date type holds.
const ORDINARY_YEARS: std::ops::RangeInclusive<i16> = 1700..=4000;

impl<'j> Judge<'j> {
    /// Judges a field's value.
    pub(super) fn value(&mut self, field: &'j Field, value: &'j Value, place: &Place<'_>) {
        let reading = &self.oracle.contract.file.reading;
        if value.is_null() {
            return self.found.rests_on_all(&reading.null_is_absent);
        }
        if !is_taken(field, value) {
            let statements = Cites::ids([&field.statement, &reading.wrong_type]);
            return self.wrong_type(statements, place, format!("`{}` has a wrong type", field.name));
        }
        // The first type is the one that the field's principal statement speaks of.
        if json_type(value).as_ref() == field.types().first() {
            self.found.rests_on(field.statement.principal());
        } else {
            self.found.rests_on_all(&field.statement);
        }
        self.size(field, value, place);
        match value {
            Value::String(text) if text.is_empty() => self.found.rests_on_all(&reading.empty_optional),
            Value::String(text) => self.text(field, text, place),
            Value::Number(number) if number.as_f64().is_some_and(|n| n.abs() > ORDINARY_NUMBER) => {
                let because = format!("`{}` is a very large number", field.name);
                self.found.open(Cites::ids([&field.statement]), place, because);
            }
            Value::Number(number) if field.numeric => self.fraction(field, number, place),
            Value::Object(members) => self.object(field, members, place),
            Value::Array(elements) => self.array(field, elements, place),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// That a number may be of any size is a reading, unless a rule bounds it or it is one that any range holds.
    fn size(&mut self, field: &'j Field, value: &Value, place: &Place<'_>) {
        let Some(reading) = &self.oracle.contract.file.reading.unbounded_numbers else { return };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if field.numeric || field.takes(JsonType::Number) => text.trim().parse().ok(),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let path = place.field_path();
        let is_bounded = |rule: &Rule| {
            let constraint = &rule.constraint;
            constraint.field() == Some(path.as_str())
                && (constraint.minimum().is_some() || constraint.maximum().is_some())
        };
        if number.is_some_and(|number| !MODEST_NUMBERS.contains(&number))
            && !self.area.rules.iter().any(is_bounded)
        {
            self.found.rests_on_all(reading);
        }
    }

    fn wrong_type(&mut self, statements: Vec<String>, place: &Place<'_>, because: String) {
        let reason = Reason { statements, pointer: place.pointer(), keyword: "type".to_owned(), because };
        self.found.add(Finding { reason, fate: Fate::Open, shape: true, may_refuse: true });
    }

    /// Notes a text that breaks a rule of shape.
    fn misshapen(
        &mut self,
        statements: Vec<String>,
        keyword: &str,
        fate: Fate,
        place: &Place<'_>,
        text: &str,
    ) {
        let because = format!("`{}` is {text:?}", place.name());
        let reason = Reason { statements, pointer: place.pointer(), keyword: keyword.to_owned(), because };
        self.found.add(Finding { reason, fate, shape: true, may_refuse: false });
    }

    /// Judges text that is not empty.
    fn text(&mut self, field: &'j Field, text: &str, place: &Place<'_>) {
        self.extremes(field, text, place);
        if field.format == Some(TextFormat::Date) {
            self.date(field, text, place);
        }
        if let Some(kind) = &field.kind {
            self.form(kind, text, place);
        }
        if let Some(closed) = &field.closed {
            let among = |text: &str| closed.iter().any(|value| value == text);
            if !among(text) {
                let trimmed = text.trim();
                let doubtful = trimmed.len() < text.len() && (trimmed.is_empty() || among(trimmed));
                let fate = if doubtful { Fate::Open } else { Fate::Fails };
                let mut statements = Cites::ids([&field.statement]);
                // Whether a record's own value counts at all may be a reading.
                self.add_stand_in(&place.field_path(), &mut statements);
                self.misshapen(statements, "enum", fate, place, text);
            }
        }
        if field.numeric {
            self.numeral(field, text, place);
        }
    }

    /// What some endpoint may stumble over: control characters, long text, blanks if text is required.
    fn extremes(&mut self, field: &'j Field, text: &str, place: &Place<'_>) {
        let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        let because = if text.chars().any(is_control) {
            "holds a control character"
        } else if text.len() > ORDINARY_LENGTH
            && text.chars().count() > ORDINARY_LENGTH
            && !self.has_length(place)
        {
            "is a long text"
        } else if text.trim().is_empty() && self.is_asked_for(place) {
            "is blanks only"
        } else {
            return;
        };
        let statements = Cites::ids([&field.statement, &self.oracle.contract.file.reading.empty_is_missing]);
        let statements = if because.ends_with("only") { statements } else { Cites::ids([&field.statement]) };
        self.found.open(statements, place, format!("`{}` {because}", field.name));
    }

    /// Whether any rule asks for a value in the field.
    fn is_asked_for(&self, place: &Place<'_>) -> bool {
        let path = place.field_path();
        let names = |rule: &Rule| {
            rule.constraint.required().contains(&path)
                || rule.constraint.any_of().contains(&path)
                || rule.constraint.field().is_some_and(|array| {
                    rule.constraint.contains().iter().any(|member| path == format!("{array}/{member}"))
                })
        };
        self.area.rules.iter().any(names)
    }

    fn date(&mut self, field: &'j Field, text: &str, place: &Place<'_>) {
        let reading = &self.oracle.contract.file.reading.date;
        if let Some(day) = date::day(text) {
            if !ORDINARY_YEARS.contains(&day.year()) {
                self.found.open(Cites::ids([reading]), place, format!("`{}` is far from today", field.name));
            }
            return;
        }
        let trimmed = text.trim();
        let doubtful = trimmed.len() < text.len() && (trimmed.is_empty() || date::day(trimmed).is_some());
        match &field.date_time {
            Some(cites) if date::is_date_time(text) => {
                let because = format!("`{}` has a time behind its day", field.name);
                self.found.open(Cites::ids([cites]), place, because);
            }
            Some(cites) if date::is_day_with_more(text) => {
                self.misshapen(Cites::ids([reading, cites]), "format", Fate::Open, place, text);
            }
            _ => {
                let fate = if doubtful { Fate::Open } else { Fate::Fails };
                let elsewhere = if date::is_day_with_more(text) { &self.oracle.date_times[..] } else { &[] };
                let cites = [reading, &field.statement].into_iter().chain(elsewhere);
                self.misshapen(Cites::ids(cites), "format", fate, place, text);
            }
        }
    }

    /// The form of a kind of thing.
    fn form(&mut self, kind: &'j str, text: &str, place: &Place<'_>) {
        let Some(cites) = self.oracle.things.kind(kind).map(|kind| &kind.statement) else { return };
        let fate = match self.oracle.things.form(kind, text) {
            Form::Right => return,
            Form::WrongChecksum => {
                let because = format!("the checksum of {text:?} is wrong");
                return self.found.open(Cites::ids([cites]), place, because);
            }
            Form::Padded => Fate::Open,
            Form::Wrong if self.no_matter_if_unknown(place) => Fate::Open,
            Form::Wrong => Fate::Fails,
        };
        self.misshapen(Cites::ids([cites]), "pattern", fate, place, text);
    }

    /// Whether rules that ask for the thing to exist are there, and none is sure to apply.
    fn no_matter_if_unknown(&self, place: &Place<'_>) -> bool {
        let path = place.field_path();
        let asks = |rule: &&Rule| {
            rule.constraint.exists() == Some(UnknownThing::Fails)
                && rule.constraint.field() == Some(path.as_str())
        };
        let mut asking = self.area.rules.iter().filter(asks).map(|rule| self.applies(rule)).peekable();
        asking.peek().is_some() && asking.all(|applies| !(applies.plainly && applies.surely))
    }

    fn numeral(&mut self, field: &'j Field, text: &str, place: &Place<'_>) {
        let reading = &self.oracle.contract.file.reading;
        if numeral::spelt(text).is_some() {
            if !numeral::is_plain(text) {
                let because = format!("{text:?} is no plain spelling of a number");
                self.found.open(Cites::ids([&reading.numeric_text]), place, because);
            }
            return;
        }
        if numeral::has_fraction(text) && self.asks_for_whole(&place.field_path()) {
            // A number, but not a whole one, which a rule is about; no document says how text spells it.
            let because = format!("{text:?} is no plain spelling of a number");
            let statements = Cites::ids([&field.statement, &reading.numeric_text]);
            return self.found.open(statements, place, because);
        }
        if numeral::holds_digits(text) || text.trim().is_empty() {
            let statements = Cites::ids([&field.statement, &reading.numeric_text]);
            return self.misshapen(statements, "pattern", Fate::Open, place, text);
        }
        let path = place.field_path();
        let bounds = |rule: &&Rule| {
            rule.constraint.field() == Some(path.as_str())
                && (rule.constraint.minimum().is_some() || rule.constraint.maximum().is_some())
                && rule.when.is_none()
                && rule.unless.is_none()
        };
        // What spells no number lies within no bounds; else only our reading of digits speaks against it.
        let bounding = self.area.rules.iter().find(bounds);
        let premise = bounding.map_or(&reading.wrong_type, |rule| &rule.statement);
        self.misshapen(Cites::ids([&field.statement, premise]), "pattern", Fate::Fails, place, text);
    }

    /// A fraction where text spells a number: as open as the text is, unless a rule says which steps there are.
    fn fraction(&mut self, field: &'j Field, number: &Number, place: &Place<'_>) {
        let path = place.field_path();
        let has_steps = |rule: &Rule| {
            rule.constraint.field() == Some(path.as_str()) && rule.constraint.multiple_of().is_some()
        };
        let is_fraction = number.as_f64().is_some_and(|number| number.fract() != 0.0);
        if is_fraction && !self.area.rules.iter().any(has_steps) {
            let statements = Cites::ids([&field.statement, &self.oracle.contract.file.reading.numeric_text]);
            self.found.open(statements, place, format!("`{}` is {number}, a fraction", field.name));
        }
    }

    fn object(&mut self, field: &'j Field, members: &'j Members, place: &Place<'_>) {
        self.members(&field.properties, members, place);
        for (name, value) in members {
            if field.properties.iter().any(|property| &property.name == name) {
                continue;
            }
            let (place, cites) = (place.member(name), &field.statement);
            match field.additional_properties {
                Some(Additional::Scalar) if value.is_object() || value.is_array() => {
                    let reading = &self.oracle.contract.file.reading.wrong_type;
                    self.wrong_type(Cites::ids([cites, reading]), &place, format!("`{name}` is no scalar"));
                }
                Some(Additional::Scalar) if self.oracle.is_shown_member(self.area, name) => {}
                _ => self.found.open(Cites::ids([cites]), &place, format!("`{name}` may be unknown")),
            }
        }
    }

    /// Judges the named members of an object that is there.
    fn members(&mut self, fields: &'j [Field], members: &'j Members, place: &Place<'_>) {
        let is_typed = names_a_type(fields);
        for field in fields {
            let place = place.member(&field.name);
            let value = members.get(&field.name);
            if let Some(value) = value {
                self.value(field, value, &place);
            }
            let value = value.filter(|value| has_value(value));
            let open = match value {
                None => is_type_name(field) || names_a_type(&field.properties),
                Some(Value::String(_)) if is_type_name(field) => {
                    !field.examples.iter().any(|e| Some(e) == value)
                }
                Some(Value::String(_)) => is_typed && is_free(field) && field.examples.is_empty(),
                Some(_) => false,
            };
            if open {
                let because = format!("`{}` may name another thing", field.name);
                self.found.open(Cites::ids([&field.statement]), &place, because);
            }
        }
    }

    fn array(&mut self, field: &'j Field, elements: &'j [Value], place: &Place<'_>) {
        for (index, element) in elements.iter().enumerate() {
            let place = place.element(index);
            if let Value::Object(members) = element {
                self.members(&field.items, members, &place);
                self.unknown_members(&field.items, members, &place, &field.statement);
            } else {
                let reading = &self.oracle.contract.file.reading.wrong_type;
                let statements = Cites::ids([&field.statement, reading]);
                self.wrong_type(statements, &place, "the element is no object".to_owned());
            }
        }
    }

    fn unknown_members(&mut self, fields: &[Field], members: &Members, place: &Place<'_>, cites: &Cites) {
        for name in members.keys().filter(|name| !fields.iter().any(|field| &&field.name == name)) {
            self.found.open(
                Cites::ids([cites]),
                &place.member(name),
                format!("`{name}` is an unknown member"),
            );
        }
    }
}

/// Whether a member of an object is free text with one value that is known to be taken: the name of a type.
pub(crate) fn is_type_name(field: &Field) -> bool {
    is_free(field) && field.examples.len() == 1
}

/// Whether the members of an object say of what type it is.
pub(crate) fn names_a_type(fields: &[Field]) -> bool {
    fields.iter().any(|field| is_type_name(field) || names_a_type(&field.properties))
}

fn is_free(field: &Field) -> bool {
    let plain = field.closed.is_none() && field.format.is_none() && !field.numeric;
    plain && field.kind.is_none() && field.types() == [JsonType::String]
}
