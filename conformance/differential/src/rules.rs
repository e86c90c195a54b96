//! The rules that a request of an area can break, listed from its spec.

use tally_spec::model::{Additional, Area, Constraint, Contract, Field, JsonType, Response, TextFormat};

/// A rule, by what a violation of it names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The place that it is about: a JSON Pointer in which `*` stands for any one step.
    pub pointer: String,
    /// The keyword that a breach has.
    pub keyword: &'static str,
    /// The statement that it comes from.
    pub statement: String,
    /// Whether one record in place of the list may be at fault too, at a pointer without the list's step.
    one_object: Option<String>,
}

impl Rule {
    /// Whether a violation of that pointer, keyword and statement breaks this rule.
    #[must_use]
    pub fn is_broken_by(&self, pointer: &str, keyword: &str, statement: &str) -> bool {
        let fits = |pattern: &str| matches(pattern, pointer);
        self.keyword == keyword
            && self.statement == statement
            && (fits(&self.pointer) || self.one_object.as_deref().is_some_and(fits))
    }
}

/// Every rule of shape, those on the request first, each once. Where a violation fits two, the first is meant.
#[must_use]
pub fn rules(contract: &Contract, area: &Area) -> Vec<Rule> {
    let envelope = contract.file.service.envelope.as_deref();
    let holder = envelope.map_or_else(String::new, |name| format!("/{}", escaped(name)));
    let list = format!("{holder}/{}", escaped(&area.list.name));
    let mut listing = Listing { contract, area, list, found: Vec::new() };
    listing.request(envelope, &holder);
    let record = format!("{}/*", listing.list);
    listing.members(&area.fields, &record);
    listing.between_fields(&record);
    let mut found = listing.found;
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|rule| seen.insert(rule.clone()));
    found
}

fn asks_for_whole(area: &Area, field: &str) -> bool {
    let mut always = area.rules.iter().filter(|rule| rule.is_unconditional());
    always.any(|rule| match &rule.constraint {
        Constraint::MultipleOf { field: about, divisor } => about == field && divisor.fract() == 0.0,
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::Range { .. }
        | Constraint::MaxLength { .. }
        | Constraint::Pattern { .. }
        | Constraint::Contains { .. }
        | Constraint::Exists { .. }
        | Constraint::MemberOf { .. } => false,
    })
}

struct Listing<'c> {
    contract: &'c Contract,
    area: &'c Area,
    list: String,
    found: Vec<Rule>,
}

