//! An area's file: what its rules, keys, defaults and echoes name.

use std::collections::BTreeSet;

use super::{Linter, names};
use crate::model::{Area, Behaviour, DefaultSource, Field, JsonType, OverLimit, Response, TextFormat};
use crate::near::did_you_mean;

pub(super) fn check(linter: &mut Linter<'_>, index: usize) {
    let area = &linter.contract.areas[index];
    names::area(linter, area);
    let mut checker = AreaChecker { file: format!("areas/{}.toml", area.name), area, linter };
    checker.responses();
    checker.limit();
    checker.fields(&area.fields, "/fields");
    checker.fields(&area.envelope, "/envelope");
    checker.stand_ins();
    for (place, rule) in area.rules.iter().enumerate() {
        checker.rule(rule, &format!("/rules/{place}"));
    }
    checker.key();
    checker.defaults();
    checker.echoes();
    checker.behaviours();
    checker.duplicates();
}

pub(super) struct AreaChecker<'l, 'a> {
    pub(super) linter: &'l mut Linter<'a>,
    pub(super) area: &'a Area,
    pub(super) file: String,
}

impl AreaChecker<'_, '_> {
    pub(super) fn report(&mut self, pointer: &str, message: String, cure: Option<String>) {
        let file = self.file.clone();
        self.linter.report(&file, pointer, message, cure);
    }

    fn responses(&mut self) {
        let responses = &self.linter.contract.file.responses;
        let known = |name: &str| responses.get(name);
        let missing = |name: &str| {
            let cure = did_you_mean(name, responses.keys().map(String::as_str));
            (format!("there is no response `{name}`"), cure)
        };
        match known(&self.area.response) {
            None => {
                let (message, cure) = missing(&self.area.response);
                self.report("/response", message, cure);
            }
            Some(Response::Counting(_)) if self.area.next_batch_size.is_none() => {
                let cure = Some("add the table [nextBatchSize]".to_owned());
                self.report("/response", "a counting response says a next batch size".to_owned(), cure);
            }
            Some(_) => {}
        }
        if let OverLimit::Acknowledges { response, .. } = &self.area.limit.over {
            match known(response) {
                None => {
                    let (message, cure) = missing(response);
                    self.report("/limit/over/response", message, cure);
                }
                Some(Response::Later(_)) => {}
                Some(_) => {
                    let message = format!("the response `{response}` acknowledges nothing");
                    let cure = Some("name one with judges = \"later\"".to_owned());
                    self.report("/limit/over/response", message, cure);
                }
            }
        }
    }

    fn limit(&mut self) {
        if self.area.limit.maximum == 0 {
            let cure = Some("write at least 1".to_owned());
            self.report(
                "/limit/maximum",
                "no request with a record could be within the limit".to_owned(),
                cure,
            );
        }
        self.zoned();
        let Some(counts) = &self.area.limit.counts else { return };
        self.known_field(counts, "/limit/counts");
        if self.area.field_at(counts).is_some_and(|field| field.items.is_empty()) {
            let message = format!("`{counts}` is not an array whose objects are described");
            let cure = Some("name an array with `items`, or take `counts` away".to_owned());
            self.report("/limit/counts", message, cure);
        }
    }

    /// A mock keeps which dates were sent in the organisation's time zone for so many fields.
    fn zoned(&mut self) {
        const KEPT: usize = 64;
        if !self.area.envelope.iter().any(|option| option.zones) {
            return;
        }
        for (place, field) in self.area.fields.iter().enumerate().skip(KEPT) {
            if field.format == Some(TextFormat::Date) {
                let message = format!(
                    "the time zone of `{}` is not kept: only the first {KEPT} fields' is",
                    field.name
                );
                let cure = Some("move the dates to the start of the list".to_owned());
                self.report(&format!("/fields/{place}"), message, cure);
            }
        }
    }

