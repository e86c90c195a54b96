//! What the rules say of one field, in words.

use tally_spec::model::{
    Area, Cites, Condition, Constraint, Contract, DefaultSource, Field, JsonType, OneOrMany, Rule,
    TextFormat, UnknownThing,
};

use super::html::{cites, code, escape};

/// How much a field is needed.
pub(super) struct Need {
    /// The short word.
    pub(super) word: &'static str,
    /// Each case in which it is needed, as HTML.
    pub(super) cases: Vec<String>,
}

/// Whether and when a record must have the field.
pub(super) fn need(contract: &Contract, area: &Area, name: &str) -> Need {
    let (mut always, mut cases) = (false, Vec::new());
    for rule in &area.rules {
        let source = cites(contract, [&rule.statement]);
        let conditions = conditions(rule);
        match &rule.constraint {
            Constraint::Required(names) => {
                if !names.iter().any(|one| one == name) {
                    continue;
                }
                always |= conditions.is_empty();
                cases.push(format!("Required{conditions}: absent, null or empty fails the record. {source}"));
            }
            Constraint::AnyOf(names) => {
                if !names.iter().any(|one| one == name) {
                    continue;
                }
                let others: Vec<String> = names.iter().map(|one| code(one)).collect();
                cases
                    .push(format!("At least one of {} is required{conditions}. {source}", others.join(", ")));
            }
            Constraint::Range { .. }
            | Constraint::MultipleOf { .. }
            | Constraint::MaxLength { .. }
            | Constraint::Pattern { .. }
            | Constraint::Contains { .. }
            | Constraint::Exists { .. }
            | Constraint::MemberOf { .. } => {}
        }
    }
    for option in area.envelope.iter().filter(|option| option.stands_in_for.as_deref() == Some(name)) {
        cases.push(format!(
            "The request option {} stands in if a record has none. {}",
            code(&option.name),
            cites(contract, option.stands_in_statement.as_ref())
        ));
        always = false;
    }
    let word = match (always, cases.is_empty()) {
        (true, _) => "required",
        (false, false) => "required in some cases",
        (false, true) => "optional",
    };
    Need { word, cases }
}

/// The values that a field takes, its borders and its default, each a line of HTML. Rules and defaults name it by
/// paths of their own: no rule is about a request option.
pub(super) fn lines(contract: &Contract, area: &Area, field: &Field, path: &str, rules: &str) -> Vec<String> {
    let mut lines = form(contract, field);
    for rule in area.rules.iter().filter(|rule| rule.constraint.field() == Some(rules)) {
        if let Some(line) = border(rule) {
            lines.push(format!("{line}{}. {}", conditions(rule), cites(contract, [&rule.statement])));
        }
    }
    for default in area.defaults.iter().filter(|default| default.field == path) {
        let becomes = match &default.source {
            DefaultSource::Value(value) => code(&value.to_string()),
            DefaultSource::Field(other) => format!("the value of {}", code(other)),
            DefaultSource::Today => "today's date".to_owned(),
            DefaultSource::WeekdaysAfter(after) => {
                format!("{} and {} weekdays", code(&after.field), after.days)
            }
            DefaultSource::SessionUser => "the ID of the session's user".to_owned(),
            DefaultSource::Elsewhere(what) => escape(what),
        };
        let when = if default.always { "Always becomes" } else { "Default:" };
        lines.push(format!("{when} {becomes}. {}", cites(contract, [&default.statement])));
    }
    if let Some(other) = &field.stands_in_for {
        let source = field.stands_in_statement.as_ref().map(|one| cites(contract, [one])).unwrap_or_default();
        lines.push(format!("Stands in for the {} of records without their own. {source}", code(other)));
    }
    lines
}

/// The JSON types, in words.
pub(super) fn type_words(field: &Field) -> String {
    let word = |one: &JsonType| match one {
        JsonType::String => "text",
        JsonType::Number => "number",
        JsonType::Boolean => "true or false",
        JsonType::Object => "object",
        JsonType::Array => "list of objects",
    };
    let words: Vec<&str> = match &field.json_type {
        OneOrMany::One(one) => vec![word(one)],
        OneOrMany::Many(many) => many.iter().map(word).collect(),
    };
    words.join(" or ")
}