impl Listing<'_> {
    fn add(&mut self, pointer: &str, keyword: &'static str, statement: &str) {
        let (pointer, statement) = (pointer.to_owned(), statement.to_owned());
        let below =
            pointer.strip_prefix(&format!("{}/*", self.list)).map(|rest| format!("{}{rest}", self.list));
        let one_object = below.filter(|_| self.area.list.one_object.is_some());
        self.found.push(Rule { pointer, keyword, statement, one_object });
    }

    fn request(&mut self, envelope: Option<&str>, holder: &str) {
        let (contract, area, list) = (self.contract, self.area, self.list.clone());
        let reading = &contract.file.reading;
        let unusable = reading.unusable.principal();
        self.add("", "type", reading.not_json.principal());
        self.add("", "type", unusable);
        if envelope.is_some() {
            self.add("", "required", unusable);
            self.add(holder, "type", unusable);
        }
        self.add(holder, "required", unusable);
        self.add(&list, "type", unusable);
        for field in &area.envelope {
            let at = format!("{holder}/{}", escaped(&field.name));
            self.add(&at, "type", unusable);
            if field.closed.is_some() {
                self.add(&at, "enum", field.statement.principal());
            }
        }
        if let (Response::Whole(_), Some(cites)) = (contract.response(area), &area.list.empty_fails) {
            self.add(&list, "minItems", cites.principal());
        }
        self.add(&format!("{list}/*"), "type", reading.wrong_type.principal());
    }

    fn members(&mut self, fields: &[Field], of: &str) {
        for field in fields {
            self.field(field, &format!("{of}/{}", escaped(&field.name)));
        }
    }

    fn field(&mut self, field: &Field, at: &str) {
        let (file, statement) = (&self.contract.file, field.statement.principal());
        self.add(at, "type", statement);
        let kind = field.kind.as_ref().and_then(|kind| file.kinds.get(kind));
        if let Some(kind) = kind.filter(|kind| kind.pattern.is_some()) {
            self.add(at, "pattern", kind.statement.principal());
        }
        if field.closed.is_some() {
            self.add(at, "enum", statement);
        }
        if field.format == Some(TextFormat::Date) {
            self.add(at, "format", file.reading.date.principal());
        }
        if field.numeric {
            self.add(at, "pattern", statement);
        }
        self.members(&field.properties, at);
        if let Some(Additional::Scalar) = field.additional_properties {
            self.add(&format!("{at}/*"), "type", statement);
        }
        if !field.items.is_empty() {
            self.add(&format!("{at}/*"), "type", statement);
            self.members(&field.items, &format!("{at}/*"));
        }
    }

    /// The rules of the area's list of them.
    fn between_fields(&mut self, record: &str) {
        let area = self.area;
        for rule in &area.rules {
            let statement = rule.statement.principal();
            match &rule.constraint {
                Constraint::Required(names) => {
                    for name in names {
                        self.required(record, name, statement);
                    }
                }
                Constraint::AnyOf(_) => self.add(record, "anyOf", statement),
                Constraint::Range { field, minimum, maximum } => {
                    let bounds = [minimum.map(|_| "minimum"), maximum.map(|_| "maximum")];
                    self.on_number(record, field, bounds.into_iter().flatten(), statement);
                }
                Constraint::MultipleOf { field, divisor } => {
                    // Text spells whole numbers alone, unless a rule about whole ones says what of others.
                    if (1.0 / divisor).fract() == 0.0 && !asks_for_whole(area, field) {
                        self.add(&self.below(record, field), "multipleOf", statement);
                    } else {
                        self.on_number(record, field, ["multipleOf"], statement);
                    }
                }
                Constraint::MaxLength { field, .. } => {
                    self.add(&self.below(record, field), "maxLength", statement);
                }
                Constraint::Pattern { field, .. } => {
                    self.add(&self.below(record, field), "pattern", statement);
                }
                Constraint::Contains { field, .. } => {
                    self.add(&self.below(record, field), "contains", statement);
                }
                Constraint::Exists { .. } | Constraint::MemberOf { .. } => {}
            }
        }
    }

    /// A path that must have a value, and with it each object on the way.
    fn required(&mut self, record: &str, path: &str, statement: &str) {
        let mut holder = record.to_owned();
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for above in ends.map(|end| &path[..end]) {
            self.add(&holder, "required", statement);
            let at = self.below(record, above);
            self.add(&at, "type", statement);
            if self.area.field_at(above).is_none_or(|field| field.takes(JsonType::String)) {
                self.add(&at, "minLength", statement);
            }
            holder = at;
        }
    }

    /// A rule on a number, which text may spell.
    fn on_number(
        &mut self,
        record: &str,
        field: &str,
        keywords: impl IntoIterator<Item = &'static str>,
        statement: &str,
    ) {
        let at = self.below(record, field);
        for keyword in keywords {
            self.add(&at, keyword, statement);
        }
        if self.area.field_at(field).is_some_and(|one| one.takes(JsonType::String)) {
            self.add(&at, "pattern", statement);
        }
    }

    /// The pointer to a field, as rules name it: `field`, or `array/member`, or `object/member`.
    fn below(&self, record: &str, path: &str) -> String {
        match path.split_once('/') {
            None => format!("{record}/{}", escaped(path)),
            Some((outer, inner)) => {
                let is_list = |field: &&Field| field.name == outer && !field.items.is_empty();
                let any = if self.area.fields.iter().any(|field| is_list(&field)) { "/*" } else { "" };
                format!("{record}/{}{any}/{}", escaped(outer), escaped(inner))
            }
        }
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether a pointer fits a pattern of as many steps.
fn matches(pattern: &str, pointer: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), pointer.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_one_step() {
        for (pattern, pointer, fits) in [
            ("", "", true),
            ("/a/*", "/a/0", true),
            ("/a/*", "/a", false),
            ("/a/*", "/a/0/b", false),
            ("/a/*/b", "/a/17/b", true),
            ("/a/*/b", "/a/17/c", false),
        ] {
            assert_eq!(matches(pattern, pointer), fits, "{pattern} {pointer}");
        }
    }
}