    fn fields(&mut self, fields: &[Field], pointer: &str) {
        for (place, field) in fields.iter().enumerate() {
            let at = format!("{pointer}/{place}");
            self.field(field, &at);
            self.fields(&field.properties, &format!("{at}/properties"));
            self.fields(&field.items, &format!("{at}/items"));
        }
    }

    fn field(&mut self, field: &Field, at: &str) {
        let takes = |wanted| field.takes(wanted);
        let kinds = &self.linter.contract.file.kinds;
        if let Some(kind) = field.kind.as_ref().filter(|kind| !kinds.contains_key(*kind)) {
            let cure = did_you_mean(kind, kinds.keys().map(String::as_str));
            self.report(&format!("{at}/kind"), format!("there is no kind `{kind}`"), cure);
        }
        let mut needs = |is_given: bool, key: &str, fits: bool, wanted: &str| {
            if is_given && !fits {
                let cure = Some(format!("take `{key}` away, or give the field the type {wanted}"));
                self.report(&format!("{at}/{key}"), format!("`{key}` is for {wanted}"), cure);
            }
        };
        let text = takes(JsonType::String);
        needs(field.kind.is_some(), "kind", text, "string");
        needs(field.format.is_some(), "format", text, "string");
        needs(field.date_time.is_some(), "dateTime", field.format.is_some(), "a date");
        needs(field.closed.is_some(), "enum", text, "string");
        needs(field.numeric, "numeric", text && takes(JsonType::Number), "[\"number\", \"string\"]");
        let (object, array) = (field.types() == [JsonType::Object], field.types() == [JsonType::Array]);
        needs(!field.properties.is_empty(), "properties", object, "object");
        needs(field.additional_properties.is_some(), "additionalProperties", object, "object");
        needs(!field.items.is_empty(), "items", array, "array");
        if takes(JsonType::Array) && (!array || field.items.is_empty()) {
            let message = format!("`{}` is a list, and nothing says of what objects", field.name);
            let cure = "write `type = \"array\"`, and the objects' members under `items`".to_owned();
            self.report(&format!("{at}/type"), message, Some(cure));
        }
    }

    fn stand_ins(&mut self) {
        for (place, option) in self.area.envelope.iter().enumerate() {
            self.option(option, &format!("/envelope/{place}"));
            if let Some(of) = &option.stands_in_for {
                self.known_field(of, &format!("/envelope/{place}/standsInFor"));
            }
        }
    }

    /// Of a request option the type and the closed list are checked, and nothing else.
    fn option(&mut self, option: &Field, at: &str) {
        let kinds = &self.linter.contract.file.kinds;
        let kind = option.kind.as_ref().and_then(|kind| kinds.get(kind));
        let given = [
            ("kind", kind.is_some_and(|kind| kind.pattern.is_some())),
            ("format", option.format == Some(TextFormat::Date)),
            ("numeric", option.numeric),
            ("properties", !option.properties.is_empty()),
            ("items", !option.items.is_empty()),
        ];
        for (key, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
            let what = if key == "kind" { "a kind's pattern".to_owned() } else { format!("`{key}`") };
            let message = format!("{what} is not checked in a request option");
            let cure = "leave it out, and say in `description` what the option takes".to_owned();
            self.report(&format!("{at}/{key}"), message, Some(cure));
        }
    }

    fn key(&mut self) {
        for (place, part) in self.area.key.parts.iter().enumerate() {
            self.known_field(&part.field, &format!("/key/parts/{place}/field"));
            if let Some(or) = &part.or {
                self.known_field(or, &format!("/key/parts/{place}/or"));
            }
            self.condition(part.when.as_ref(), &format!("/key/parts/{place}/when"));
        }
    }

