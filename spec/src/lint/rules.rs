//! Rules: that each is about a field of a type that it can hold.

use super::area::AreaChecker;
use super::contract::check_pattern;
use crate::model::{Condition, Constraint, Field, JsonType, Rule};

impl AreaChecker<'_, '_> {
    pub(super) fn rule(&mut self, rule: &Rule, at: &str) {
        let field_at = format!("{at}/field");
        match &rule.constraint {
            Constraint::Required(fields) => self.required(fields, &format!("{at}/required")),
            Constraint::AnyOf(fields) => self.present(fields, &format!("{at}/anyOf")),
            Constraint::Range { field, minimum, maximum } => {
                self.field_of(field, &field_at, "a range", "a number", |field| field.takes(JsonType::Number));
                if let (Some(minimum), Some(maximum)) = (*minimum, *maximum)
                    && minimum > maximum
                {
                    let message = format!("the minimum {minimum} is above the maximum {maximum}");
                    self.report(&format!("{at}/minimum"), message, Some("swap the two".to_owned()));
                }
            }
            Constraint::MultipleOf { field, divisor } => {
                self.field_of(field, &field_at, "`multipleOf`", "a number", |field| {
                    field.takes(JsonType::Number)
                });
                if *divisor <= 0.0 {
                    let cure = Some("write one such as 1 or 0.5".to_owned());
                    self.report(&format!("{at}/multipleOf"), "the divisor is not above 0".to_owned(), cure);
                } else if !is_exact(*divisor) {
                    let message =
                        format!("{divisor} is rounded in binary, so that readers differ on its multiples");
                    let cure =
                        Some("write a whole number or one such as 0.5 or 0.25, or leave it out".to_owned());
                    self.report(&format!("{at}/multipleOf"), message, cure);
                }
            }
            Constraint::MaxLength { field, limit } => {
                self.field_of(field, &field_at, "`maxLength`", "text", is_text);
                if *limit == 0 {
                    let message = "no text is that short: empty text counts as no value".to_owned();
                    let cure = Some("write at least 1, or take the field away".to_owned());
                    self.report(&format!("{at}/maxLength"), message, cure);
                }
            }
            Constraint::Pattern { field, pattern } => {
                self.field_of(field, &field_at, "`pattern`", "text", is_text);
                let file = self.file.clone();
                check_pattern(self.linter, &file, &format!("{at}/pattern"), pattern);
            }
            Constraint::Contains { field, members } => {
                self.field_of(field, &field_at, "`contains`", "an array with `items`", |field| {
                    !field.items.is_empty()
                });
                let described = self.area.field_at(field).is_some_and(|field| !field.items.is_empty());
                for (place, member) in members.iter().enumerate().filter(|_| described) {
                    self.known_field(&format!("{field}/{member}"), &format!("{at}/contains/{place}"));
                }
            }
            Constraint::Exists { field, .. } => self.of_a_kind(field, &field_at),
            Constraint::MemberOf { field, of } => self.member_of(field, of, at),
        }
        for (key, condition) in [("when", &rule.when), ("unless", &rule.unless)] {
            self.condition(condition.as_ref(), &format!("{at}/{key}"));
        }
    }

    /// Fields that must have a value: a record's own, or members of its objects.
    fn present(&mut self, fields: &[String], at: &str) {
        self.known_fields(fields, at);
        for (place, name) in fields.iter().enumerate() {
            if fields[..place].contains(name) {
                let cure = Some("take one away".to_owned());
                self.report(&format!("{at}/{place}"), format!("`{name}` is listed twice"), cure);
            }
            let array = name.split_once('/').map(|(array, _)| array);
            if array.and_then(|array| self.area.field_at(array)).is_some_and(|field| !field.items.is_empty())
            {
                let message = format!("`{name}` is in an array, of whose objects each would be meant");
                let cure = Some("name a field of the record, or use `contains`".to_owned());
                self.report(&format!("{at}/{place}"), message, cure);
            }
        }
    }

    /// Fields of which each must have a value. A required member requires its object too.
    fn required(&mut self, fields: &[String], at: &str) {
        self.present(fields, at);
        for (place, name) in fields.iter().enumerate() {
            let is_its = |other: &&String| other.split_once('/').is_some_and(|(object, _)| object == name);
            if let Some(member) = fields.iter().find(is_its) {
                let message = format!("`{name}` is required already, since its member `{member}` is");
                self.report(&format!("{at}/{place}"), message, Some(format!("take `{name}` away")));
            }
        }
    }

    /// The field of a rule about its value, which must be able to hold such a value.
    fn field_of(&mut self, name: &str, at: &str, what: &str, wanted: &str, fits: impl Fn(&Field) -> bool) {
        self.known_field(name, at);
        if self.area.field_at(name).is_some_and(|field| !fits(field)) {
            let message = format!("{what} is for {wanted}, and `{name}` never is");
            let cure = Some(format!("name a field that is {wanted}, or take the rule away"));
            self.report(at, message, cure);
        }
    }

    pub(super) fn condition(&mut self, condition: Option<&Condition>, at: &str) {
        let Some(condition) = condition else { return };
        self.known_field(&condition.field, &format!("{at}/field"));
    }

    fn of_a_kind(&mut self, field: &str, at: &str) {
        self.known_field(field, at);
        if self.area.field_at(field).is_some_and(|field| field.kind.is_none()) {
            let cure = Some("give the field a `kind`".to_owned());
            self.report(
                at,
                format!("the field `{field}` has no `kind`, so that nothing says what exists"),
                cure,
            );
        }
    }

    fn member_of(&mut self, field: &str, of: &str, at: &str) {
        self.of_a_kind(field, &format!("{at}/field"));
        self.of_a_kind(of, &format!("{at}/memberOf"));
        let kind = |name: &str| self.area.field_at(name).and_then(|field| field.kind.as_deref());
        if let (Some(member), Some(owner)) = (kind(field), kind(of)) {
            let kinds = &self.linter.contract.file.kinds;
            let owns = kinds.get(owner).is_none_or(|owner| owner.members.values().any(|kind| kind == member));
            if !owns {
                let message = format!("the kind `{owner}` has no members of the kind `{member}`");
                let cure = Some(format!("list `{member}` among its `members` in contract.toml"));
                self.report(&format!("{at}/memberOf"), message, cure);
            }
        }
    }
}

/// Whether a number is whole, or its fraction one of few halvings: those alone are what they say.
fn is_exact(number: f64) -> bool {
    (number * 1024.0).fract() == 0.0
}

fn is_text(field: &Field) -> bool {
    field.takes(JsonType::String)
}