fn form(contract: &Contract, field: &Field) -> Vec<String> {
    let mut lines = Vec::new();
    if field.numeric {
        let source = &contract.file.reading.numeric_text;
        lines.push(format!(
            "Text must spell a number, such as <code>\"7\"</code>. {}",
            cites(contract, [source])
        ));
    }
    match field.format {
        Some(TextFormat::Date) => {
            let also =
                field.date_time.as_ref().map(|_| "; a date with a time is let through").unwrap_or_default();
            let sources: Vec<&Cites> =
                std::iter::once(&contract.file.reading.date).chain(&field.date_time).collect();
            lines.push(format!(
                "A day of the calendar, <code>YYYY-MM-DD</code>{also}. {}",
                cites(contract, sources)
            ));
        }
        Some(TextFormat::Email) => lines.push("An e-mail address; its form is not checked.".to_owned()),
        None => {}
    }
    if let Some(kind) = field.kind.as_ref().and_then(|name| contract.file.kinds.get(name)) {
        let form =
            kind.pattern.as_ref().map(|pattern| format!(", matching {}", code(pattern))).unwrap_or_default();
        let found = kind.found.as_ref().map(|found| format!(" Found under {}.", escape(found)));
        lines.push(format!(
            "Names one of the organisation's things: {}{form}.{} {}",
            escape(&kind.title),
            found.unwrap_or_default(),
            cites(contract, [&kind.statement])
        ));
    }
    if let Some(values) = &field.closed {
        let values: Vec<String> = values.iter().map(|value| code(value)).collect();
        lines.push(format!("One of {}. {}", values.join(", "), cites(contract, [&field.statement])));
    }
    if !field.examples.is_empty() {
        let values: Vec<String> = field.examples.iter().map(|value| code(&value.to_string())).collect();
        lines.push(format!("Such as {}; others may be taken too.", values.join(", ")));
    }
    if field.additional_properties.is_some() {
        lines.push("Further members of any name, each text, a number, true, false or null.".to_owned());
    }
    lines
}

fn border(rule: &Rule) -> Option<String> {
    Some(match &rule.constraint {
        Constraint::Range { minimum, maximum, .. } => match (minimum, maximum) {
            (Some(least), Some(most)) => {
                format!("From <code>{least}</code> to <code>{most}</code>, both included")
            }
            (Some(least), None) => format!("At least <code>{least}</code>"),
            (None, Some(most)) => format!("At most <code>{most}</code>"),
            (None, None) => return None,
        },
        Constraint::MultipleOf { divisor, .. } if (divisor - 1.0).abs() < f64::EPSILON => {
            "A whole number".to_owned()
        }
        Constraint::MultipleOf { divisor, .. } => format!("A multiple of <code>{divisor}</code>"),
        Constraint::MaxLength { limit, .. } => format!("At most {limit} characters"),
        Constraint::Pattern { pattern, .. } => format!("Matches {}", code(pattern)),
        Constraint::Contains { members, .. } => {
            let members: Vec<String> = members.iter().map(|member| code(member)).collect();
            format!("At least one object in it has {}", members.join(", "))
        }
        Constraint::Exists { unknown, .. } => match unknown {
            UnknownThing::Fails => "What it names must exist; otherwise the record fails".to_owned(),
            UnknownThing::Open => "What becomes of an unknown one is not said".to_owned(),
            UnknownThing::Creates => "An unknown one is created".to_owned(),
        },
        Constraint::MemberOf { of, .. } => format!("Must belong to what {} names", code(of)),
        Constraint::Required(_) | Constraint::AnyOf(_) => return None,
    })
}

fn conditions(rule: &Rule) -> String {
    let when = rule.when.as_ref().map(|when| format!(" if {}", condition(when)));
    let unless = rule.unless.as_ref().map(|unless| format!(" unless {}", condition(unless)));
    format!("{}{}", when.unwrap_or_default(), unless.unwrap_or_default())
}

/// A condition in words.
pub(super) fn condition(condition: &Condition) -> String {
    let field = code(&condition.field);
    match (&condition.constant, &condition.one_of) {
        (Some(value), _) => format!("{field} is {}", code(&value.to_string())),
        (None, Some(values)) => {
            let values: Vec<String> = values.iter().map(|value| code(&value.to_string())).collect();
            format!("{field} is one of {}", values.join(", "))
        }
        (None, None) => format!("{field} has a value"),
    }
}