    fn defaults(&mut self) {
        for (place, default) in self.area.defaults.iter().enumerate() {
            let at = format!("/defaults/{place}");
            let is_option = self.area.envelope.iter().any(|field| field.name == default.field);
            if !is_option {
                self.known_field(&default.field, &format!("{at}/field"));
            }
            match &default.source {
                DefaultSource::Field(from) => self.known_field(from, &format!("{at}/from")),
                DefaultSource::WeekdaysAfter(after) => {
                    self.known_field(&after.field, &format!("{at}/weekdaysAfter/field"));
                }
                DefaultSource::Value(_)
                | DefaultSource::Today
                | DefaultSource::SessionUser
                | DefaultSource::Elsewhere(_) => {}
            }
        }
    }

    fn echoes(&mut self) {
        for (place, echo) in self.area.echoes.iter().enumerate() {
            self.known_field(&echo.field, &format!("/echoes/{place}/field"));
            if let Some(zone) = &echo.zone
                && !self.area.envelope.iter().any(|field| &field.name == zone)
            {
                let cure = did_you_mean(zone, self.area.envelope.iter().map(|field| field.name.as_str()));
                self.report(
                    &format!("/echoes/{place}/zone"),
                    format!("there is no request option `{zone}`"),
                    cure,
                );
            }
        }
    }

    fn behaviours(&mut self) {
        for (place, behaviour) in self.area.behaviours.iter().enumerate() {
            let at = format!("/behaviours/{place}");
            match behaviour {
                Behaviour::Alternatives { fields, .. } => self.known_fields(fields, &format!("{at}/fields")),
                Behaviour::Resets { when, clears, .. } => {
                    self.condition(Some(when), &format!("{at}/when"));
                    self.known_fields(clears, &format!("{at}/clears"));
                }
                Behaviour::RollsUp { field, by, into_area, into_field, switch, .. } => {
                    self.known_field(field, &format!("{at}/field"));
                    self.known_field(by, &format!("{at}/by"));
                    self.roll_up_target(into_area, into_field, &at);
                    if !self.linter.contract.file.switches.contains_key(switch) {
                        self.report(&format!("{at}/switch"), format!("there is no switch `{switch}`"), None);
                    }
                }
                Behaviour::Attaches { field, .. } => self.known_field(field, &format!("{at}/field")),
                Behaviour::Sends { to, again, .. } => {
                    self.known_field(to, &format!("{at}/to"));
                    self.known_field(again, &format!("{at}/again"));
                }
            }
        }
    }

    fn roll_up_target(&mut self, area: &str, field: &str, at: &str) {
        match self.linter.contract.areas.iter().find(|one| one.name == area) {
            None => {
                let names = self.linter.contract.areas.iter().map(|area| area.name.as_str());
                let cure = did_you_mean(area, names);
                self.report(&format!("{at}/intoArea"), format!("there is no area `{area}`"), cure);
            }
            Some(target) if target.field_at(field).is_none() => {
                let message = format!("the area `{area}` has no field `{field}`");
                self.report(&format!("{at}/intoField"), message, None);
            }
            Some(_) => {}
        }
    }

    fn duplicates(&mut self) {
        let mut names = BTreeSet::new();
        for (place, example) in self.area.file.examples.iter().enumerate() {
            if !names.insert((&example.name, example.kind == crate::model::ExampleKind::Request)) {
                let message = format!("there are two examples `{}`", example.name);
                self.report(&format!("/examples/{place}/name"), message, None);
            }
        }
    }

    pub(super) fn known_fields(&mut self, names: &[String], at: &str) {
        for (place, name) in names.iter().enumerate() {
            self.known_field(name, &format!("{at}/{place}"));
        }
    }

    /// Reports a name of no field. In an object that takes further members any name is one.
    pub(super) fn known_field(&mut self, name: &str, at: &str) {
        let open = name.split_once('/').is_some_and(|(object, _)| {
            self.area.field_at(object).is_some_and(|field| field.additional_properties.is_some())
        });
        if !open && self.area.field_at(name).is_none() {
            let cure = did_you_mean(name, self.area.fields.iter().map(|field| field.name.as_str()));
            self.report(at, format!("there is no field `{name}`"), cure);
        }
    }
}
